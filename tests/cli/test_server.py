from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from mcptui.errors import McptuiError
from mcptui.model.auth import BearerToken, OAuth
from mcptui.model.runtime import ProbeStep, ServerStatus
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway

Run = Callable[..., Result]

WORKS = (
    ProbeStep(step="connect", status="running"),
    ProbeStep(step="connect", status="ok", ms=12.3),
    ProbeStep(step="tools", status="ok", detail="2 tools"),
    ProbeStep(
        step="done", status="ok", result={"tools": [{"name": "a", "description": "First.\nMore."}, {"name": "b"}]}
    ),
)
FAILS = (
    ProbeStep(step="spawn", status="ok", ms=3),
    ProbeStep(step="initialize", status="failed", detail="it exited with code 7", hint="start it", stderr=["no\x1b"]),
    ProbeStep(step="done", status="failed"),
)


def test_a_url_or_a_command(run: Run, ws: Workspace) -> None:
    run("server", "add", "docs", "https://example.com/mcp", "--no-test", "--transport", "http")
    run("server", "add", "files", "--no-test", "--cwd", "/srv", "--", "npx", "-y", "server", "--root", "/srv")
    servers = ws.load().state.servers
    assert (servers["docs"].url, servers["docs"].command, servers["docs"].transport) == (
        "https://example.com/mcp", None, "http",
    )  # fmt: skip
    files = servers["files"]
    assert (files.url, files.command, files.args, files.cwd) == (
        None,
        "npx",
        ("-y", "server", "--root", "/srv"),
        "/srv",
    )


def test_every_option_arrives(run: Run, ws: Workspace) -> None:
    run(
        "server", "add", "docs", "https://example.com/mcp", "--no-test", "--header", "X-Team=docs",
        "--header", "X-Home=${env:HOME}", "--forward-header", "X-Request-Id", "--allowed-tools", "read_*,list_*",
        "--disallowed-tools", "read_all", "--prefix", "d", "--timeout", "5", "--spec-version", "2025-11-25",
        "--description", "Docs", "--allow-all-keys", "--disabled",
    )  # fmt: skip
    docs = ws.load().state.servers["docs"]
    assert docs.headers == {"X-Team": "docs", "X-Home": "${env:HOME}"}
    assert docs.forward_headers == ("X-Request-Id",)
    assert docs.allowed_tools == ("read_*", "list_*")
    assert docs.disallowed_tools == ("read_all",)
    assert (docs.prefix, docs.timeout, docs.spec_version) == ("d", 5.0, "2025-11-25")
    assert (docs.description, docs.allow_all_keys, docs.enabled) == ("Docs", True, False)


def test_secrets_are_read_and_only_referred_to(run: Run, ws: Workspace) -> None:
    result = run(
        "server", "add", "docs", "https://example.com/mcp", "--no-test", "--auth-type", "bearer_token",
        "--secret", "X-Api-Key", input="token-one\nkey-two\n",
    )  # fmt: skip
    docs = ws.load().state.servers["docs"]
    assert docs.auth == BearerToken(auth_value="${secret:server/docs/auth}")
    assert docs.headers == {"X-Api-Key": "${secret:server/docs/x-api-key}"}
    assert "token-one" not in ws.paths.config_file.read_text(encoding="utf-8") + result.output
    assert {row["path"]: row["present"] for row in json.loads(run("secret", "list", "--json").stdout)} == {
        "server/docs/auth": True,
        "server/docs/x-api-key": True,
    }


def test_no_secret_on_stdin_is_refused_and_nothing_saved(run: Run, ws: Workspace) -> None:
    result = run("server", "add", "docs", "https://example.com/mcp", "--auth-type", "bearer_token", code=4)
    assert "bearer_token secret of docs is empty" in result.stderr
    assert ws.load().state.servers == {}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["x", "https://example.com/mcp", "--env", "A=b"], 2, "--header"),
        (["x", "--header", "A=b", "--", "npx"], 2, "--env"),
        (["x"], 2, "Missing argument"),
        (["Not OK", "npx"], 4, "1 to 32 of a-z"),
        (["mcp", "npx"], 4, "path of the gateway"),
        (["x", "https://example.com/mcp", "--auth-type", "magic"], 2, "is not one of"),
    ],
)
def test_what_cannot_be_added(run: Run, ws: Workspace, words: list[str], code: int, says: str) -> None:
    assert says in run("server", "add", *words, code=code).stderr
    assert ws.load().state.servers == {}


