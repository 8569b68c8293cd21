"""The parts of the gateway's process that need no process: sockets, limits, how it ends before it has begun."""

from __future__ import annotations

import errno
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import filelock
import pytest

from mcptui.daemon import logs
from mcptui.daemon import process as module
from mcptui.daemon.composition import Gateway
from mcptui.errors import ExitCode, RefusedError
from mcptui.model import GatewaySettings
from mcptui.secrets.known import SECRET_MARK
from mcptui.state.paths import Paths


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    monkeypatch.setattr(logs, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(logs, "take_what_python_prints", lambda: None)
    return paths


@pytest.mark.parametrize(
    ("host", "family"), [("127.0.0.1", socket.AF_INET), ("localhost", socket.AF_INET), ("::1", socket.AF_INET6)]
)
def test_the_public_port(host: str, family: socket.AddressFamily) -> None:
    with module._bind(GatewaySettings(host=host, port=0)) as listener:
        assert (listener.family, listener.proto) == (family, socket.IPPROTO_TCP)
        assert listener.getsockname()[1] > 0
        assert not listener.getblocking()


def test_a_port_that_is_taken_is_no_port() -> None:
    with module._bind(GatewaySettings(port=0)) as listener, pytest.raises(OSError, match="in use"):
        module._bind(GatewaySettings(port=listener.getsockname()[1]))


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_this_account_opens_the_control_socket(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "s"
    path.touch()  # left from a gateway that was killed
    before = os.umask(mask)
    try:
        with module._control_socket(path) as control:
            assert path.stat().st_mode & 0o777 == 0o600
            assert not control.getblocking()
        assert os.umask(mask) == mask
    finally:
        os.umask(before)


def test_every_gateway_has_a_token_of_its_own_that_only_this_account_reads(tmp_path: Path) -> None:
    file = tmp_path / "control.token"
    file.touch(mode=0o644)
    first = module._new_token(file)
    assert (file.read_text(encoding="ascii"), file.stat().st_mode & 0o777) == (first, 0o600)
    assert module._new_token(file) != first
    assert first is not None
    assert len(first) >= 43


def test_without_room_the_token_of_the_last_gateway_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "control.token"
    first = module._new_token(file)
    monkeypatch.setattr(module, "replace_file", _no_room)
    assert module._new_token(file) == first
    file.unlink()
    assert module._new_token(file) is None


def _no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_without_a_socket_the_gateway_serves_all_the_same(paths: Paths, caplog: pytest.LogCaptureFixture) -> None:
    paths.socket.mkdir()  # in the way
    assert module._control(paths) == (None, None)
    assert "cannot reach this gateway" in caplog.text


def test_a_home_that_cannot_be_written_to_has_no_lock(paths: Paths) -> None:
    paths.gateway_lock.mkdir()  # in the way
    module._locked(paths.gateway_lock).release()


def test_a_record_that_cannot_be_written_is_not_that_of_an_earlier_gateway(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.gateway_json.write_text('{"pid": 1}', encoding="utf-8")
    monkeypatch.setattr(module, "replace_file", _no_room)
    module._announce(paths.gateway_json, cast("Gateway", SimpleNamespace(instance_id="x", url="http://x")))
    assert not paths.gateway_json.exists()


def test_what_opens_the_vault_is_not_in_the_environment_of_what_the_gateway_starts(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", "canary")
    monkeypatch.setenv("MCPTUI_VAULT_KEY_FILE", "canary")
    protected: list[bool] = []
    monkeypatch.setattr(module, "protect_memory", lambda: protected.append("MCPTUI_VAULT_KEY" in os.environ))
    with filelock.FileLock(paths.gateway_lock), pytest.raises(RefusedError):
        module.run(paths)
    assert protected == [True], "before it is read"
    assert "canary" not in os.environ.values()


#: A gateway that crashes, after a thread and the end of an object have failed.
CRASHES: Final = """
import asyncio, sys, threading
from pathlib import Path
from mcptui.daemon import process
from mcptui.state.paths import Paths

secret = "-".join(("canary", "value"))

class Ends:
    def __del__(self):
        raise KeyError(secret)

async def serve(*about):
    about[-1].add("x", secret)
    Ends()
    thread = threading.Thread(target=int, args=(secret,))
    thread.start()
    await asyncio.to_thread(thread.join)
    raise RuntimeError(f"it failed with {secret}")

process._serve = serve
sys.exit(process.run(Paths.resolve(Path(sys.argv[1])), port=0, foreground=sys.argv[2] == "foreground"))
"""


@pytest.mark.parametrize("where", ["foreground", "background"])
def test_a_crash_tells_no_secret(tmp_path: Path, where: str) -> None:
    command = (sys.executable, "-c", CRASHES, str(tmp_path / "home"), where)
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == ExitCode.FAILED
    logged = Paths.resolve(tmp_path / "home").log_file.read_text(encoding="utf-8")
    assert "canary" not in logged + done.stdout + done.stderr
    for text in (logged, done.stderr) if where == "foreground" else (logged,):
        assert text.count(SECRET_MARK) == 3
        assert "RuntimeError: it failed with" in text
        assert "KeyError" in text
        assert "ValueError" in text
    assert where == "foreground" or not done.stderr


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        ((256, 1_048_576), (10_240, 1_048_576)),
        ((256, 4_096), (4_096, 4_096)),
        ((256, resource.RLIM_INFINITY), (10_240, resource.RLIM_INFINITY)),
        ((65_536, 1_048_576), None),
        ((10_240, 10_240), None),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None),
    ],
)
def test_as_many_files_as_are_needed_and_allowed(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], asked: tuple[int, int] | None
) -> None:
    wanted: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, value: wanted.append(value))
    module._raise_file_limit()
    assert wanted == ([] if asked is None else [asked])


def test_a_second_gateway_of_a_home_is_refused(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = filelock.FileLock
    with lock(paths.gateway_lock):
        monkeypatch.setattr(filelock, "FileLock", lambda path, timeout, mode: lock(path, timeout=0, mode=mode))
        with pytest.raises(RefusedError, match="runs already"):
            module.run(paths)


@pytest.mark.parametrize("what", ["a taken port", "a bad certificate"])
def test_what_only_a_person_can_change_is_no_reason_to_start_again(paths: Paths, what: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        if what == "a bad certificate":
            text = '[gateway]\nport = 0\ntls_certfile = "/none.pem"\ntls_keyfile = "/none.pem"\n'
        else:
            text = f"[gateway]\nport = {taken.getsockname()[1]}\n"
        paths.config_file.write_text(text, encoding="utf-8")
        assert module.run(paths) == 6
    # Whoever starts it next is not refused.
    with filelock.FileLock(paths.gateway_lock, timeout=0):
        pass
