"""Checks of the installation, as a report for bug reports too: it contains no secret, URL or command line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from mcptui import __version__
from mcptui.access import decide
from mcptui.errors import McptuiError
from mcptui.files import why_unwritable
from mcptui.interop.machine import Machine
from mcptui.model.runtime import BROKEN
from mcptui.protocol.text import counted, one_line
from mcptui.secrets.references import has_reference
from mcptui.services.exposed_files import exposed_clients, exposed_in_home
from mcptui.services.secrets import list_secrets
from mcptui.services.server_words import state_words
from mcptui.state.errors import StateError
from mcptui.supervisor.port_owner import port_owner

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model import State
    from mcptui.model.runtime import GatewayStatus, Listed
    from mcptui.services.workspace import Workspace
    from mcptui.state.loaded import Loaded

_PACKAGES: Final = ("textual", "mcp", "starlette", "uvicorn", "httptools", "httpx2", "keyring", "tomlkit", "watchdog")


@dataclass(frozen=True, slots=True)
class Row:
    """One finding. ``ok`` None is a remark that is neither good nor bad."""

    label: str
    value: str
    ok: bool | None = True
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Findings that belong together."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at."""

    sections: tuple[Section, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; remarks count as nothing."""
        return all(row.ok is not False for section in self.sections for row in section.rows)

    def markdown(self) -> str:
        """The report as it may be pasted into an issue."""
        lines = ["# mcptui doctor"]
        for section in self.sections:
            lines += ["", f"## {section.title}", "", "| | what | found | to do |", "|---|---|---|---|"]
            lines += [
                f"| {_MARKS[row.ok]} | {_cell(row.label)} | {_cell(row.value)} | {_cell(row.hint or '')} |"
                for row in section.rows
            ]
        return "\n".join(lines)


_MARKS: Final = {True: "✓", False: "✗", None: "·"}


def _cell(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace("|", "\\|")


def doctor(ws: Workspace) -> Report:
    """Look at versions, paths, state file, secrets, servers and gateway. Blocking, some seconds at most.

    Must not be called from a running event loop.
    """
    sections = [Section("Versions", tuple(_versions())), Section("Paths", tuple(_paths(ws)))]
    loaded: Loaded | None = None
    try:
        loaded = ws.load()
    except StateError as error:
        sections.append(Section("State file", (Row("readable", error.message, False, error.hint),)))
    else:
        sections.append(Section("State file", tuple(_state_file(loaded))))
    sections.append(Section("Secrets", tuple(_secrets(ws, readable=loaded is not None))))
    if loaded is not None:
        sections.append(Section("Access", tuple(_access(loaded.state))))
        sections.append(Section("Servers", tuple(_commands(loaded.state))))
    sections.append(Section("Gateway", tuple(_gateway(ws, loaded))))
    return Report(tuple(section for section in sections if section.rows))


def _versions() -> Iterator[Row]:
    yield Row("mcptui", __version__)
    yield Row("python", f"{platform.python_version()} ({sys.implementation.name})")
    yield Row("system", f"{platform.system()} {platform.release()} {platform.machine()}")
    for package in _PACKAGES:
        try:
            yield Row(package, version(package))
        except PackageNotFoundError:
            yield Row(package, "not installed", ok=False, hint="Install mcptui again.")


def _paths(ws: Workspace) -> Iterator[Row]:
    for label, directory in (
        ("config", ws.paths.config_dir),
        ("state", ws.paths.state_dir),
        ("log", ws.paths.log_dir),
    ):
        yield _directory(label, directory)
    for exposed in (*exposed_in_home(ws.paths), *exposed_clients(Machine.here())):
        yield Row(str(exposed.path), exposed.what, ok=False, hint=exposed.hint)


def _directory(label: str, directory: Path) -> Row:
    if not directory.exists():
        return Row(label, f"{directory} (not created yet)", ok=None)
    if (why := why_unwritable(directory)) is not None:
        return Row(label, why, ok=False, hint="Free disk space, or fix its owner or permissions.")
    return Row(label, str(directory))


def _state_file(loaded: Loaded) -> Iterator[Row]:
    state = loaded.state
    counts = {
        "server": state.servers,
        "org": state.orgs,
        "team": state.teams,
        "user": state.users,
        "key": state.keys,
        "model": state.models,
    }
    yield Row("contents", ", ".join(counted(len(items), name) for name, items in counts.items()))
    for problem in loaded.problems:
        where = problem.key if problem.line is None else f"line {problem.line}, {problem.key}"
        yield Row(where, problem.message, ok=None, hint=problem.hint)


def _secrets(ws: Workspace, *, readable: bool) -> Iterator[Row]:
    status = ws.secret_status()
    working = status.state == "ok"
    rows = list_secrets(ws) if readable else []
    # A machine without a place for secrets is in order while no secret is used.
    yield Row(status.backend, status.detail or status.state, ok=working or (False if rows else None), hint=status.hint)
    for row in rows:
        if row.present is False:
            yield Row(row.path, f"not set; used by {', '.join(row.used_by)}", ok=False, hint=row.hint)
        elif not row.used_by:
            yield Row(row.path, "unused", ok=None, hint=row.hint)


def _access(state: State) -> Iterator[Row]:
    now = datetime.now(UTC)
    for key in state.keys.values():
        if not key.enabled:
            continue
        if key.expires is not None and key.expires <= now:
            hint = f"mcptui key remove {key.name}, or set a later expiry."
            yield Row(f"key {key.name}", f"expired on {key.expires:%Y-%m-%d}", ok=None, hint=hint)
        elif not decide(state, key.name).servers:
            hint = f"See why: mcptui access explain --key {key.name}"
            yield Row(f"key {key.name}", "has access to no servers", ok=None, hint=hint)


def _commands(state: State) -> Iterator[Row]:
    for server in state.servers.values():
        if not server.enabled or server.command is None or has_reference(server.command):
            continue
        program = server.command.split("/")[-1]
        if shutil.which(os.path.expanduser(server.command)) is None:  # noqa: PTH111  unlike Path, never fails
            hint = f"Install {program}, or give the full path of the command."
            yield Row(f"server {server.name}", f"command {program} not found", ok=False, hint=hint)


def _gateway(ws: Workspace, loaded: Loaded | None) -> Iterator[Row]:
    try:
        status = asyncio.run(ws.gateway.status())
    except McptuiError as error:
        yield Row("process", error.message, ok=False, hint=error.hint)
        return
    if status is None:
        yield Row("process", "not running", ok=None, hint="Start it: mcptui gateway start")
        if loaded is not None:
            yield from _port(loaded.state.gateway.port)
        return
    yield Row("process", f"pid {status.pid}, version {status.version}, {status.url}")
    yield from _running(status, loaded)
    with contextlib.suppress(McptuiError):
        yield from _resources(asyncio.run(ws.gateway.listed(None)))


def _resources(listed: Listed) -> Iterator[Row]:
    owners = Counter(item["uri"] for item in listed.resources)
    if shared := sum(number > 1 for number in owners.values()):
        yield Row(
            "resources",
            f"{counted(shared, 'URI')} listed by several servers, read from the first",
            ok=None,
            hint="Use /mcp/NAME to read from a given server. Titles in the list name the server.",
        )


def _port(port: int) -> Iterator[Row]:
    owner = port_owner(port)
    if owner is not None:
        yield Row("port", f"{port} is in use by {owner}", ok=False, hint="Choose another: mcptui settings set --port N")


def _running(status: GatewayStatus, loaded: Loaded | None) -> Iterator[Row]:
    if status.version != __version__:
        what = f"version mismatch: this is {__version__}"
        yield Row("version", what, ok=None, hint="mcptui gateway restart")
    if status.config_error is not None:
        error = status.config_error
        yield Row("state file", f"not applied: {error.message}", ok=False, hint=error.hint)
    elif loaded is not None and status.revision != loaded.revision:
        yield Row("state file", "saved, not applied yet", ok=None, hint="mcptui gateway reload")
    if status.restart_for:
        what = f"changed since the start: {', '.join(status.restart_for)}"
        yield Row("settings", what, ok=None, hint="mcptui gateway restart")
    if status.history_error is not None:
        what = f"calls are not recorded: {status.history_error}"
        yield Row("history", what, ok=False, hint="Check the disk space.")
    for server in status.servers:
        broken = server.state in BROKEN
        yield Row(
            f"server {server.name}",
            state_words(server, time.time()) + (f": {server.reason}" if server.reason else ""),
            ok=False if broken else None if server.state == "degraded" else True,
            hint=server.hint,
        )