def test_a_name_is_taken_unless_replaced(run: Run, ws: Workspace) -> None:
    run("server", "add", "x", "--no-test", "one")
    assert "--replace" in run("server", "add", "x", "--no-test", "two", code=4).stderr
    run("server", "add", "x", "--no-test", "--replace", "two")
    assert ws.load().state.servers["x"].command == "two"


def test_add_tells_what_it_found(run: Run, gateway: FakeGateway) -> None:
    gateway.steps = WORKS
    result = run("server", "add", "x", "one")
    assert "  ✓ connect 12 ms\n  ✓ tools  2 tools\nx works: 2 tools, 0 prompts, 0 resources\n" in result.stderr
    assert result.stdout == ""
    assert "start" not in {asked[0] for asked in gateway.asked}


def test_add_saves_what_does_not_work(run: Run, ws: Workspace, gateway: FakeGateway) -> None:
    gateway.steps = FAILS
    result = run("server", "add", "x", "one")
    assert "  ✗ initialize  it exited with code 7\n    stderr: no\\u001b\n" in result.stderr
    assert "saved, but the test failed: x: initialize failed: it exited with code 7\n  start it\n" in result.stderr
    assert "x" in ws.load().state.servers


def test_scripts_may_require_that_a_new_server_works(run: Run, ws: Workspace, gateway: FakeGateway) -> None:
    gateway.steps = FAILS
    assert "saved, but the test failed" in run("server", "add", "x", "--require-ready", "one", code=1).stderr
    assert "x" in ws.load().state.servers
    gateway.steps = WORKS
    run("server", "add", "y", "--require-ready", "one")
    gateway.running, gateway.start_error = None, McptuiError("port 4000 is in use")
    run("server", "add", "z", "--require-ready", "one", code=1)
    run("server", "add", "w", "--require-ready", "--no-test", "one", code=2)
    assert "w" not in ws.load().state.servers


