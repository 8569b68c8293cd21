from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcptui.model import State
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded
from mcptui.state.reader import parse_state, read_state

FILE = Path("/home/me/mcptui.toml")
CANARY = "canary-20f7"

EXAMPLE = f"""\
version = 1
[gateway]
port = 4001
separator = "-"
survive_app = true
[secrets]
backend = "vault"
key_file_consent = true
[servers.deepwiki]
url = "https://mcp.deepwiki.com/mcp"
headers = {{ "X-Token" = "${{secret:server/deepwiki/x-token}}" }}
timeout = 5
allowed_tools = []
prefix = ""
[servers.files]
command = "npx"
args = ["-y", "server"]
env = {{ HOME = "${{env:HOME}}" }}
[groups.reading]
servers = ["deepwiki", "files"]
[orgs.acme]
servers = ["@reading"]
[teams.data]
org = "acme"
[users.alice]
team = "data"
servers = []
[keys."cursor.laptop"]
hash = "sha256:{"ab" * 32}"
user = "alice"
tools = {{ deepwiki = ["read_*", "!read_private"] }}
expires = 2027-01-01T01:00:00+01:00
[models.gpt]
base_url = "https://api.openai.com/v1"
model = "gpt-4o"
api = "chat"
api_key = "${{secret:model/gpt/api_key}}"
"""


def test_example() -> None:
    loaded = parse_state(EXAMPLE, FILE)
    state = loaded.state
    assert loaded.problems == ()
    assert loaded.revision == hashlib.sha256(EXAMPLE.encode()).hexdigest()
    assert (state.gateway.port, state.gateway.separator, state.gateway.survive_app) == (4001, "-", True)
    assert state.secrets.backend == "vault"
    assert state.secrets.key_file_consent
    assert list(state.servers) == ["deepwiki", "files"]
    deepwiki = state.servers["deepwiki"]
    assert (deepwiki.timeout, deepwiki.allowed_tools, deepwiki.prefix) == (5.0, (), "")
    assert state.servers["files"].allowed_tools is None
    assert state.servers["files"].args == ("-y", "server")
    assert state.users["alice"].servers == ()
    assert state.teams["data"].servers is None
    key = state.keys["cursor.laptop"]
    assert key.tools == {"deepwiki": ("read_*", "!read_private")}
    assert key.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert state.models["gpt"].api == "chat"


def test_missing_and_empty_file_are_an_empty_state(tmp_path: Path) -> None:
    missing = read_state(tmp_path / "mcptui.toml")
    (tmp_path / "mcptui.toml").touch()
    assert missing == read_state(tmp_path / "mcptui.toml") == Loaded(State(), hashlib.sha256(b"").hexdigest())


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    file = tmp_path / "mcptui.toml"
    file.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert read_state(file).state == parse_state(EXAMPLE, FILE).state


def failure(text: str) -> StateError:
    with pytest.raises(StateError) as caught:
        parse_state(text, FILE)
    assert caught.value.file == FILE
    assert CANARY not in f"{caught.value} {caught.value.hint}"
    return caught.value


