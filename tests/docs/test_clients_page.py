"""The pages about clients and about imports: what they show is what the commands do."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from mcptui.interop.clients import CLIENTS
from mcptui.interop.exports import EXPORTS
from mcptui.interop.sources import SOURCES
from tests.support.home import Home

DOCS = Path(__file__).parents[2] / "docs"
DATA = Path(__file__).parents[1] / "data" / "clients"
CLIENTS_PAGE = (DOCS / "clients.md").read_text(encoding="utf-8")
IMPORT_PAGE = (DOCS / "import.md").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose gateway has the usual port, and a person with Cursor and a LiteLLM file."""
    me = tmp_path / "me"
    (me / ".cursor").mkdir(parents=True)
    (me / ".cursor" / "mcp.json").write_text(
        json.dumps({"mcpServers": {"tracker": {"url": "https://tracker.example/mcp"}}}), encoding="utf-8"
    )
    for name, there in (("litellm_config.yaml", "litellm.yaml"), ("server.json", "server.json")):
        (me / name).write_bytes((DATA / there).read_bytes())
    for variable in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLINE_MCP_SETTINGS_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(me))
    monkeypatch.chdir(me)
    home = Home.create(tmp_path / "home")
    home.config.write_text('version = 1\n\n[secrets]\nbackend = "vault"\n', encoding="utf-8")
    return home


def commands(page: str) -> list[str]:
    """The lines of the shell blocks without a name."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    return [line.split("   #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def run(home: Home, line: str) -> None:
    """One line of the page; what would ask is answered with yes, what reads a key gets it."""
    before, pipe, after = line.partition(" | ")
    words = shlex.split(before)[1:]
    asks = words[0] in {"import", "export"} and {"--write", "--remove", "--only", "--from"} & set(words)
    if asks or (words[0] == "import" and "--dry-run" not in words):
        words.append("--yes")
    done = home(*words)
    if pipe:
        home(*shlex.split(after)[1:], stdin=done.out)


def test_the_commands_about_clients(home: Home) -> None:
    lines = commands(CLIENTS_PAGE)
    assert len(lines) == 6
    for line in lines:
        run(home, line)


def test_the_commands_about_imports(home: Home) -> None:
    lines = commands(IMPORT_PAGE)
    assert len(lines) == 6
    for line in lines:
        run(home, line)
    names = {row["name"] for row in home("server", "list", "--json").json}
    assert names == {"tracker", "tracker-2", "github_server", "jira", "sheets", "cloud", "drive", "weather-mcp"}


def test_the_commands_of_the_readme(home: Home) -> None:
    page = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    lines = [line for line in commands(page) if line.startswith("mcptui export")]
    assert len(lines) == 3
    home("key", "create", "cursor")
    for line in lines:
        run(home, line)
    home(*shlex.split("import --found --dry-run"))


def test_what_is_written_is_what_the_page_shows(home: Home) -> None:
    home("key", "create", "laptop")
    shown = re.findall(r"^```\w+ ([\w-]+)\n(.*?)^```", CLIENTS_PAGE, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in shown} == {"curl", *CLIENTS} - {"claude", "cline"}
    for name, text in shown:
        assert home("export", name, "--key", "laptop").out == text


def test_the_pages_name_everything() -> None:
    assert [name for name in EXPORTS if f"`{name}`" not in CLIENTS_PAGE and f"export {name} " not in CLIENTS_PAGE] == []
    for client in CLIENTS.values():
        assert client.title in CLIENTS_PAGE
        assert client.title in IMPORT_PAGE
    assert set(SOURCES) == {*CLIENTS, "any", "litellm", "registry"}


def test_links_lead_somewhere() -> None:
    for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"):
        for target in re.findall(r"\]\(([\w./-]+\.md)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
