"""Connect MCP clients to the gateway: the text to paste, or the change of the client's own file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mcptui.errors import McptuiError, RefusedError
from mcptui.files import PRIVATE_FILE, TooLargeError, read_bounded, replace_file
from mcptui.interop.access import KEY_VARIABLE, GatewayAccess, Launch, mcp_remote
from mcptui.interop.clients import CLIENTS, Client, find_client
from mcptui.interop.diffs import unified
from mcptui.interop.exports import client_entry, edited, export_text, has_entry
from mcptui.interop.machine import Machine
from mcptui.interop.masking import masked
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.services.checks import require
from mcptui.services.client_backups import keep_client_backup
from mcptui.services.kept_keys import problem_of_connect, variables_for_connect
from mcptui.services.secrets import key_secret_path
from mcptui.state.paths import HOME_VARIABLE

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

#: How a client reaches the gateway: by its URL, by ``mcptui connect``, or by the npm program mcp-remote.
Way: TypeAlias = Literal["url", "command", "mcp-remote"]

_MAX_SIZE: Final = 64 * 1024 * 1024


class ClientFileError(McptuiError):
    """A client's file cannot be read or written; it is unchanged."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A change of a client's file that has not been made yet.

    ``before`` is None where the file does not exist. ``diff`` is for people: secrets are covered in it.
    """

    client: Client
    path: Path
    before: str | None = field(repr=False)
    after: str = field(repr=False)
    name: str
    #: Whether the client will start ``mcptui connect`` with the key from the secret store.
    uses_kept_key: bool = False
    #: Why that may not work, and ways out.
    problem: str | None = None

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return (self.before or "") != self.after

    @property
    def diff(self) -> Sequence[str]:
        """The change line by line, as ``diff -u`` shows it."""
        return [masked(line) for line in unified(self.before or "", self.after, str(self.path))]


def export(ws: Workspace, kind: str, key_name: str, access: GatewayAccess, *, way: Way | None = None) -> str:
    """The configuration of ``kind`` for one key, ready to paste.

    Raises:
        NotFoundError: there is no such kind or key.
        RefusedError: this way needs the key itself.
    """
    require(ws.load().state.keys, "key", key_name)
    if kind not in CLIENTS:
        return export_text(kind, access)
    launch = _launch(ws, CLIENTS[kind], key_name, access, way)
    if launch is not None and kind != "claude-code":
        return edited("", CLIENTS[kind], access.name, CLIENTS[kind].by_command(launch))
    return export_text(kind, access, launch)


def plan_install(
    ws: Workspace,
    client_id: str,
    key_name: str,
    access: GatewayAccess,
    *,
    way: Way | None = None,
    file: Path | None = None,
    machine: Machine | None = None,
) -> Installation:
    """What *install* will write into the client's file.

    Raises:
        NotFoundError: there is no such client or key.
        RefusedError: this way needs the key itself.
        McptuiError: the file cannot be read, or not be changed without changing something else in it.
    """
    client = find_client(client_id)
    require(ws.load().state.keys, "key", key_name)
    launch = _launch(ws, client, key_name, access, way)
    entry = client_entry(client, access, launch)
    path = file or _usual_file(client, machine or Machine.here())
    before = _read(path)
    after = edited(before or "", client, access.name, entry)
    uses_kept_key = launch is not None and access.key is None
    problem = problem_of_connect(ws) if uses_kept_key else None
    return Installation(client, path, before, after, access.name, uses_kept_key, problem)


def plan_removal(
    client_id: str, *, name: str = "mcptui", file: Path | None = None, machine: Machine | None = None
) -> Installation:
    """What taking the entry out of the client's file will change; nothing where it is not in it.

    Raises:
        NotFoundError: there is no such client.
        McptuiError: the file cannot be read, or not be changed without changing something else in it.
    """
    client = find_client(client_id)
    path = file or _usual_file(client, machine or Machine.here())
    before = _read(path)
    after = "" if before is None else edited(before, client, name, None)
    return Installation(client, path, before, after, name)


def install(ws: Workspace, installation: Installation) -> Path | None:
    """Write it; the answer is where the earlier content is kept, or None where there was none.

    Raises:
        RefusedError: the file has changed since.
        ClientFileError: it cannot be written; nothing was changed.
    """
    if not installation.changes:
        return None
    path = installation.path
    if _read(path) != installation.before:
        raise RefusedError(f"{path} was modified", hint="Review the difference again.")
    backup: Path | None = None
    try:
        if installation.before is not None:
            backup = keep_client_backup(ws.paths.backups, installation.client.id, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever can read the key can use it.
        mode = PRIVATE_FILE if KEY_PREFIX in installation.after else None
        replace_file(path, installation.after.encode("utf-8"), mode=mode)
    except OSError as error:
        raise ClientFileError(f"{path} cannot be written: {error.strerror}", hint="It is unchanged.") from error
    return backup


def client_files(client: Client, machine: Machine) -> list[Path]:
    """The client's files that exist, the person's before the project's."""
    folder = machine.folder
    in_project = [folder / name for name in client.project_files] if folder else []
    return [path for path in (*client.files(machine), *in_project) if path.is_file()]


def installed_in(client: Client, path: Path, name: str = "mcptui") -> bool:
    """Whether the client's file has an entry ``name``; False for a file that cannot be read."""
    try:
        return has_entry(_read(path) or "", client, name)
    except ClientFileError:
        return False


def _usual_file(client: Client, machine: Machine) -> Path:
    files = client.files(machine)
    return next((path for path in files if path.is_file()), files[0])


def _launch(ws: Workspace, client: Client, key_name: str, access: GatewayAccess, way: Way | None) -> Launch | None:
    if way is None:
        way = "command" if client.by_url is None or (access.key is None and client.variable is None) else "url"
    if way == "url":
        return None
    if way == "mcp-remote":
        if access.key is None:
            raise RefusedError(
                "mcp-remote needs the key itself in the file", hint="Add --reveal, or use --via command."
            )
        return mcp_remote(access, access.key)
    env = {KEY_VARIABLE: access.key} if access.key is not None else {}
    if not ws.paths.is_usual:
        env[HOME_VARIABLE] = str(ws.paths.config_dir)
    words = [*_program(), "connect"]
    if access.key is None:
        env |= variables_for_connect(ws)
        words += ["--key-secret", key_secret_path(key_name)]
    if access.server:
        words += ["--server", access.server]
    return Launch(words[0], tuple(words[1:]), env)


def _program() -> list[str]:
    """This program by its full path: clients do not have the PATH of a terminal."""
    beside = Path(sys.executable).with_name("mcptui.exe" if sys.platform == "win32" else "mcptui")
    if beside.is_file():
        return [str(beside)]
    found = shutil.which("mcptui")
    return [found] if found else [sys.executable, "-m", "mcptui"]


def _read(path: Path) -> str | None:
    try:
        return read_bounded(path, _MAX_SIZE).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ClientFileError(f"{path} is not UTF-8") from error
    except TooLargeError as error:
        raise ClientFileError(f"{path} is larger than 64 MB") from error
    except OSError as error:
        raise ClientFileError(f"{path} cannot be read: {error.strerror}") from error
