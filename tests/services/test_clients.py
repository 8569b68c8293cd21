from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcptui.errors import McptuiError, NotFoundError, RefusedError
from mcptui.interop.access import GatewayAccess
from mcptui.interop.clients import CLIENTS
from mcptui.interop.machine import Machine
from mcptui.services.clients import (
    ClientFileError,
    client_files,
    export,
    install,
    installed_in,
    plan_install,
    plan_removal,
)
from mcptui.services.keys import create_key
from mcptui.services.workspace import Workspace

BASE = "http://127.0.0.1:4000"
OTHERS = (
    '{\n  // mine\n  "mcpServers": {\n    "x": { "url": "u", "headers": { "Token": "canary-of-another" } },\n  }\n}\n'
)


@pytest.fixture
def key(ws: Workspace) -> str:
    """The key of ``laptop``."""
    return create_key(ws, "laptop").secret


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "project").mkdir()
    return Machine(home=tmp_path / "me", folder=tmp_path / "project")


def access(key: str | None = None, server: str = "") -> GatewayAccess:
    return GatewayAccess(base_url=BASE, key=key, server=server)


def test_install_and_remove_leave_the_file_as_it_was(ws: Workspace, key: str, machine: Machine) -> None:
    file = machine.home / ".cursor" / "mcp.json"
    file.parent.mkdir(parents=True)
    file.write_text(OTHERS, encoding="utf-8")
    file.chmod(0o640)
    plan = plan_install(ws, "cursor", "laptop", access(key), machine=machine)
    assert plan.changes
    shown = "\n".join(plan.diff)
    assert '+      "url": "http://127.0.0.1:4000/mcp",' in shown
    assert key not in shown + repr(plan)
    assert "canary" not in shown + repr(plan)
    backup = install(ws, plan)
    assert backup is not None
    assert (backup.read_text(encoding="utf-8"), backup.stat().st_mode & 0o777) == (OTHERS, 0o600)
    text = file.read_text(encoding="utf-8")
    assert f'"Authorization": "Bearer {key}"' in text
    assert "// mine" in text
    assert file.stat().st_mode & 0o777 == 0o600  # whoever reads the key can use it
    assert installed_in(CLIENTS["cursor"], file)

    again = plan_install(ws, "cursor", "laptop", access(key), machine=machine)
    assert (again.changes, list(again.diff), install(ws, again)) == (False, [], None)

    install(ws, plan_removal("cursor", machine=machine))
    assert file.read_text(encoding="utf-8") == OTHERS
    assert not installed_in(CLIENTS["cursor"], file)
    assert not plan_removal("cursor", machine=machine).changes


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o666])
def test_a_file_without_the_key_keeps_its_mode(ws: Workspace, key: str, machine: Machine, mode: int) -> None:
    file = machine.home / ".codex" / "config.toml"
    file.parent.mkdir(parents=True)
    file.touch()
    file.chmod(mode)
    install(ws, plan_install(ws, "codex", "laptop", access(), machine=machine))
    assert file.stat().st_mode & 0o777 == mode


def test_a_new_file_is_the_owners_alone(ws: Workspace, key: str, machine: Machine) -> None:
    plan = plan_install(ws, "codex", "laptop", access(), machine=machine)
    assert plan.before is None
    assert install(ws, plan) is None
    assert plan.path == machine.home / ".codex" / "config.toml"
    assert plan.path.stat().st_mode & 0o777 == 0o600
    assert 'bearer_token_env_var = "MCPTUI_KEY"' in plan.path.read_text(encoding="utf-8")
    assert not plan_removal("gemini", machine=machine).changes


def test_a_link_stays_a_link(ws: Workspace, key: str, machine: Machine, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}", encoding="utf-8")
    link = machine.home / ".claude.json"
    link.parent.mkdir()
    link.symlink_to(real)
    install(ws, plan_install(ws, "claude-code", "laptop", access(), machine=machine))
    assert link.is_symlink()
    assert "mcptui" in json.loads(real.read_text(encoding="utf-8"))["mcpServers"]


def test_the_first_file_that_exists_is_changed(ws: Workspace, key: str, machine: Machine) -> None:
    codium = machine.apps / "VSCodium" / "User" / "mcp.json"
    codium.parent.mkdir(parents=True)
    codium.write_text("", encoding="utf-8")
    assert plan_install(ws, "vscode", "laptop", access(), machine=machine).path == codium
    named = machine.home / "other.json"
    assert plan_install(ws, "vscode", "laptop", access(), file=named, machine=machine).path == named


