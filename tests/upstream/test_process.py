from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.process import STDERR_LINES, Reaper, ServerProcess
from tests.support.processes import all_gone


async def start(reaper: Reaper, *code: str, env: dict[str, str] | None = None, cwd: str | None = None) -> ServerProcess:
    return await ServerProcess.start(sys.executable, ["-S", "-c", *code], env or {}, cwd, reaper)


async def first_line(process: ServerProcess) -> str:
    async with asyncio.timeout(10):
        line = (await process.stdout.readline()).decode().strip()
    process.has_answered = True
    return line


async def test_environment_is_an_allow_list(reaper: Reaper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_API_KEY", "canary")
    code = "import os; print(sorted(os.environ), os.environ['OWN'])"
    process = await start(reaper, code, env={"OWN": "a b;$(x)"})
    line = await first_line(process)
    await process.stop()
    assert "PROVIDER_API_KEY" not in line
    assert "'PATH'" in line
    assert line.endswith("a b;$(x)")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
async def test_what_watches_the_servers_has_no_secret_of_the_gateway(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MCPTUI_VAULT_KEY", "OPENAI_API_KEY", "MCPTUI_KEY"):
        monkeypatch.setenv(name, "canary")
    before = set(psutil.Process().children())
    process = await start(reaper, "import sys; sys.stdin.read()")
    (watching,) = [each for each in psutil.Process().children() if each not in before and each.pid != process.pid]
    assert "canary" not in watching.environ().values()
    assert watching.environ()["PATH"]
    await process.stop()


async def test_arguments_meet_no_shell(reaper: Reaper) -> None:
    argument = "a b; echo $HOME `x` \"'*"
    process = await start(reaper, "import sys; print(sys.argv[1])", argument)
    assert await first_line(process) == argument
    await process.stop()


async def test_working_directory(reaper: Reaper, tmp_path: Path) -> None:
    process = await start(reaper, "import os; print(os.getcwd())", cwd=str(tmp_path))
    assert await first_line(process) == str(tmp_path)
    await process.stop()


@pytest.mark.parametrize(
    ("command", "cwd", "part"),
    [
        ("no-such-program-anywhere", None, "'no-such-program-anywhere' was not found"),
        (sys.executable, "/no/such/dir", "/no/such/dir does not exist"),
        ("/", None, "was not found"),
    ],
)
async def test_what_cannot_be_started(reaper: Reaper, command: str, cwd: str | None, part: str) -> None:
    with pytest.raises(UpstreamError, match=part) as caught:
        await ServerProcess.start(command, [], {}, cwd, reaper)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("error", "raised"),
    [(OSError(errno.EMFILE, "Too many open files"), UpstreamError), (asyncio.CancelledError(), asyncio.CancelledError)],
)
async def test_where_its_reaper_cannot_be_started_neither_is_it(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch, error: BaseException, raised: type[BaseException]
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "create_subprocess_exec", fails)
        with pytest.raises(raised, match="Too many open files" if raised is UpstreamError else None):
            await start(reaper, "")
    process = await start(reaper, "")
    await process.stop()
    assert reaper._process is None, "it ends with the last server"


async def test_a_nul_in_an_argument(reaper: Reaper) -> None:
    with pytest.raises(UpstreamError, match="cannot be started"):
        await ServerProcess.start(sys.executable, ["a\0b"], {}, None, reaper)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.stderr.write('no config\\n'); sys.exit(3)", "the server exited with code 3: no config"),
        ("import sys; sys.exit(3)", "the server exited with code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "the server was ended by SIGTERM"),
        ("import os; os.kill(os.getpid(), 40)", "the server was ended by signal 40"),
    ],
)
async def test_how_it_ended(reaper: Reaper, code: str, said: str) -> None:
    process = await start(reaper, code)
    error = await process.exit_error()
    assert error.message == said
    assert error.ran
    await process.stop()


async def test_npx_that_ended_without_a_word(reaper: Reaper, tmp_path: Path) -> None:
    npx = tmp_path / "npx"
    npx.write_text("#!/bin/sh\nexit 1\n")
    npx.chmod(0o755)
    process = await ServerProcess.start(str(npx), [], {"npm_config_cache": str(tmp_path)}, None, reaper)
    assert str(tmp_path / "_logs") in ((await process.exit_error()).hint or "")
    await process.stop()


async def test_stderr_is_bounded(reaper: Reaper) -> None:
    code = (
        "import sys\nfor n in range(20000): sys.stderr.write(f'line {n}\\n')\n"
        "sys.stderr.write('x' * 1_000_000 + 'end'); print('done')"
    )
    process = await start(reaper, code)
    assert await first_line(process) == "done"
    error = await process.exit_error()
    assert len(error.stderr) == STDERR_LINES
    assert max(map(len, error.stderr)) <= 2_000
    assert error.stderr[-1].endswith("end")
    await process.stop()


async def test_a_gentle_stop_is_the_end_of_its_input(reaper: Reaper) -> None:
    process = await start(reaper, "import sys; sys.stdin.read(); sys.exit(0)")
    process.has_answered = True
    async with asyncio.timeout(5):
        await process.stop()
    assert (await process.exit_error()).message == "the server exited with code 0"


async def test_one_that_ignores_everything_is_killed_with_its_children(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcptui.upstream.process._GRACE", 0.1)
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child: print(child, flush=True)\n"
        "while True: signal.pause()"
    )
    process = await start(reaper, code)
    child = int(await first_line(process))
    await process.stop()
    assert await all_gone([process.pid, child])


