"""The gateway as a service of this account: a systemd user unit, or a launchd agent."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.errors import ExitCode, McptuiError, NotFoundError, RefusedError
from mcptui.files import replace_file

if TYPE_CHECKING:
    from mcptui.state.paths import Paths

_UNIT: Final = "mcptui-gateway.service"
_LABEL: Final = "mcptui.gateway"
_TIMEOUT: Final = 30


@dataclass(frozen=True, slots=True)
class Service:
    """A file that the system's service manager reads, and the commands that make it do so."""

    file: Path
    content: bytes
    on: Sequence[Sequence[str]]
    off: Sequence[Sequence[str]]


def service(paths: Paths, platform: str = sys.platform, home: Path | None = None) -> Service:
    """The service of ``paths`` on this system.

    Raises:
        RefusedError: this system has no service manager that is known here.
    """
    home = home or Path.home()
    command = [sys.executable, "-m", "mcptui.daemon"]
    environment: dict[str, str] = {}
    if paths.config_dir == paths.state_dir.parent:
        environment["MCPTUI_HOME"] = str(paths.config_dir)
    if platform == "darwin":
        return _launchd(home, command, environment, paths)
    if platform.startswith("linux"):
        return _systemd(home, command, environment)
    raise RefusedError("unsupported service manager", hint="Run it yourself: mcptui gateway run")


def _systemd(home: Path, command: Sequence[str], environment: Mapping[str, str]) -> Service:
    lines = [
        "[Unit]",
        "Description=mcptui gateway",
        "After=network.target",
        "",
        "[Service]",
        f"ExecStart={' '.join(_systemd_word(word) for word in command)}",
        *(f"Environment={_systemd_word(f'{name}={value}')}" for name, value in environment.items()),
        "Restart=on-failure",
        "RestartSec=2",
        f"RestartPreventExitStatus={ExitCode.NOT_STARTABLE}",
        # Its servers' processes end with it; what they started too.
        "KillMode=control-group",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    ctl = ("systemctl", "--user")
    return Service(
        home / ".config/systemd/user" / _UNIT,
        "\n".join(lines).encode(),
        on=[(*ctl, "daemon-reload"), (*ctl, "enable", "--now", _UNIT)],
        off=[(*ctl, "disable", "--now", _UNIT)],
    )


def _systemd_word(text: str) -> str:
    """One word of a unit file: quoted, with specifiers and variables taken literally (systemd.service(5))."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _launchd(home: Path, command: Sequence[str], environment: Mapping[str, str], paths: Paths) -> Service:
    file = home / "Library/LaunchAgents" / f"{_LABEL}.plist"
    content = {
        "Label": _LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(environment),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 5,
        "StandardErrorPath": str(paths.log_file),
        "StandardOutPath": str(paths.log_file),
    }
    return Service(
        file,
        plistlib.dumps(content),
        on=[("launchctl", "load", "-w", str(file))],
        off=[("launchctl", "unload", "-w", str(file))],
    )


def install(found: Service) -> None:
    """Write the file and have the service started, now and at every login.

    Raises:
        McptuiError: the file is written, but the service manager refused; or it cannot be written.
    """
    try:
        found.file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(found.file, found.content, mode=0o644)
    except OSError as error:
        raise McptuiError(f"{found.file} cannot be written: {error.strerror}") from None
    _run(found.on)


def uninstall(found: Service) -> None:
    """Stop the service and remove its file.

    Raises:
        NotFoundError: it is not installed.
    """
    if not found.file.exists():
        raise NotFoundError(f"the gateway is not installed: there is no {found.file}")
    try:
        _run(found.off)
    finally:
        found.file.unlink()


def _run(commands: Sequence[Sequence[str]]) -> None:
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
            problem = done.stderr.strip().splitlines()[-1:] if done.returncode else []
            failed = done.returncode != 0
        except (OSError, subprocess.TimeoutExpired) as error:
            problem, failed = [str(error)], True
        if failed:
            said = problem[0] if problem else "no reason given"
            raise McptuiError(f"{' '.join(command)} failed: {said}", hint="Run it yourself where that works.")
