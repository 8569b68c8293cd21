"""What stands beside the list of servers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import pytest

from mcptui.model import Server
from mcptui.model.runtime import LoginStatus
from mcptui.model.setting import about, changed
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.detail import ServerDetail, login_words
from mcptui.tui.servers.tools import ServerTool
from mcptui.tui.settings.fields import setting_fields
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


def test_the_detail_explains_trouble() -> None:
    status = RUNNING.server("warehouse")
    text = ServerDetail(data.STATE.servers["warehouse"], status).content().plain
    assert "exit code 1" in text
    assert "See the output below" in text
    assert "No module named 'warehouse'" in text
    assert "no keys" in text


def test_the_detail_covers_secrets_that_are_written_out() -> None:
    server = Server(name="x", url="https://me:canary1@x/?api_key=canary2", proxy="http://me:canary3@p:1")
    for each in (server, Server(name="y", command="run", args=("--token", "canary4"))):
        text = ServerDetail(each, None).content().plain
        assert "••••" in text
        assert "canary" not in text


def test_the_detail_lists_tools() -> None:
    raw = {"read": {"description": "Read\na file"}, "x": {"title": "X"}}
    tools = [ServerTool("files", name, name, tool) for name, tool in raw.items()]
    detail = ServerDetail(data.STATE.servers["files"], RUNNING.server("files"), ["ci"], tools)
    text = detail.content().plain
    assert "Tools (2)\nread  Read a file\nx     X" in text
    assert "Tools (2)\nread\n  Read a file\nx\n  X" in detail.content(30).plain
    assert "Capabilities  4 tools" in text


def test_the_detail_says_what_is_wrong_with_the_lists() -> None:
    running = RUNNING.server("files")
    assert running is not None
    assert "wrong" not in ServerDetail(data.STATE.servers["files"], running).content().plain
    status = replace(running, remarks=[f"tool 't{number}':\nodd" for number in range(20)])
    text = ServerDetail(data.STATE.servers["files"], status).content().plain
    assert "Remarks\ntool 't0': odd\n" in text.replace("␊", " ")
    assert "… and 8 more" in text


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (LoginStatus(expires=None, renews=False), "valid, no expiry"),
        (LoginStatus(expires=99.0, renews=True), "expired, refreshes on next use"),
        (LoginStatus(expires=99.0, renews=False), "expired; log in again (o)"),
    ],
)
def test_a_login_in_words(login: LoginStatus, words: str) -> None:
    assert login_words(login, 100.0) == words


def test_a_login_that_lasts_says_until_when() -> None:
    assert login_words(LoginStatus(expires=7200.0, renews=True), 0.0).endswith(", auto-refresh")
    assert login_words(LoginStatus(expires=7200.0, renews=False), 0.0).endswith(", then log in again (o)")


SECRET: Final = "canary-7Fh2kQ9x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Server):
    """A server with one setting more."""

    paint: Literal["red", "light_green"] = field(default="red", metadata=about("Paint", "what it is painted with"))


def rows(server: Server) -> dict[str, str]:
    """What the pane says of it, by label."""
    labels = ["URL", "Command", "Protocol", "Used by", *(each.title for each in setting_fields(type(server)))]
    lines = ServerDetail(server, None, ["ci"]).content().plain.splitlines()
    found = {}
    for line in lines:
        # Of "Environment" and "Environment variables", the longer.
        label = max((each for each in labels if line.startswith(f"{each} ")), key=len, default=None)
        if label is not None:
            found[label] = line[len(label) :].strip()
    return found


URL: Final = Server(name="x", url="http://x/mcp")
COMMAND: Final = Server(name="x", command="run", args=("a b",))


def test_what_is_as_by_default_has_no_line() -> None:
    assert list(rows(URL)) == ["URL", "Transport", "Protocol", "Used by"]
    assert list(rows(COMMAND)) == ["Command", "Transport", "Protocol", "Used by"]


@pytest.mark.parametrize(
    ("server", "changes", "said"),
    [
        (URL, {"timeout": 9.0}, {"Timeout": "9 s"}),
        (URL, {"allowed_tools": ()}, {"Allowed tools": "none"}),
        (URL, {"allowed_tools": ("read_*", "x"), "tags": ("a",)}, {"Allowed tools": "read_*, x", "Tags": "a"}),
        (URL, {"allow_all_keys": True}, {"Access": "all enabled keys"}),
        (URL, {"prefix": "docs"}, {"Prefix": "docs"}),
        (URL, {"environment": "prod"}, {"Environment": "prod: confirm writes"}),
        (URL, {"auth_type": "bearer_token", "auth_value": SECRET}, {"Authentication": "bearer token"}),
        (URL, {"auth_type": "oauth2", "oauth_client_secret": SECRET, "oauth_scopes": ("a", "b")},
         {"Authentication": "oauth2", "Scopes": "a, b"}),
        (URL, {"headers": {"Authorization": SECRET, "X-A": "1"}}, {"Headers": "Authorization, X-A"}),
        (COMMAND, {"env": {"TOKEN": SECRET}, "cwd": "/srv"},
         {"Environment variables": "TOKEN", "Working directory": "/srv"}),
        (COMMAND, {"isolation": "shared", "max_processes": 2},
         {"Isolation": "one for all clients; no sampling, elicitation or roots", "Max processes": "2 processes"}),
        # Without effect on such a server.
        (COMMAND, {"headers": {"A": "1"}}, {}),
        (URL, {"isolation": "key"}, {"Isolation": "one per key"}),
        (URL, {"env": {"A": "1"}, "max_processes": 2}, {}),
        # One line each, whatever is in it.
        (URL, {"tags": ("a\nb", "c\x1b")}, {"Tags": "a b, c\\u001b"}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_server_has_a_line_and_no_secret(
    server: Server, changes: dict[str, Any], said: dict[str, str]
) -> None:
    found = rows(changed(server, changes))
    assert {name: words for name, words in found.items() if name not in rows(server)} == said
    assert SECRET not in str(found)


def test_a_new_setting_is_shown_by_itself() -> None:
    painted = Painted(name="x", url="http://x/mcp", paint="light_green")
    assert rows(painted)["Paint"] == "light green"
    assert "Paint" not in rows(Painted(name="x", url="http://x/mcp"))
