"""A stdio server's process: started without a shell, watched, ended with everything it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from mcptui.secrets.known import KnownSecrets
from mcptui.tasks import start_task
from mcptui.upstream import group, last_words, reaper
from mcptui.upstream.environment import inherited
from mcptui.upstream.errors import ExitedError, UpstreamError

STDERR_LINES: Final = 200
#: As much of a line is kept, bytes.
LINE_LIMIT: Final = 2_000
#: How long each step of a stop may take, seconds.
_GRACE: Final = 2.0
#: How long one that has not answered yet may take to end by itself, seconds: package managers that are stopped while
#: they install undo what they have begun, and leave a broken package where they are killed.
_INSTALL_GRACE: Final = 6.0
_POLL: Final = 0.05
#: What the interpreter itself may need to start.
_FOR_PYTHON: Final = ("LD_LIBRARY_PATH", "DYLD_*")
#: Output is read in pieces of this size, bytes.
CHUNK: Final = 256 * 1024


class Reaper:
    """The process that outlives the gateway just long enough to end its children; runs while there are any."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        #: Servers that run or are being started.
        self._servers = 0
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Run it, if it does not run yet: before each server, so that none is ever without it."""
        self._servers += 1
        async with self._starting:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-I",
                    "-S",
                    reaper.__file__,
                    str(_INSTALL_GRACE),
                    stdin=asyncio.subprocess.PIPE,
                    # Other processes of this account can read it there (proc_pid_environ(5)).
                    env=inherited(os.environ, _FOR_PYTHON),
                    start_new_session=True,
                )

    def watch(self, group: int) -> None:
        """From now on ``group`` dies with the gateway."""
        self._write(f"+{group}\n")

    def forget(self, group: int | None) -> None:
        """``group`` has ended; None for a server that could not be started."""
        if group is not None:
            self._write(f"-{group}\n")
        self._servers -= 1
        if self._servers == 0:
            self._end()

    def _write(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self._process.stdin.write(line.encode())

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            task = start_task(_ended(process), name="reaper ends")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End it; called when no child is left."""
        self._end()
        await asyncio.gather(*self._ending)


async def _ended(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(_INSTALL_GRACE + _GRACE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class _Protocol(asyncio.subprocess.SubprocessStreamProtocol):
    """Tells when the process itself has ended; ``Process.wait`` may wait for whoever holds its pipes too."""

    def __init__(self) -> None:
        super().__init__(limit=CHUNK, loop=asyncio.get_running_loop())
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class ServerProcess:
    """A running stdio server.

    Args:
        process: it, with pipes.
        transport: of the pipes.
        exited: set when it has ended.
        reaper_: ends it with the gateway.
        without_words: where to look when it has ended and printed nothing.
        known: the secrets in use: it may print those that it was given.
    """

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        transport: asyncio.SubprocessTransport,
        exited: asyncio.Event,
        reaper_: Reaper,
        without_words: str,
        known: KnownSecrets,
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._transport = transport
        self._reaper = reaper_
        self._without_words = without_words
        self._known = known
        #: The process has ended; its children may go on.
        self.exited = exited
        self.stdin = process.stdin
        self.stdout = process.stdout
        #: The newest lines that it printed and that are no messages; what stood on stdout says so.
        self.printed: deque[str] = deque(maxlen=STDERR_LINES)
        #: How many lines of its standard output were no messages.
        self.unreadable = 0
        #: It has answered: from now on its end is that of a server, not of an installation.
        self.has_answered = False
        self.started_at = self._last_output = time.monotonic()
        self._stderr_reader = start_task(self._read_stderr(), name="stderr")
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls,
        command: str,
        args: Sequence[str],
        env: Mapping[str, str],
        cwd: str | None,
        reaper_: Reaper,
        inherit: Iterable[str] = (),
        known: KnownSecrets | None = None,
    ) -> ServerProcess:
        """Start ``command`` in a process group of its own.

        Args:
            command: a program, found as a shell finds it.
            args: as they are.
            env: beside what is inherited.
            cwd: where it runs; None for where the gateway does.
            reaper_: ends it with the gateway.
            inherit: globs of variables of the gateway that it gets beside the usual ones.
            known: the secrets in use, which are kept out of what is said of it.

        Raises:
            UpstreamError: it cannot be started; says why.
        """
        environment = inherited(os.environ, inherit) | dict(env)
        if cwd is not None and not Path(cwd).expanduser().is_dir():
            raise UpstreamError(f"the working directory {cwd} does not exist", hint="Correct cwd of this server.")
        program = shutil.which(str(Path(command).expanduser()), path=environment.get("PATH"))
        if program is None:
            raise UpstreamError(
                f"the command {command!r} was not found",
                hint="Install it, or give its full path; the gateway looks in its own PATH.",
            )
        loop = asyncio.get_running_loop()
        try:
            await reaper_.start()
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
        except asyncio.CancelledError:
            reaper_.forget(None)
            raise
        except (OSError, ValueError) as error:
            reaper_.forget(None)
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise UpstreamError(f"the command {command!r} cannot be started: {reason}") from None
        process = asyncio.subprocess.Process(transport, protocol, loop)
        reaper_.watch(process.pid)
        without_words = last_words.of_nothing(program, environment)
        return cls(process, transport, protocol.exited, reaper_, without_words, known or KnownSecrets())

    @property
    def pid(self) -> int:
        """The process id, also the id of its group."""
        return self._process.pid

    @property
    def silent_for(self) -> float:
        """How long it has printed nothing that is no message, seconds."""
        return time.monotonic() - self._last_output

    def note(self, line: bytes, *, what: str = "", limit: int = LINE_LIMIT) -> None:
        """Keep the first ``limit`` bytes of a line that it printed, after the words ``what``."""
        self._last_output = time.monotonic()
        # Before it is cut: a part of a secret would not be found.
        text = self._known.beginning(line, limit).decode("utf-8", "replace")
        if text.strip():
            self.printed.append(f"{what}{text}".rstrip("\r"))

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
            text = f"the server was ended by {_name_of(-code)}"
        else:
            text = f"the server exited with code {code}"
        why = last_words.reason(self.printed)
        usual = "What it printed last is in the server's details." if self.printed else self._without_words
        return ExitedError(
            f"{text}: {why}" if why else text,
            hint=last_words.hint(self.printed) or usual,
            ran=True,
            stderr=self.printed,
        )

    async def _read_stderr(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        pending = b""
        while chunk := await stream.read(65_536):
            *lines, pending = (pending + chunk).split(b"\n")
            kept = LINE_LIMIT + self._known.longest
            for line in lines:
                self.note(line)
            if len(pending) > kept:
                pending = self._known.without_in(pending)[-kept:]
        self.note(pending)

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
        if not self.has_answered:
            await self._interrupted()
        for sent in (None, signal.SIGTERM, signal.SIGKILL) if self.has_answered else (signal.SIGKILL,):
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
        # A pipe of which something was left unread would never tell of its end.
        self._transport.close()

    async def _interrupted(self) -> None:
        """End what may be an installation: one SIGTERM, which npm takes for "undo", a second one for "now"."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_INSTALL_GRACE):
                # Its leader may be a shell that goes first, and nothing tells of the end of the others.
                while group.is_left(self.pid):  # noqa: ASYNC110
                    await asyncio.sleep(_POLL)

    def _signal(self, sent: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, sent)


def _name_of(number: int) -> str:
    """Real-time signals have no names (signal(7))."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