def test_what_is_saved_stays_when_nobody_waits_for_the_end(
    run: Run, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mcptui.cli.server.probe", interrupted)
    result = run("server", "add", "x", "one", code=130)
    assert "x is saved. Its state: mcptui server list; test it again: mcptui server test x\n" in result.stderr
    assert "x" in ws.load().state.servers


def test_the_list_says_what_does_not_run_and_what_is_starting(run: Run, gateway: FakeGateway) -> None:
    for name in ("a", "b", "c"):
        run("server", "add", name, "--no-test", "one")
    now = time.time()
    assert gateway.running is not None
    gateway.running = replace(
        gateway.running,
        servers=(
            ServerStatus(name="a", state="idle", since=now, tools=3),
            ServerStatus(name="b", state="starting", since=now - 3600, reason="added 12 packages"),
            ServerStatus(name="c", state="starting", since=now - 3600),
        ),
    )
    result = run("server", "list")
    lines = result.stdout.splitlines()
    assert "  ready (idle)  " in lines[1]
    assert " starting 36" in lines[2]
    assert result.stderr == "b is starting; last output: added 12 packages\n"


def test_a_gateway_that_cannot_start_is_not_the_servers_fault(run: Run, ws: Workspace, gateway: FakeGateway) -> None:
    gateway.running = None
    gateway.start_error = McptuiError("port 4000 is in use", hint="use another")
    result = run("server", "add", "x", "one")
    assert "saved, but it could not be tested: port 4000 is in use\n  use another\n" in result.stderr
    assert "x" in ws.load().state.servers


def test_test_has_an_exit_code(run: Run, gateway: FakeGateway) -> None:
    run("server", "add", "x", "--no-test", "one")
    gateway.steps = WORKS
    assert run("server", "test", "x").stdout == "TOOL  DESCRIPTION\na     First.\nb     -\n"
    assert [tool["name"] for tool in json.loads(run("server", "test", "x", "--json").stdout)["tools"]] == ["a", "b"]
    gateway.steps = FAILS
    assert "Error: x: initialize failed" in run("server", "test", "x", code=1).stderr
    assert 'no server "y"' in run("server", "test", "y", code=3).stderr


def test_a_probe_borrows_a_gateway(run: Run, gateway: FakeGateway) -> None:
    gateway.running = None
    gateway.steps = FAILS
    run("server", "add", "x", "--no-test", "one")
    run("server", "test", "x", code=1)
    assert [asked[0] for asked in gateway.asked] == ["start", "probe", "stop"]


def test_list_and_show_know_the_state(run: Run, gateway: FakeGateway) -> None:
    run("server", "add", "x", "--no-test", "--", "one", "a b")
    run("team", "create", "data", "--server", "x")
    now = ServerStatus(name="x", state="ready", since=0, transport="stdio", tools=3, protocol_version="2025-11-25")
    gateway.running = replace(STATUS, servers=[replace(now, remarks=["tool 'a': odd", "tool 'b': odd"])])
    listed = run("server", "list").stdout
    assert listed.splitlines()[1].split() == ["x", "ready", "stdio", "3", "team", "data", "one", "'a", "b'"]
    row = json.loads(run("server", "list", "--json").stdout)[0]
    assert (row["command"], row["status"]["tools"]) == ("one", 3)
    shown = run("server", "show", "x").stdout
    assert "protocol" in shown
    assert "2025-11-25" in shown
    assert shown.count("remark") == 2
    assert "tool 'b': odd" in shown
    gateway.running = None
    assert "not running" in run("server", "list").stderr
    assert json.loads(run("server", "show", "x", "--json").stdout)["status"] is None


def test_edit_changes_what_is_named(run: Run, ws: Workspace) -> None:
    run("server", "add", "x", "https://example.com/mcp", "--no-test", "--header", "A=1", "--description", "old")
    run("server", "edit", "x", "--header", "B=2", "--timeout", "9", "--unset", "description")
    edited = ws.load().state.servers["x"]
    assert (dict(edited.headers), edited.timeout, edited.description) == ({"A": "1", "B": "2"}, 9.0, "")
    run("server", "edit", "x", "https://example.com/other", "--name", "y")
    assert ws.load().state.servers["y"].url == "https://example.com/other"
    assert "nothing to change" in run("server", "edit", "y", code=2).stderr
    run("server", "edit", "y", "--", "npx", "-y")
    assert json.loads(run("server", "show", "y", "--json").stdout)["args"] == ["-y"]
    assert "edit y -- z 'a b'" in run("server", "edit", "y", "z", "a b", "--timeout", "1", code=2).stderr
    assert "did you mean y?" in run("server", "edit", "yy", "--timeout", "1", code=3).stderr


def test_an_edit_takes_the_secret_along_that_nothing_uses_any_more(run: Run, ws: Workspace) -> None:
    run("server", "add", "x", "https://example.com/mcp", "--no-test", "--auth-type", "token", input="canary\n")
    assert ws.secrets.get("server/x/auth") == "canary"
    run("server", "edit", "x", "--auth-type", "bearer_token", input="canary2\n")
    assert ws.secrets.get("server/x/auth") == "canary2"
    run("server", "edit", "x", "--auth-type", "none")
    assert ws.secrets.get("server/x/auth") is None


def test_enable_disable_remove(run: Run, ws: Workspace) -> None:
    run("server", "add", "x", "--no-test", "one")
    run("server", "add", "y", "--no-test", "one")
    run("team", "create", "data", "--server", "x")
    run("server", "disable", "x", "y")
    assert [server.enabled for server in ws.load().state.servers.values()] == [False, False]
    run("server", "enable", "y")
    assert ws.load().state.servers["y"].enabled
    refused = run("server", "remove", "x", code=4)
    assert "x was not deleted (team data will lose access)" in refused.stderr
    assert "x, y were not deleted" in run("server", "remove", "x", "y", code=4).stderr
    run("server", "remove", "x", "--yes")
    assert list(ws.load().state.servers) == ["y"]


def test_what_a_form_sets_a_command_sets(run: Run, ws: Workspace) -> None:
    run(
        "server", "add", "x", "https://x.example/mcp", "--no-test", "--auth-type", "oauth2",
        "--oauth-redirect-port", "3118", "--oauth-client-metadata-url", "https://me.example/client.json",
    )  # fmt: skip
    auth = ws.load().state.servers["x"].auth
    assert auth == OAuth(oauth_redirect_port=3118, oauth_client_metadata_url="https://me.example/client.json")
    assert "oauth redirect port" in run("server", "show", "x").stdout
    run("server", "edit", "x", "--unset", "oauth-redirect-port", "--unset", "oauth_client_metadata_url")
    assert ws.load().state.servers["x"].auth == OAuth()


def test_a_setting_of_another_kind_of_auth_is_refused(run: Run, ws: Workspace) -> None:
    run("server", "add", "x", "https://x.example/mcp", "--no-test")
    assert "--auth-type oauth2" in run("server", "edit", "x", "--oauth-issuer", "https://i.example", code=2).stderr
    assert "--auth-value" in run("server", "edit", "x", "--auth-value", code=2).stderr


def test_a_certificate_that_is_not_checked_stays_in_sight(run: Run) -> None:
    added = run("server", "add", "x", "https://example.com/mcp", "--no-test", "--no-verify-tls")
    assert "certificates are not verified" in added.stderr
    assert "TLS not verified" in run("server", "list").stdout
    assert "TLS certificate not verified" in run("server", "show", "x").stdout
    assert "certificates are not verified" in run("doctor").stdout


def test_no_secret_that_is_written_out_is_shown(run: Run, ws: Workspace) -> None:
    ws.paths.config_file.write_text(
        """version = 1
[servers.x]
url = "https://me:canary1@example.com/mcp?api_key=canary2"
auth_type = "token"
auth_value = "canary3"
headers = { Authorization = "Bearer canary4" }
proxy = "http://me:canary5@proxy:1"
client_cert = "/c.pem"
client_key = "-----BEGIN PRIVATE KEY-----canary6"
[servers.y]
command = "run"
args = ["--token", "canary7"]
env = { API_KEY = "canary8" }
""",
        encoding="utf-8",
    )
    for words in (["list"], ["show", "x"], ["show", "y"]):
        for as_json in ([], ["--json"]):
            shown = run("server", *words, *as_json).stdout
            assert "canary" not in shown
            assert "••••" in shown


def test_a_text_that_is_no_line_is_kept_and_shown_on_one(run: Run, ws: Workspace) -> None:
    odd = "a\nb\u2028c\x1b[2Jd"
    run("server", "add", "x", "https://example.com/mcp", "--no-test", "--description", odd, "--header", f"X-A={odd}")
    assert ws.load().state.servers["x"].description == odd
    lines = run("server", "show", "x").stdout.splitlines()
    assert "description" in [line.split()[0] for line in lines]
    assert next(line for line in lines if line.startswith("description")).endswith("a b c\\u001b[2Jd")
    assert json.loads(run("server", "show", "x", "--json").stdout)["description"] == odd


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (["--unset", "timeout"], ["transport", "description"]),
        (["--unset", "transport", "--unset", "description"], ["timeout"]),
        # What is said counts, also beside --unset.
        (["--unset", "timeout", "--timeout", "9"], ["transport", "timeout", "description"]),
        # And a default that is said stays in the file.
        (["--timeout", "60"], ["transport", "timeout", "description"]),
    ],
)
def test_unset_takes_the_line_out_of_the_file(run: Run, ws: Workspace, options: list[str], lines: list[str]) -> None:
    ws.paths.ensure()
    ws.paths.config_file.write_text(
        '[servers.x]\nurl = "https://example.com/mcp"\ntransport = "auto"\ntimeout = 30.0\ndescription = "x"\n',
        encoding="utf-8",
    )
    run("server", "edit", "x", *options)
    text = ws.paths.config_file.read_text(encoding="utf-8")
    assert [line.split()[0] for line in text.splitlines()[2:]] == lines


