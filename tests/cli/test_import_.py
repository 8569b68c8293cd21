from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]
DATA = Path(__file__).parents[1] / "data" / "clients"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home and an empty project folder."""
    home = tmp_path / "me"
    (home / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLINE_MCP_SETTINGS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home / "project")
    return home


def test_a_preview_changes_nothing(run: Run, ws: Workspace, gateway: FakeGateway) -> None:
    result = run("import", str(DATA / "cursor.json"), "--from", "cursor", "--dry-run")
    assert result.stdout.splitlines()[1].split() == [
        "[x]", "notes", "Cursor", "npx", "-y", "notes-mcp-server", "--root", "${env:HOME}/notes", "1", "new",
    ]  # fmt: skip
    assert "note: crm: log in once it is saved: mcptui server login crm" in result.stderr
    assert "canary" not in result.output
    assert ws.load().state.servers == {}
    assert gateway.asked == []


def test_it_asks_and_saves(run: Run, ws: Workspace, gateway: FakeGateway) -> None:
    result = run("import", str(DATA / "server.json"), code=4)
    assert "nothing was imported" in result.stderr
    result = run("import", str(DATA / "server.json"), "--yes")
    assert "Imported 1 server\n" in result.stderr
    assert (
        "weather-mcp needs Key of the weather service: mcptui secret set server/weather-mcp/x-api-key" in result.stderr
    )
    assert "skipped: weather-mcp: packages of kind mcpb cannot be started by mcptui" in result.stderr
    assert list(ws.load().state.servers) == ["weather-mcp"]
    assert {asked[0] for asked in gateway.asked} <= {"secret_changed", "reload"}
    run("import", str(DATA / "server.json"), "--only", "weather-mcp-3", "--yes")
    assert ws.load().state.servers["weather-mcp-3"].enabled is False


def test_standard_input_and_json(run: Run) -> None:
    text = (DATA / "litellm.yaml").read_text(encoding="utf-8")
    result = run("import", "-", "--json", "--yes", input=text)
    preview = json.loads(result.stdout)
    assert [(row["id"], row["name"], row["secrets"]) for row in preview["servers"]] == [
        ("github_server", "github_server", 0),
        ("jira", "jira", 2),
        ("sheets", "sheets", 1),
        ("cloud", "cloud", 0),
        ("drive", "drive", 1),
    ]
    assert preview["models"] == ["gpt-4o", "local", "claude"]
    assert "canary" not in result.output
    assert preview["sources"][0]["problems"] == [
        "petstore: an OpenAPI description is no MCP server; mcptui cannot serve it"
    ]
    assert [model["name"] for model in json.loads(run("model", "list", "--json").stdout)] == preview["models"]


def test_clashes(run: Run, ws: Workspace) -> None:
    text = json.dumps({"mcpServers": {"a": {"command": "one"}}})
    run("import", "-", "--yes", input=text)
    again = run("import", "-", "--yes", input=text)
    assert "exists" in again.stdout
    assert "there is nothing to import" in again.stderr
    other = text.replace("one", "two")
    assert "as a-2" in run("import", "-", "--yes", input=other).stdout
    other = text.replace("one", "three")
    assert "skipped: the name exists" in run("import", "-", "--yes", "--on-clash", "skip", input=other).stdout
    assert "replaces the existing server" in run("import", "-", "--yes", "--on-clash", "replace", input=other).stdout
    assert {name: server.command for name, server in ws.load().state.servers.items()} == {"a": "three", "a-2": "two"}


def test_models_may_stay_behind(run: Run, ws: Workspace) -> None:
    run("import", str(DATA / "litellm.yaml"), "--yes", "--no-models")
    assert ws.load().state.models == {}
    assert ws.load().state.groups["dev"].servers == ("github_server", "jira")


def test_what_clients_have(run: Run, ws: Workspace, home: Path) -> None:
    assert "there is nothing to import" in run("import", "--found").stderr
    (home / ".cursor").mkdir()
    (home / ".cursor" / "mcp.json").write_bytes((DATA / "cursor.json").read_bytes())
    (home / ".gemini").mkdir()
    (home / ".gemini" / "settings.json").write_text("{", encoding="utf-8")
    result = run("server", "import", "--found", "--yes")
    assert "settings.json: not valid JSON" in result.stderr
    assert list(ws.load().state.servers) == ["notes", "issue-tracker", "crm"]
    assert "no codex configuration with MCP servers found" in run("import", "--from", "codex", code=3).stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "specify FILE, --found or --from CLIENT"),
        (["x.json", "--found"], 2, "mutually exclusive"),
        (["--from", "emacs"], 2, "is not one of"),
        (["/nowhere/x.json"], 3, "there is no file /nowhere/x.json"),
        (["-", "--only", "b"], 3, 'there is no server "b" in it'),
    ],
)
def test_wrong_usage(run: Run, words: list[str], code: int, says: str) -> None:
    assert says in run("import", *words, code=code, input='{"a": {"url": "https://a.example/mcp"}}').stderr


def test_what_is_still_to_be_done_is_said(run: Run, ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    servers = {"good": {"url": "https://good.example/mcp"}, "host": {"url": "https://${HOSTX}/mcp"}, "bad": 5}
    file.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
    preview = json.loads(run("import", str(file), "--dry-run", "--json").stdout)
    assert [row["needs"] for row in preview["servers"]] == [
        [],
        ["the variable HOSTX in the environment of the gateway"],
    ]
    said = run("import", str(file), "--yes").stderr
    assert "skipped: bad is not an object" in said
    assert "host needs the variable HOSTX in the environment of the gateway\n" in said
    assert "enable it with: mcptui server enable host\n" in said


def test_a_file_of_which_nothing_can_be_used_is_an_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    file.write_text(json.dumps({"mcpServers": {"bad": {"url": "ftp://x"}}}), encoding="utf-8")
    assert "skipped: bad: the URL must begin with" in run("import", str(file), "--yes", code=4).stderr


def test_a_dangerous_variable_is_told_and_keeps_the_server_switched_off(run: Run, ws: Workspace) -> None:
    text = json.dumps({"mcpServers": {"a": {"command": "node", "args": ["a.js"], "env": {"NODE_OPTIONS": "-r x"}}}})
    told = run("import", "-", "--yes", input=text).output
    assert "imported disabled, it needs your consent, because NODE_OPTIONS in its environment" in told
    assert not ws.load().state.servers["a"].enabled
    run("server", "enable", "a")
    assert ws.load().state.servers["a"].enabled


def test_standard_input_is_bounded(run: Run) -> None:
    assert "larger than 16 MB" in run("import", "-", input=b" " * (16 * 2**20 + 1), code=1).stderr
    assert "is not UTF-8" in run("import", "-", input=b"\xff", code=1).stderr
