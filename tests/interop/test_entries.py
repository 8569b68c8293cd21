"""What single entries say, each on its own; whole texts and files are in test_paste and test_sources."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop import dialects
from mcptui.interop.dialects import Dialect
from mcptui.interop.entries import is_entry, read_entry
from mcptui.interop.reading import Reading
from mcptui.interop.values import unusable
from mcptui.model import Server
from mcptui.model.setting import values_of

URL: dict[str, Any] = {"url": "https://x.example/mcp"}


def read(entry: dict[str, Any], name: str | None = "a", dialect: Dialect = dialects.ANY) -> tuple[Server, list[str]]:
    """The server of an entry that is good, and the remarks on it."""
    reading = Reading(set(), dialect)
    assert read_entry(reading, name, entry) is None
    (server,) = reading.servers
    return server, reading.notes


def problem(entry: dict[str, Any], name: str | None = "a") -> str | None:
    reading = Reading(set())
    found = read_entry(reading, name, entry)
    assert reading.servers == []
    return found


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ({"url": "x"}, True),
        ({"serverUrl": "x"}, True),
        ({"server_url": "x"}, True),
        ({"httpUrl": "x"}, True),
        ({"uri": "x"}, True),
        ({"command": "x"}, True),
        ({"command": ["x"]}, True),
        ({"command": {"path": "x"}}, True),
        ({"cmd": "x"}, True),
        ({"url": 5}, False),
        ({"command": 5}, False),
        ({"name": "x"}, False),
        ({}, False),
        (["x"], False),
        ("url", False),
        (None, False),
    ],
)
def test_what_looks_like_a_server(value: object, meant: bool) -> None:
    assert is_entry(value) is meant


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, "a has neither a url nor a command"),
        ({"url": ""}, "a has neither a url nor a command"),
        ({"url": "", "command": ""}, "a has neither a url nor a command"),
        ({"command": " "}, "a has neither a url nor a command"),
        ({"command": []}, "a has neither a url nor a command"),
        ({"command": {"args": ["x"]}}, "a has neither a url nor a command"),
        ({"type": "ws", "url": "wss://x"}, "a is reached over WebSocket, which MCP does not have"),
        ({"url": "ftp://x"}, "a: the URL must begin with http:// or https://, not ftp"),
        ({"url": "https://${HOST}/a b"}, "a: the URL contains white space"),
        ({"command": "/opt/mcptui", "args": ["connect"]}, "a is mcptui itself"),
    ],
)
def test_what_can_be_no_server(entry: dict[str, Any], says: str) -> None:
    assert problem(entry) == says


def test_without_a_name_the_problem_has_none() -> None:
    assert problem({"url": "ftp://x"}, None) == "the URL must begin with http:// or https://, not ftp"
    assert problem({}, None) == "the server has neither a url nor a command"


@pytest.mark.parametrize(
    ("url", "dialect", "kept"),
    [
        ("https://${HOST}/mcp", dialects.ANY, "https://${env:HOST}/mcp"),
        ("https://${HOST}:8080/mcp", dialects.ANY, "https://${env:HOST}:8080/mcp"),
        ("https://x:${PORT}/mcp", dialects.ANY, "https://x:${env:PORT}/mcp"),
        ("${BASE:-https://x.example}/mcp", dialects.ANY, "${env:BASE:-https://x.example}/mcp"),
        ("https://${env:HOST}/mcp", dialects.CURSOR, "https://${env:HOST}/mcp"),
        ("https://$HOST:$PORT/mcp", dialects.GEMINI, "https://${env:HOST}:${env:PORT}/mcp"),
        ("{env:BASE}/mcp", dialects.OPENCODE, "${env:BASE}/mcp"),
        ("os.environ/MCP_URL", dialects.LITELLM, "${env:MCP_URL}"),
        ("https://x/${input:tenant}", dialects.VSCODE, "https://x/${secret:server/a/tenant}"),
    ],
)
def test_variables_may_stand_anywhere_in_a_url(url: str, dialect: Dialect, kept: str) -> None:
    server, _ = read({"url": url}, dialect=dialect)
    assert (server.url, server.command) == (kept, None)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({**URL, "name": "Docs"}, "docs"),
        ({**URL, "name": "", "alias": "Docs"}, "docs"),
        (URL, "x"),
        ({"url": "https://${HOST}/mcp"}, "server"),
        ({"url": "http://localhost:${PORT}/mcp"}, "local"),
        ({"url": "http://localhost:${PORT}/files/mcp"}, "files"),
        ({"command": "npx", "args": ["-y", "notes-mcp"]}, "notes"),
    ],
)
def test_a_server_without_a_name_gets_one(entry: dict[str, Any], name: str) -> None:
    assert read(entry, None)[0].name == name


def test_a_program_that_writes_every_key_leaves_some_empty() -> None:
    entry = {"name": "", "url": "", "command": "npx", "args": ["x"], "env": {}, "cwd": "", "headers": {}, "type": ""}
    assert read(entry)[0] == Server(name="a", command="npx", args=("x",))
    assert read({**URL, "command": "", "authentication_token": "", "timeout": None})[0] == Server(name="a", **URL)


@pytest.mark.parametrize(
    ("timeout", "dialect", "seconds"),
    [
        ({"timeout": 30}, dialects.ANY, 30.0),
        ({"timeout": 999}, dialects.ANY, 999.0),
        ({"timeout": 1000}, dialects.ANY, 1.0),
        ({"timeout": 1000}, dialects.CLINE, 1000.0),
        ({"timeout": 30}, dialects.GEMINI, 0.03),
        ({"timeout": {"request": 90_000}}, dialects.OPENCODE, 90.0),
        ({"tool_timeout_sec": 45}, dialects.CODEX, 45.0),
        ({"timeout": None, "tool_timeout_sec": 45}, dialects.CODEX, 45.0),
        ({"timeout": 0}, dialects.ANY, 60.0),
        ({"timeout": -1}, dialects.ANY, 60.0),
        ({"timeout": 1e9}, dialects.ANY, 60.0),
        ({"timeout": float("nan")}, dialects.ANY, 60.0),
        ({"timeout": "30"}, dialects.ANY, 60.0),
        ({"timeout": {"other": 5}}, dialects.ANY, 60.0),
    ],
)
def test_timeouts_in_the_units_of_each_client(timeout: dict[str, Any], dialect: Dialect, seconds: float) -> None:
    assert read({**URL, **timeout}, dialect=dialect)[0].timeout == seconds


@pytest.mark.parametrize(
    ("said", "most"),
    [(1, 1), (100_000, 100_000), (100_001, 100), (0, 100), (-1, 100), (True, 100), ("5", 100), (2.5, 100)],
)
def test_a_limit_of_requests_is_a_whole_number(said: object, most: int) -> None:
    assert read({**URL, "max_concurrent_requests": said})[0].max_concurrent == most


@pytest.mark.parametrize(
    ("said", "transport"),
    [
        ("http", "http"),
        ("Streamable-HTTP", "http"),
        ("streamableHttp", "http"),
        ("sse", "sse"),
        ("remote", "auto"),
        ("stdio", "auto"),
        ("carrier pigeon", "auto"),
        (5, "auto"),
    ],
)
def test_transports(said: object, transport: str) -> None:
    for key in ("transport", "type", "transportType"):
        assert read({**URL, key: said})[0].transport == transport


@pytest.mark.parametrize(
    ("entry", "env"),
    [
        ({"env": {"A": "1"}, "environment": {"B": 2}}, {"A": "1", "B": "2"}),
        ({"env_vars": ["A", {"name": "B"}, {"name": 5}, 7]}, {"A": "${env:A}", "B": "${env:B}"}),
        ({"env_vars": ["A"], "env": {"A": "own"}}, {"A": "own"}),
        ({"env_vars": "A", "env": "B"}, {}),
        ({"env": {"A": "$B ${C}"}}, {"A": "$B ${env:C}"}),
    ],
)
def test_the_environment_of_a_command(entry: dict[str, Any], env: dict[str, str]) -> None:
    assert read({"command": "x", **entry})[0].env == env


def test_a_variable_of_its_own_environment_stays_in_an_argument() -> None:
    server, _ = read({"command": "x", "args": ["${OWN}", "${OTHER}"], "env": {"OWN": "1"}})
    assert server.args == ("${OWN}", "${env:OTHER}")


def test_an_answer_that_is_asked_for_becomes_a_secret_of_the_server() -> None:
    reading = Reading(set(), dialects.VSCODE)
    reading.questions["api-key"] = "Key of the service"
    assert (
        read_entry(reading, "a", {**URL, "headers": {"X-Key": "${input:api-key}", "X-Other": "${input:pin}"}}) is None
    )
    (found,) = reading.found
    assert found.server.headers == {"X-Key": "${secret:server/a/api-key}", "X-Other": "${secret:server/a/pin}"}
    assert found.missing == (
        ("server/a/api-key", "Key of the service"),
        ("server/a/pin", "the answer to pin"),
    )


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ({"oauth": {"issuer": "login.example.com"}}, "a: oauth_issuer is not a URL; it is left out"),
        ({"oauth": {"clientId": " "}}, "a: oauth_client_id must not be empty; it is left out"),
        ({"headers": {"a b": "1", "X": "2"}}, 'a: "a b" is not the name of a header; it is left out'),
    ],
)
def test_what_the_state_file_could_not_hold_is_left_out_and_said(entry: dict[str, Any], note: str) -> None:
    server, notes = read({**URL, **entry})
    assert note in notes
    assert unusable(Server, values_of(server)) == {}


def test_a_bad_name_costs_only_itself() -> None:
    server, _ = read({**URL, "headers": {"a b": "1", "X": "2"}})
    assert server.headers == {"X": "2"}
    server, notes = read({"command": "${HOME}/bin/srv", "env": {"A=B": "1", "": "2", "C": "3"}})
    assert (server.command, server.env) == ("${env:HOME}/bin/srv", {"C": "3"})
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("entry", "said", "notes"),
    [
        ({**URL, "tags": ["a", "b"], "max_timeout": 90}, {"tags": ("a", "b"), "max_timeout": 90.0}, []),
        ({**URL, "auth_type": "oauth2", "oauth_scopes": ["read"]}, {"oauth_scopes": ("read",)}, None),
        ({**URL, "tags": None}, {"tags": ()}, []),
        ({**URL, "max_concurrent": "many"}, {"max_concurrent": 100}, ["a: max_concurrent must be"]),
        ({**URL, "isolation": "shared"}, {"isolation": "shared"}, []),
        ({"command": "x", "isolation": "shared", "max_processes": 2}, {"isolation": "shared", "max_processes": 2}, []),
    ],
)
def test_our_own_settings_may_stand_in_an_entry(
    entry: dict[str, Any], said: dict[str, Any], notes: list[str] | None
) -> None:
    server, remarks = read(entry)
    values = values_of(server)
    assert {name: values[name] for name in said} == said
    if notes is not None:
        assert len(remarks) == len(notes)
        assert all(note in remark for note, remark in zip(notes, remarks, strict=True))


def test_a_prefix_becomes_one_that_tool_names_can_have() -> None:
    assert read({**URL, "prefix": "Work Items!"})[0].prefix == "Work_Items_"
    assert read({**URL, "prefix": ""})[0].prefix == ""


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["${A}", "$A", " "]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
_URLS = st.lists(
    st.sampled_from(
        ["http", "s", "://", "x", ":", "80", "/", "@", "${A}", "${env:A}", "$A", "{env:A}", "[::1]", " ", "?"]
    ),
    max_size=8,
).map("".join)
_KEYS = st.sampled_from(
    ["command", "args", "cwd", "env", "headers", "timeout", "prefix", "description", "oauth", "auth_type", "auth_value",
     "issuer", "client_id", "scopes", "spec_version", "allowed_tools", "max_concurrent_requests", "type", "alias"]
)  # fmt: skip


@given(
    st.one_of(st.just({}), st.fixed_dictionaries({"url": _URLS | st.just("https://x/mcp")})),
    st.dictionaries(_KEYS, _VALUES, max_size=4),
    st.sampled_from([dialects.ANY, dialects.GEMINI, dialects.VSCODE, dialects.OPENCODE, dialects.LITELLM]),
)
def test_whatever_is_read_can_be_kept(target: dict[str, Any], more: dict[str, Any], dialect: Dialect) -> None:
    reading = Reading(set(), dialect)
    if read_entry(reading, None, {**more, **target}) is None:
        (server,) = reading.servers
        assert (server.url is None) != (server.command is None)
        assert unusable(Server, values_of(server)) == {}
