"""Files of other programs: found on this machine, or named by the person."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcptui.errors import NotFoundError
from mcptui.interop.errors import ImportFileError
from mcptui.interop.machine import Machine
from mcptui.services.import_sources import find_sources, read_file, read_text

DATA = Path(__file__).parents[1] / "data" / "clients"


def test_found_files(tmp_path: Path) -> None:
    machine = Machine(home=tmp_path / "me", folder=tmp_path / "project")
    places = {
        "me/.cursor/mcp.json": "cursor.json",
        "me/.codex/config.toml": "codex.toml",
        "project/.vscode/mcp.json": "vscode.jsonc",
        "project/config.yaml": "litellm-page.yaml",
    }
    for place, name in places.items():
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((DATA / name).read_bytes())
    (tmp_path / "me" / ".claude.json").write_text("{", encoding="utf-8")
    (tmp_path / "project" / ".mcp.json").write_text('{"mcpServers": {}}', encoding="utf-8")
    sources = find_sources(machine)
    assert [(item.title, item.path and item.path.name, len(item.imported.found)) for item in sources] == [
        ("Cursor", "mcp.json", 3),
        ("Claude Code", ".claude.json", 0),
        ("VS Code", "mcp.json", 3),
        ("Codex", "config.toml", 2),
        ("LiteLLM", "config.yaml", 3),
    ]
    assert "not valid JSON" in (sources[1].problem or "")
    assert [item.title for item in find_sources(machine, "codex")] == ["Codex"]
    with pytest.raises(NotFoundError, match="unknown source emacs"):
        find_sources(machine, "emacs")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        read_file(tmp_path / "x.json")
    (tmp_path / "y.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ImportFileError, match="is not UTF-8"):
        read_file(tmp_path / "y.json")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(ImportFileError, match=f"{path} is not a file"):
            read_file(path)
    with (tmp_path / "large").open("wb") as large:
        large.truncate(3 * 2**30)
    with pytest.raises(ImportFileError, match="large: larger than 16 MB"):
        read_file(tmp_path / "large")
    (tmp_path / "z.json").write_text("{", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"z\.json: not valid JSON"):
        read_file(tmp_path / "z.json")


@pytest.mark.parametrize(
    ("text", "source", "title"),
    [
        ('{"mcpServers": {"a": {"url": "https://x"}}}', "any", "JSON"),
        ('{"mcpServers": {"a": {"url": "https://x"}}}', "cursor", "Cursor"),
        ("model_list: []", "any", "LiteLLM"),
        ('{"packages": []}', "any", "MCP registry"),
        ("[mcp_servers.a]\nurl = 'https://x'", "any", "Codex"),
    ],
)
def test_what_a_text_turned_out_to_be(text: str, source: str, title: str) -> None:
    found = read_text(text, source)
    assert (found.title, found.path, found.problem) == (title, None, None)


def test_a_source_that_is_not_known() -> None:
    with pytest.raises(NotFoundError, match="unknown source emacs") as caught:
        read_text("{}", "emacs")
    assert "cursor" in (caught.value.hint or "")
    with pytest.raises(NotFoundError, match="unknown source emacs"):
        read_file(Path("/none"), "emacs")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "mcp.json"
    file.write_bytes(b'\xef\xbb\xbf{"mcpServers": {"a": {"url": "https://x"}}}')
    assert [found.server.name for found in read_file(file).imported.found] == ["a"]


def test_without_a_folder_only_the_person_s_own_files_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes((DATA / "litellm-page.yaml").read_bytes())
    assert find_sources(Machine(home=tmp_path / "me")) == []
    assert [found.title for found in find_sources(Machine(home=tmp_path / "me", folder=tmp_path))] == ["LiteLLM"]


def test_a_file_that_is_of_the_person_and_of_the_project_is_found_once(tmp_path: Path) -> None:
    file = tmp_path / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text('{"mcpServers": {"a": {"url": "https://a.example/mcp"}}}', encoding="utf-8")
    assert [found.path for found in find_sources(Machine(home=tmp_path, folder=tmp_path))] == [file]
