"""One gateway process a home: started when there is none, adopted when there is one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import filelock
import orjson

from mcptui.control.client import ControlClient
from mcptui.errors import ExitCode, McptuiError, UnreachableError
from mcptui.files import make_private_file
from mcptui.model.runtime import GatewayStatus
from mcptui.state.paths import Paths
from mcptui.supervisor.port_owner import free_port, port_owner

#: How long a start may take, seconds; it normally takes about half of one.
START_TIMEOUT: Final = 20.0
_STOP_TIMEOUT: Final = 10.0
_POLL: Final = 0.02
#: Lines of the log that explain a failed start.
_LOG_TAIL: Final = 20


class StartError(McptuiError):
    """The gateway did not become healthy; ``log`` holds the end of its log."""

    def __init__(self, message: str, *, hint: str | None = None, log: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.log = log


class PortInUseError(StartError):
    """Another program has the port."""


class Supervisor:
    """Knows the process by lock, instance id and answer, never by pid alone."""

    def __init__(self, paths: Paths, control: ControlClient) -> None:
        self._paths = paths
        self._control = control

    async def status(self) -> GatewayStatus | None:
        """The running gateway, or None where there is none.

        Raises:
            UnreachableError: its process lives but does not answer.
        """
        if not self._is_locked():
            return None
        try:
            return await self._control.status()
        except UnreachableError as error:
            record = self._record()
            if record is None or not self._is_locked():
                return None  # starting or just gone
            raise UnreachableError(
                f"the gateway (pid {record['pid']}) does not answer",
                hint="It may be starting or hanging; mcptui gateway restart ends it and starts another.",
            ) from error

    def has_crashed(self) -> bool:
        """Whether the last one is gone and could not clear away what it wrote about itself."""
        return not self._is_locked() and self._record() is not None

    async def start(self, *, host: str, port: int) -> GatewayStatus:
        """Start the gateway, or adopt the one that runs.

        Raises:
            StartError: it ended, or did not become healthy in time; says why.
        """
        running = await self._adopt()
        if running is not None:
            return running
        self._paths.ensure()
        process = self._spawn()
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.suppress(UnreachableError):
                status = await self._control.status()
                if status.pid == process.pid:
                    return status
            code = process.poll()
            if code is not None:
                adopted = await self._adopt()  # another one was faster
                if adopted is not None:
                    return adopted
                raise self._ended(code, host, port)
            await asyncio.sleep(_POLL)
        process.kill()
        raise StartError(f"the gateway did not answer within {START_TIMEOUT:g} s", log=self.log_tail())

    async def stop(self) -> None:
        """End the gateway: ask, then SIGTERM, then SIGKILL; returns when it is gone."""
        record = self._record()
        with contextlib.suppress(UnreachableError):
            await self._control.stop()
        for sent in (None, signal.SIGTERM, signal.SIGKILL):
            if sent is not None and record is not None and self._is_locked():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(record["pid"], sent)
            if await self._gone():
                return

    async def _gone(self) -> bool:
        deadline = time.monotonic() + _STOP_TIMEOUT
        while self._is_locked():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_POLL)
        return True

    async def _adopt(self) -> GatewayStatus | None:
        """The gateway that holds the lock, once it answers."""
        deadline = time.monotonic() + START_TIMEOUT
        while self._is_locked() and time.monotonic() < deadline:
            with contextlib.suppress(UnreachableError):
                status = await self._control.status()
                record = self._record()
                # A full disk has no room for the record.
                if record is None or record["instance_id"] == status.instance_id:
                    return status
            await asyncio.sleep(_POLL)
        return None

    def _spawn(self) -> subprocess.Popen[bytes]:
        """A process that outlives this one: own session, no pipe, no terminal."""
        make_private_file(self._paths.log_file)
        with self._paths.log_file.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "mcptui.daemon"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Accounts of services and containers may have a home directory that does not exist.
                cwd=home if (home := Path.home()).is_dir() else self._paths.state_dir,
                env=self._environment(),
            )

    def _environment(self) -> dict[str, str]:
        # The package's place goes along, so that a checkout that is not installed works from any directory.
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
        if self._paths.config_dir == self._paths.state_dir.parent:
            environment["MCPTUI_HOME"] = str(self._paths.config_dir)
        return environment

    def _ended(self, code: int, host: str, port: int) -> StartError:
        tail = self.log_tail()
        if code == ExitCode.NOT_STARTABLE:
            owner = port_owner(port)
            free = free_port(host, port + 1)
            if owner is not None:
                hint = f"Stop that program, or use another port: mcptui settings set --port {free}" if free else None
                return PortInUseError(f"port {port} is in use by {owner}", hint=hint, log=tail)
        last = tail[-1] if tail else "it left no message"
        return StartError(f"the gateway ended with code {code}: {last}", hint="See: mcptui gateway logs", log=tail)

    def log_tail(self, lines: int = _LOG_TAIL) -> tuple[str, ...]:
        """The last lines of the gateway's log."""
        try:
            with self._paths.log_file.open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - 400 * max(lines, 50)))
                return tuple(log.read().decode("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ()

    def _record(self) -> dict[str, Any] | None:
        try:
            record = orjson.loads(self._paths.gateway_json.read_bytes())
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and "pid" in record and "instance_id" in record else None

    def _is_locked(self) -> bool:
        """Whether a gateway of this home lives: the lock goes with its process, however that ends."""
        if not self._paths.gateway_lock.exists():
            return False
        lock = filelock.FileLock(self._paths.gateway_lock, timeout=0)
        try:
            with lock:
                return False
        except filelock.Timeout:
            return True
        except OSError:
            return False