async def test_children_go_when_their_parent_went_by_itself(reaper: Reaper) -> None:
    code = (
        "import os, signal, sys\n"
        "child = os.fork()\n"
        "if child: print(child, flush=True); sys.stdin.read(); sys.exit()\n"
        "while True: signal.pause()"
    )
    process = await start(reaper, code)
    child = int(await first_line(process))
    await process.stop()
    assert await all_gone([child])


async def test_what_has_not_answered_may_undo_its_installation(reaper: Reaper, tmp_path: Path) -> None:
    """A shell that ends at once, and below it a package manager that cleans up when it is told to end, once."""
    half = tmp_path / "half-installed"
    half.touch()
    os.mkfifo(tmp_path / "go")
    installer = (
        "import os, pathlib, signal, sys\n"
        "def undo(*_):\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        f"    pathlib.Path({str(tmp_path / 'go')!r}).read_text()\n"
        f"    pathlib.Path({str(half)!r}).unlink()\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, undo)\n"
        "print('installing', flush=True)\n"
        "while True: signal.pause()"
    )
    command = ["-c", '"$0" -S -c "$1" & wait', sys.executable, installer]
    process = await ServerProcess.start("sh", command, {}, None, reaper)
    async with asyncio.timeout(10):
        await process.stdout.readline()
        stopping = asyncio.create_task(process.stop())
        await process.exited.wait()
        await asyncio.to_thread((tmp_path / "go").write_text, "x")
        await stopping
    assert not half.exists()


async def test_one_that_has_not_answered_and_ignores_everything_is_killed(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcptui.upstream.process._INSTALL_GRACE", 0.1)
    process = await start(
        reaper, "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: signal.pause()"
    )
    await process.stop()
    assert await all_gone([process.pid])


async def test_the_reaper_runs_while_there_are_servers(reaper: Reaper) -> None:
    before = psutil.Process().children()
    first, second = await start(reaper, ""), await start(reaper, "")
    watching = [each for each in psutil.Process().children() if each not in before]
    await first.stop()
    await second.stop()
    assert await all_gone([each.pid for each in watching])
    with pytest.raises(UpstreamError):
        await ServerProcess.start("no-such-program-anywhere", [], {}, None, reaper)
    third = await start(reaper, "")
    await third.stop()
    assert await all_gone([each.pid for each in psutil.Process().children() if each not in before])


async def test_stopping_twice_signals_nobody_else(reaper: Reaper, monkeypatch: pytest.MonkeyPatch) -> None:
    process = await start(reaper, "")
    await process.stop()
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "killpg", lambda pid, number: sent.append((pid, number)))
    await process.stop()
    assert sent == []


async def test_the_reaper_ends_what_is_left(reaper: Reaper, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway dies without a word: its end of the reaper's pipe closes, nothing else happens."""
    monkeypatch.setattr("mcptui.upstream.process._INSTALL_GRACE", 0.1)
    code = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True)\nwhile True: signal.pause()"
    )
    kept, ended = await start(reaper, code), await start(reaper, code)
    await first_line(kept)
    await first_line(ended)
    reaper.forget(kept.pid)
    await reaper.close()
    assert await all_gone([ended.pid])
    assert psutil.pid_exists(kept.pid)
    os.killpg(kept.pid, signal.SIGKILL)
    assert await all_gone([kept.pid])
    for process in (kept, ended):
        await process.stop()


async def test_a_reaper_that_does_not_end_is_killed(reaper: Reaper, monkeypatch: pytest.MonkeyPatch) -> None:
    before = psutil.Process().children()
    process = await start(reaper, "")
    (watching,) = [each for each in psutil.Process().children() if each not in before and each.pid != process.pid]
    watching.suspend()
    monkeypatch.setattr("mcptui.upstream.process._INSTALL_GRACE", 0)
    monkeypatch.setattr("mcptui.upstream.process._GRACE", 0.1)
    await process.stop()
    await reaper.close()
    assert await all_gone([watching.pid])


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("print('token is canary-value', file=sys.stderr)", f"token is {SECRET_MARK}"),
        ("sys.stderr.write('x' * 1_995 + 'canary-value')", "x" * 1_995 + SECRET_MARK),
        # A line without an end, of which the end is kept.
        ("sys.stderr.write('canary-value' * 1_000_000)", SECRET_MARK),
        ("sys.stderr.write(('x' * 1_000 + 'canary-value') * 10_000)", SECRET_MARK),
        ("print(json.dumps({'a': 'canary-value'}), file=sys.stderr)", f'{{"a": "{SECRET_MARK}"}}'),
    ],
)
async def test_a_secret_in_use_that_it_prints_is_kept_nowhere(reaper: Reaper, code: str, shown: str) -> None:
    """Neither the lines nor the error of its end have it, nor a part of it."""
    known = KnownSecrets()
    known.add("${secret:a}", "canary-value")
    program = f"import json, os, sys; {code}; sys.exit(3)"
    args = ["-S", "-c", program]
    process = await ServerProcess.start(sys.executable, args, {"TOKEN": "canary-value"}, None, reaper, known=known)
    await process.stdout.read()
    error = await process.exit_error()
    told = f"{error} {error.hint} {process.printed} {error.stderr}"
    assert shown in "".join(process.printed)
    assert "canary" not in told
    assert "anary-v" not in told
    await process.stop()
