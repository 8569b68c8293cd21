"""A stdio server's process: started without a shell, watched, ended with everything it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mcptui.tasks import start_task
from mcptui.upstream import reaper
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.http import MAX_MESSAGE

#: What a stdio server sees of the gateway's environment (as the official SDKs do, plus locale and zone).
INHERITED: Final = (
    "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
)  # fmt: skip
STDERR_LINES: Final = 200
_LINE_LIMIT: Final = 2_000
_GRACE: Final = 2.0


class Reaper:
    """The process that outlives the gateway just long enough to end its children; started on first use."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Run it, if it does not run yet: before the first server, so that none is ever without it."""
        async with self._starting:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-I",
                    "-S",
                    reaper.__file__,
                    stdin=asyncio.subprocess.PIPE,
                    start_new_session=True,
                )

    def watch(self, group: int) -> None:
        """From now on ``group`` dies with the gateway."""
        self._write(f"+{group}\n")

    def forget(self, group: int) -> None:
        """``group`` has ended."""
        self._write(f"-{group}\n")

    def _write(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self._process.stdin.write(line.encode())

    async def close(self) -> None:
        """End it; called when no child is left."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self._process.wait()


class _Protocol(asyncio.subprocess.SubprocessStreamProtocol):
    """Tells when the process itself has ended; ``Process.wait`` may wait for whoever holds its pipes too."""

    def __init__(self) -> None:
        super().__init__(limit=MAX_MESSAGE, loop=asyncio.get_running_loop())
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class ServerProcess:
    """A running stdio server."""

    def __init__(self, process: asyncio.subprocess.Process, exited: asyncio.Event, reaper_: Reaper) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._reaper = reaper_
        #: The process has ended; its children may go on.
        self.exited = exited
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._stderr_reader = start_task(self._read_stderr(), name="stderr")
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls, command: str, args: Sequence[str], env: Mapping[str, str], cwd: str | None, reaper_: Reaper
    ) -> ServerProcess:
        """Start ``command`` in a process group of its own.

        Raises:
            UpstreamError: it cannot be started; says why.
        """
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(env)
        if cwd is not None and not Path(cwd).expanduser().is_dir():
            raise UpstreamError(f"the working directory {cwd} does not exist", hint="Correct cwd of this server.")
        program = shutil.which(str(Path(command).expanduser()), path=environment.get("PATH"))
        if program is None:
            raise UpstreamError(
                f"the command {command!r} was not found",
                hint="Install it, or give its full path; the gateway looks in its own PATH.",
            )
        loop = asyncio.get_running_loop()
        await reaper_.start()
        try:
            transport, protocol = await loop.subprocess_exec(
                _Protocol,
                program,
                *args,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment,
                cwd=Path(cwd).expanduser() if cwd else None,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise UpstreamError(f"the command {command!r} cannot be started: {reason}") from None
        process = asyncio.subprocess.Process(transport, protocol, loop)
        reaper_.watch(process.pid)
        return cls(process, protocol.exited, reaper_)

    @property
    def pid(self) -> int:
        """The process id, also the id of its group."""
        return self._process.pid

    async def exit_error(self) -> UpstreamError:
        """How the process ended, once its output has closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self.exited.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await asyncio.shield(self._stderr_reader)
        code = self._process.returncode
        if code is None:
            text = "the server closed its output"
        elif code < 0:
            text = f"the server was ended by {signal.Signals(-code).name}"
        else:
            text = f"the server exited with code {code}"
        last = self.stderr[-1] if self.stderr else ""
        return UpstreamError(
            f"{text}: {last}" if last else text,
            hint="What it printed last is in the server's details." if last else "It printed nothing.",
            ran=True,
            stderr=self.stderr,
        )

    async def _read_stderr(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        pending = b""
        while chunk := await stream.read(65_536):
            *lines, pending = (pending + chunk).split(b"\n")
            self.stderr.extend(
                line[:_LINE_LIMIT].decode("utf-8", "replace").rstrip("\r") for line in lines if line.strip()
            )
            pending = pending[-_LINE_LIMIT:]
        if pending.strip():
            self.stderr.append(pending.decode("utf-8", "replace"))

    async def stop(self) -> None:
        """Close its input, then SIGTERM, then SIGKILL for the whole group (basic/transports/stdio §Shutdown).

        Done once, however often it is asked for: later the number of the group may be somebody else's.
        """
        if self._stopping is None:
            self._stopping = start_task(self._stop(), name=f"stop {self.pid}")
        await asyncio.shield(self._stopping)

    async def _stop(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            self.stdin.close()
        for sent in (None, signal.SIGTERM, signal.SIGKILL):
            if sent is not None:
                self._signal(sent)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE):
                    await self.exited.wait()
                break
        # Grandchildren may hold on: the group goes even when its leader went by itself.
        self._signal(signal.SIGKILL)
        self._reaper.forget(self.pid)
        self._stderr_reader.cancel()

    def _signal(self, sent: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, sent)