def test_files_of_the_person_and_of_the_project(machine: Machine) -> None:
    assert machine.folder is not None
    for path in (machine.folder / ".mcp.json", machine.home / ".claude.json"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    client = CLIENTS["claude-code"]
    assert client_files(client, machine) == [machine.home / ".claude.json", machine.folder / ".mcp.json"]


def test_a_file_that_changed_meanwhile_is_left_alone(ws: Workspace, key: str, machine: Machine) -> None:
    plan = plan_install(ws, "gemini", "laptop", access(), machine=machine)
    plan.path.parent.mkdir(parents=True)
    plan.path.write_text('{"theme": "x"}', encoding="utf-8")
    with pytest.raises(RefusedError, match="was modified"):
        install(ws, plan)
    assert plan.path.read_text(encoding="utf-8") == '{"theme": "x"}'


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "is not UTF-8"), (b"[1]", "does not hold a JSON object"), (None, "cannot be read")],
)
def test_files_that_cannot_be_changed(
    ws: Workspace, key: str, machine: Machine, content: bytes | None, message: str
) -> None:
    file = machine.home / "mcp.json"
    file.parent.mkdir()
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(McptuiError, match=message):
        plan_install(ws, "cursor", "laptop", access(), file=file)
    assert not installed_in(CLIENTS["cursor"], file)


def test_a_folder_that_cannot_be_made(ws: Workspace, key: str, machine: Machine) -> None:
    machine.home.write_text("", encoding="utf-8")
    plan = plan_install(ws, "cursor", "laptop", access(), file=machine.home.parent / "me.json")
    blocked = type(plan)(plan.client, machine.home / "x" / "mcp.json", None, plan.after, plan.name)
    with pytest.raises(ClientFileError, match=r"cannot be (read|written)"):
        install(ws, blocked)


def test_a_value_that_only_differs_where_it_is_covered(ws: Workspace, key: str, machine: Machine) -> None:
    install(ws, plan_install(ws, "cursor", "laptop", access("sk-mcptui-" + "a" * 30 + "tail"), machine=machine))
    plan = plan_install(ws, "cursor", "laptop", access("sk-mcptui-" + "b" * 30 + "tail"), machine=machine)
    changed = [line for line in list(plan.diff)[2:] if line[0] in "+-"]
    assert changed == [
        '-        "Authorization": "Bearer ••••tail"',
        '+        "Authorization": "Bearer ••••tail"',
    ]


def test_ways(ws: Workspace, key: str) -> None:
    command = json.loads(export(ws, "claude", "laptop", access(server="docs")))["mcpServers"]["mcptui"]
    assert command["args"][-4:] == ["--key-secret", "key/laptop", "--server", "docs"]
    assert Path(command["command"]).is_absolute()
    assert command["env"] == {"MCPTUI_HOME": str(ws.paths.config_dir)}
    with_key = json.loads(export(ws, "cursor", "laptop", access(key), way="command"))["mcpServers"]["mcptui"]
    assert with_key["env"]["MCPTUI_KEY"] == key
    assert "--key-secret" not in with_key["args"]
    remote = json.loads(export(ws, "claude", "laptop", access(key), way="mcp-remote"))["mcpServers"]["mcptui"]
    assert remote["env"] == {"AUTH": f"Bearer {key}"}
    with pytest.raises(RefusedError, match="mcp-remote needs the key itself"):
        export(ws, "claude", "laptop", access(), way="mcp-remote")
    assert export(ws, "claude-code", "laptop", access(), way="command").startswith("claude mcp add --scope user")
    assert "sk-mcptui" not in export(ws, "openai", "laptop", access())


def test_unknown_key_and_client(ws: Workspace) -> None:
    with pytest.raises(NotFoundError, match='no key "laptop"'):
        export(ws, "cursor", "laptop", access())
    create_key(ws, "laptop")
    with pytest.raises(NotFoundError, match="no client emacs"):
        plan_install(ws, "emacs", "laptop", access())
    with pytest.raises(NotFoundError, match="no client emacs"):
        plan_removal("emacs")
    with pytest.raises(NotFoundError, match="no client configuration called emacs"):
        export(ws, "emacs", "laptop", access())


def test_ten_backups_of_each_client(ws: Workspace, key: str, machine: Machine) -> None:
    for number in range(12):
        install(ws, plan_install(ws, "cursor", "laptop", access(server=f"s{number}"), machine=machine))
    assert len(list((ws.paths.backups / "clients").iterdir())) == 10