SERVER = '\n[servers.a]\nurl = "https://x.example"\n'
MODEL = '[models.m]\nbase_url = "http://x"\nmodel = "m"\n'
KEY = f'\n[keys.k]\nhash = "sha256:{"0" * 64}"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "reason", "hint"),
    [
        (SERVER + 'transport = "htp"', 4, "servers.a.transport", '"htp" is not one of auto, http, sse', '"http"'),
        (SERVER + 'auth_type = "Bearer"', 4, "servers.a.auth_type", '"Bearer" is not one of', "bearer_token"),
        (SERVER + 'transport = "zzz"', 4, "servers.a.transport", '"zzz" is not one of', None),
        (SERVER + 'enabled = "true"', 4, "servers.a.enabled", "must be true or false", "without quotes"),
        (SERVER + "enabled = 1", 4, "servers.a.enabled", "must be true or false, not a number", None),
        (SERVER + "timeout = 0", 4, "servers.a.timeout", "more than 0 seconds", None),
        (SERVER + "timeout = inf", 4, "servers.a.timeout", "more than 0 seconds", None),
        (SERVER + 'timeout = "3"', 4, "servers.a.timeout", "number of seconds, not a string", None),
        (SERVER + "timeout = true", 4, "servers.a.timeout", "number of seconds, not true", None),
        (SERVER + f'headers = "{CANARY}"', 4, "servers.a.headers", "a table of strings, not a string", "Example"),
        (SERVER + "\nheaders = { A = 1 }", 5, "servers.a.headers", "A must be a string, not a number", None),
        (SERVER + f'allowed_tools = "{CANARY}"', 4, "servers.a.allowed_tools", "array of strings", "brackets"),
        (SERVER + "tags = [1]", 4, "servers.a.tags", "only strings, not a number", None),
        (SERVER + "description = 1", 4, "servers.a.description", "a string, not a number", "quotes"),
        (SERVER + "description = []", 4, "servers.a.description", "a string, not an array", None),
        (SERVER + "description = 07:32:00", 4, "servers.a.description", "a string, not a time", None),
        (SERVER + 'prefix = "a b"', 4, "servers.a.prefix", '"a b" is not 0 to 32 of letters', None),
        (SERVER + 'command = "x"', 2, "servers.a", "has both url and command", "Remove one"),
        (SERVER + 'transport = "stdio"', 4, "servers.a.transport", "stdio needs a command", None),
        ('[servers.a]\ncommand = "x"\ntransport = "sse"', 3, "servers.a.transport", "sse needs a url", None),
        ("[servers.a]", 1, "servers.a", "needs a url or a command", None),
        ('[servers.a]\ncommand = " "', 2, "servers.a.command", "must not be empty", None),
        (f'[servers.a]\nurl = "ftp://me:{CANARY}@x"', 2, "servers.a.url", "is not a URL", "http://"),
        ('[servers.a]\nurl = "https://x y"', 2, "servers.a.url", "white space", None),
        ('[servers."My Server"]\nurl="https://x"', 1, 'servers."My Server"', "must be 1 to 32", "my-server"),
        ('[servers."é"]\nurl="https://x"', 1, 'servers."é"', "must be 1 to 32", None),
        ('[servers.mcp]\nurl="https://x"', 1, "servers.mcp", "is a path of the gateway", None),
        ('[teams."a b"]', 1, 'teams."a b"', "must be 1 to 64", None),
        ("servers = 3", 1, "servers", "must be a table, not a number", None),
        ("[servers]\na = []", 2, "servers.a", "must be a table, not an array", None),
        ("[gateway]\nport = 70000", 2, "gateway.port", "from 0 to 65535, not 70000", None),
        ("[gateway]\nport = true", 2, "gateway.port", "from 0 to 65535, not true", None),
        ('[gateway]\nseparator = ""', 2, "gateway.separator", "1 to 8", None),
        ('[gateway]\ntls_certfile = "x"', 1, "gateway", "needed together", None),
        ("version = 2", 1, "version", "the file has format 2", "newer mcptui"),
        ('version = "1"', 1, "version", "must be 1", None),
        ("version = 0", 1, "version", "must be 1", None),
        (f'[keys.k]\nhash = "{CANARY}"', 2, "keys.k.hash", "sha256: and 64", "mcptui key create"),
        ("[keys.k]", 1, "keys.k", "hash is missing", None),
        (KEY + 'user = "u"\nteam = "t"', 2, "keys.k", "belongs to user and team", "at most one"),
        (KEY + KEY.replace("keys.k", "keys.l"), 6, "keys.l.hash", 'also the hash of key "k"', "Remove one"),
        (KEY + 'tools = ["x"]', 4, "keys.k.tools", "a table of server and globs, not an array", "Example"),
        (KEY + "expires = 2027-01-01", 4, "keys.k.expires", "needs a time and a time zone", "Example"),
        (KEY + "expires = 2027-01-01T00:00:00", 4, "keys.k.expires", "needs a time zone", "Example"),
        (KEY + 'expires = "2027-01-01T00:00:00Z"', 4, "keys.k.expires", "a date and time, not a string", "Example"),
        (KEY + "rpm = 0", 4, "keys.k.rpm", "of at least 1, not 0", None),
        ('[models.m]\nmodel = "x"', 1, "models.m", "base_url is missing", None),
        (MODEL + 'input_price = "2.5"', 4, "models.m.input_price", "a number of US dollars, not a string", "2.5"),
        (MODEL + "input_price = -1", 4, "models.m.input_price", "0 or more US dollars, not -1", "Example"),
        (MODEL + "input_price = nan", 4, "models.m.input_price", "0 or more US dollars, not nan", "Example"),
        (MODEL + "context_size = 0", 4, "models.m.context_size", "of at least 1, not 0", None),
    ],
)  # fmt: skip
def test_bad_value_is_named_with_its_place(text: str, line: int, key: str, reason: str, hint: str | None) -> None:
    error = failure(text)
    assert (error.line, error.key) == (line, key)
    assert reason in error.reason
    assert error.message == f"mcptui.toml:{line}: {key}: {error.reason}"
    assert (hint in error.hint) if hint and error.hint else hint == error.hint


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb =\n", 2), ("a = 1\n\na = 2\n", 3), ("a = [1,\n\n", 1), ("[a]\n[a]", 2)],
)
def test_syntax_errors_name_the_line(text: str, line: int) -> None:
    error = failure(text)
    assert error.line == line
    assert error.reason.startswith("not valid TOML: ")


def test_text_of_the_file_cannot_reach_the_terminal() -> None:
    error = failure('[servers."\\u001b[31m"]\nurl = "https://x"')
    assert "\x1b" not in str(error)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        read_state(tmp_path)
    file = tmp_path / "mcptui.toml"
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(StateError, match="toml:2: is not UTF-8"):
        read_state(file)


def test_unknown_keys_are_reported() -> None:
    loaded = parse_state("[server.x]\n" + SERVER + 'trasport = "http"\nzzz = 1\n', FILE)
    assert [(item.key, item.line, item.hint) for item in loaded.problems] == [
        ("server", 1, 'Did you mean "servers"?'),
        ("servers.a.trasport", 5, 'Did you mean "transport"?'),
        ("servers.a.zzz", 6, None),
    ]


def test_what_earlier_versions_wrote_is_read_with_a_remark() -> None:
    loaded = parse_state(SERVER + 'isolation = "auto"\n', FILE)
    assert loaded.state.servers["a"].isolation == "session"
    (remark,) = loaded.problems
    assert (remark.key, remark.message) == ("servers.a.isolation", '"auto" is called "session" now')
    assert remark.hint == 'Write isolation = "session".'


def test_reading_does_not_load_what_writes() -> None:
    program = "import sys, mcptui.state.reader; print(sorted({'tomlkit', 'keyring', 'filelock'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