@pytest.mark.parametrize(
    ("table", "command", "option"),
    [
        ("gateway", ["settings", "set"], "log-level"),
        ("groups.g", ["group", "edit", "g"], "description"),
        ("teams.t", ["team", "edit", "t"], "description"),
        ("users.u", ["user", "edit", "u"], "description"),
        ("models.m", ["model", "edit", "m"], "api"),
    ],
)
def test_unset_takes_a_default_out_of_the_file_everywhere(
    run: Run, ws: Workspace, table: str, command: list[str], option: str
) -> None:
    said = {"log-level": 'log_level = "info"', "description": 'description = ""', "api": 'api = "responses"'}[option]
    needed = 'base_url = "http://m"\nmodel = "m"\n' if table == "models.m" else ""
    ws.paths.ensure()
    ws.paths.config_file.write_text(f"[{table}]\n{needed}{said}\n", encoding="utf-8")
    run(*command, "--unset", option)
    assert ws.paths.config_file.read_text(encoding="utf-8") == f"[{table}]\n{needed}"


def test_unset_of_several_at_once(run: Run, ws: Workspace) -> None:
    ws.paths.ensure()
    ws.paths.config_file.write_text('[orgs.a]\ndescription = ""\n\n[orgs.b]\ndescription = "x"\n', encoding="utf-8")
    run("org", "edit", "a", "b", "--unset", "description")
    assert ws.paths.config_file.read_text(encoding="utf-8") == "[orgs.a]\n\n[orgs.b]\n"
