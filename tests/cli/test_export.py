from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.services.keys import create_key
from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home without any client."""
    home = tmp_path / "me"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLINE_MCP_SETTINGS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def key(run: Run, home: Path) -> str:
    """The key of ``laptop``."""
    return run("key", "create", "laptop").stdout.strip()


def test_shown_without_the_key(run: Run, key: str, home: Path) -> None:
    result = run("export", "cursor", "--key", "laptop", "--server", "docs")
    entry = json.loads(result.stdout)["mcpServers"]["mcptui"]
    assert entry == {
        "url": "http://127.0.0.1:4000/mcp/docs",
        "headers": {"Authorization": "Bearer ${env:MCPTUI_KEY}"},
    }
    assert f"add this to {home}/.cursor/mcp.json" in result.stderr
    assert "--reveal writes the key itself" in result.stderr
    assert list(home.iterdir()) == []


def test_the_key_itself_when_asked_for(run: Run, key: str) -> None:
    assert key in run("export", "curl", "--key", "laptop", "--reveal", input=f"{key}\n").stdout
    wrong = run("export", "curl", "--key", "laptop", "--reveal", code=4, input="sk-mcptui-other\n")
    assert "that is not the key laptop" in wrong.stderr
    assert key not in wrong.output


def test_a_key_may_come_from_the_command_that_makes_it(
    run: Run, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(_: str) -> str:
        return create_key(ws, "late").secret

    with monkeypatch.context() as patched:
        patched.setattr("mcptui.cli.export.read_secret", made)
        assert "sk-mcptui-" in run("export", "curl", "--key", "late", "--reveal").stdout
    assert 'no key "nobody"' in run("export", "curl", "--key", "nobody", "--reveal", code=3).stderr


def test_written_and_removed(run: Run, key: str, home: Path) -> None:
    file = home / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text('{\n  "mcpServers": {}\n}\n', encoding="utf-8")
    refused = run("export", "cursor", "--key", "laptop", "--write", code=4)
    assert "was not changed" in refused.stderr
    assert '+      "url": "http://127.0.0.1:4000/mcp",' in refused.stdout
    done = run("export", "cursor", "--key", "laptop", "--write", "--reveal", "--yes", input=f"{key}\n")
    assert "Cursor reloads the file automatically" in done.stderr
    assert "backup of the previous file: " in done.stderr
    assert key not in done.output
    assert key in file.read_text(encoding="utf-8")
    again = run("export", "cursor", "--key", "laptop", "--write", "--reveal", "--yes", input=f"{key}\n")
    assert "needs no change" in again.stderr
    rows = json.loads(run("export", "--json").stdout)
    assert rows[0] == {"client": "cursor", "title": "Cursor", "state": "uses mcptui", "file": str(file)}
    assert "no file yet" in run("export").stdout
    removed = run("export", "cursor", "--remove", "--yes", "--json")
    assert json.loads(removed.stdout)["changed"] is True
    assert "mcptui" not in file.read_text(encoding="utf-8")


def test_a_client_that_starts_a_command_gets_no_key(run: Run, ws: Workspace, key: str, home: Path) -> None:
    shown = run("export", "claude", "--key", "laptop")
    assert "store the key first: mcptui secret set key/laptop" in shown.stderr
    assert "may not be set for the client. " in shown.stderr, "the vault's key is set in this shell"
    refused = run("export", "claude", "--key", "laptop", "--write", code=4).stderr
    assert refused.index("or use --reveal") < refused.index("was not changed")
    done = run("export", "claude", "--key", "laptop", "--write", "--yes", input=f"{key}\n")
    assert "Quit Claude Desktop" in done.stderr
    assert ws.secrets.get("key/laptop") == key
    file = home / ".config" / "Claude" / "claude_desktop_config.json"
    assert key not in file.read_text(encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["mcpServers"]["mcptui"]["args"][-2:] == [
        "--key-secret",
        "key/laptop",
    ]
    # What is kept need not be typed again.
    assert key in run("export", "claude", "--key", "laptop", "--reveal").stdout
    assert "keep the key first" not in run("export", "claude", "--key", "laptop").stderr


def test_other_places(run: Run, key: str, tmp_path: Path) -> None:
    file = tmp_path / "project" / "mcp.json"
    words = ["export", "vscode", "--key", "laptop", "--file", str(file), "--write", "--yes", "--name", "tools"]
    run(*words, "--url", "https://mcp.example.org/", "--key-env", "TOOLS_KEY")
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "servers": {
            "tools": {
                "type": "http",
                "url": "https://mcp.example.org/mcp",
                "headers": {"Authorization": "Bearer ${env:TOOLS_KEY}"},
            }
        }
    }


def test_snippets_as_json(run: Run, key: str) -> None:
    found = json.loads(run("export", "python-sdk", "--key", "laptop", "--json").stdout)
    assert (found["client"], found["url"]) == ("python-sdk", "http://127.0.0.1:4000/mcp")
    compile(found["text"], "snippet", "exec")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["cursor"], 2, "--key NAME is required"),
        (["cursor", "--key", "nobody"], 3, 'there is no key "nobody"'),
        (["curl", "--key", "laptop", "--write"], 2, "curl has no configuration file"),
        (["cursor", "--key", "laptop", "--write", "--remove"], 2, "mutually exclusive"),
        (["emacs"], 2, "is not one of"),
        (["claude", "--key", "laptop", "--via", "mcp-remote"], 4, "needs the key itself"),
    ],
)
def test_wrong_usage(run: Run, key: str, words: list[str], code: int, says: str) -> None:
    assert says in run("export", *words, code=code).stderr
