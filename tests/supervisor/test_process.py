"""The real gateway process of a home of its own."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import filelock
import httpx2
import psutil
import pytest

from mcptui.control.client import ControlClient
from mcptui.errors import UnreachableError
from mcptui.model.runtime import GatewayStatus
from mcptui.state.paths import Paths
from mcptui.supervisor import process
from mcptui.supervisor.port_owner import free_port
from mcptui.supervisor.process import PortInUseError, StartError, Supervisor
from tests.support.home import free_port as unused_port
from tests.support.processes import all_gone

# The gateway is meant to outlive whoever started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


class Home:
    """Paths with a state file, and supervisors of it."""

    def __init__(self, path: Path) -> None:
        self.paths = Paths.resolve(path)
        self.paths.ensure()
        self.port = unused_port()
        self.write()

    def write(self, more: str = "") -> None:
        self.paths.config_file.write_text(
            f'version = 1\n[gateway]\nport = {self.port}\n[secrets]\nbackend = "vault"\n{more}', encoding="utf-8"
        )

    def supervisor(self) -> Supervisor:
        return Supervisor(self.paths, ControlClient(self.paths))

    def pid(self) -> int | None:
        try:
            record = json.loads(self.paths.gateway_json.read_bytes())
        except OSError:
            return None
        found: int = record["pid"]
        return found


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setenv("MCPTUI_HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    yield home
    await home.supervisor().stop()
    assert home.pid() is None


async def start(home: Home) -> GatewayStatus:
    return await home.supervisor().start(host="127.0.0.1", port=home.port)


async def test_start_adopt_stop(home: Home) -> None:
    assert await home.supervisor().status() is None
    first, second = await asyncio.gather(start(home), start(home))
    assert first.instance_id == second.instance_id, "two at once make one gateway"
    assert (await start(home)).pid == first.pid == home.pid()
    assert first.url == f"http://127.0.0.1:{home.port}"
    running = await home.supervisor().status()
    assert running is not None
    assert running.instance_id == first.instance_id
    environment = psutil.Process(first.pid).cmdline()
    assert not [word for word in environment if "sk-" in word]
    assert home.paths.socket.stat().st_mode & 0o777 == 0o600
    assert home.paths.log_file.stat().st_mode & 0o777 == 0o600
    assert not home.supervisor().has_crashed()
    await home.supervisor().stop()
    assert not home.supervisor().has_crashed()
    assert await home.supervisor().status() is None
    assert await all_gone([first.pid])
    assert not home.paths.gateway_json.exists()
    assert not home.paths.socket.exists()
    assert any("stopped" in line for line in home.supervisor().log_tail())
    await home.supervisor().stop()


async def test_an_account_without_its_home_directory(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    assert psutil.Process((await start(home)).pid).cwd() == str(home.paths.state_dir)


async def test_who_does_not_show_the_token_gets_nothing(home: Home) -> None:
    await start(home)
    assert home.paths.control_token.stat().st_mode & 0o777 == 0o600
    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(home.paths.socket))) as http:
        for verb, path in (("GET", "/status"), ("POST", "/stop"), ("GET", "/listed"), ("POST", "/probe")):
            answer = await http.request(verb, f"http://gateway{path}")
            assert answer.status_code == 401
            assert "token" in answer.json()["message"]
    assert await home.supervisor().status() is not None


async def test_one_that_ends_with_its_app_ends_when_that_is_killed(home: Home) -> None:
    """Also one that was there before the app."""
    text = home.paths.config_file.read_text(encoding="utf-8")
    home.paths.config_file.write_text(text.replace("[gateway]\n", "[gateway]\nsurvive_app = false\n"), encoding="utf-8")
    status = await start(home)
    code = (
        "import asyncio\nfrom mcptui.services.workspace import Workspace\n"
        "async def main():\n async for _ in Workspace.open().gateway.attend(): print('there', flush=True)\n"
        "asyncio.run(main())"
    )
    app = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert app.stdout is not None
    assert await app.stdout.readline() == b"there\n"
    app.kill()
    await app.communicate()
    assert await all_gone([status.pid])
    assert any("ends with it" in line for line in home.supervisor().log_tail())


async def test_one_without_room_for_anything_serves_and_says_so(home: Home) -> None:
    """What it cannot write is in the way as a directory."""
    for path in (home.paths.gateway_json, home.paths.state_dir / "seal-keys.json"):
        path.mkdir()
    status = await start(home)
    assert (await start(home)).pid == status.pid, "it is adopted without its record"
    async with httpx2.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{status.url}/health")).status_code == 200
    assert any("gateway.json cannot be written" in line for line in home.supervisor().log_tail())


async def test_killed_it_takes_its_servers_along_and_starts_again(home: Home, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "sys.stdin.readline()\n"  # a server that is spoken to is one that is watched
        "child = os.fork()\n"
        f"if child: open({str(pids)!r} + '.part', 'w').write(f'{{os.getpid()}} {{child}}')\n"
        f"if child: os.rename({str(pids)!r} + '.part', {str(pids)!r})\n"
        "while True: signal.pause()"
    )
    home.write(f"[servers.stubborn]\ncommand = {json.dumps(sys.executable)}\nargs = {json.dumps(['-c', code])}\n")
    status = await start(home)
    control = ControlClient(home.paths)
    async with asyncio.timeout(30):
        while not pids.exists():
            await control.status()
    servers = [int(word) for word in pids.read_text(encoding="utf-8").split()]
    os.kill(status.pid, signal.SIGKILL)
    assert await all_gone([status.pid])
    assert await home.supervisor().status() is None, "what the killed one left behind is no gateway"
    assert home.pid() == status.pid
    assert home.supervisor().has_crashed()
    assert await all_gone(servers)
    home.write()
    again = await start(home)
    assert again.instance_id != status.instance_id


async def test_stopping_leaves_no_process_of_a_server(home: Home) -> None:
    args = ["-m", "tests.support.stdio_server", "child", "stateless"]
    home.write(f"[servers.small]\ncommand = {json.dumps(sys.executable)}\nargs = {json.dumps(args)}\n")
    with home.paths.config_file.open("a", encoding="utf-8") as file:
        file.write(f"env = {{ PYTHONPATH = {json.dumps(':'.join(sys.path))} }}\n")
    status = await start(home)
    control = ControlClient(home.paths)
    (event,) = [event async for event in control.call("tools/call", {"name": "small__pids"})]
    assert event.type == "result", event.value
    family = {each.pid for each in psutil.Process(status.pid).children(recursive=True)}
    named = json.loads(event.value["content"][0]["text"])
    assert set(named) <= family
    await home.supervisor().stop()
    assert await all_gone(family)


async def test_a_port_in_use_is_explained(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", home.port))
        taken.listen()
        with pytest.raises(PortInUseError, match=rf"port {home.port} is in use by .*\(pid {os.getpid()}\)") as caught:
            await start(home)
    assert caught.value.hint
    assert str(free_port("127.0.0.1", home.port + 1)) in caught.value.hint
    assert await home.supervisor().status() is None
    assert (await start(home)).url.endswith(str(home.port))


async def test_what_ends_at_once_shows_its_log(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StartError, match="ended with code 1: it left no message"):
        await start(home)
    broken = home.paths.log_file
    broken.write_text("first\nthe reason\n", encoding="utf-8")
    with pytest.raises(StartError, match="the reason") as caught:
        await start(home)
    assert caught.value.log == ("first", "the reason")


async def test_a_stale_record_is_no_gateway(home: Home) -> None:
    home.paths.gateway_json.write_text(
        json.dumps({"pid": os.getpid(), "instance_id": "stale", "url": "x"}), encoding="utf-8"
    )
    assert await home.supervisor().status() is None
    await home.supervisor().stop()
    assert (await start(home)).pid != os.getpid()


async def test_one_that_lives_and_does_not_answer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is held, and nobody is at the socket."""
    monkeypatch.setattr(process, "_STOP_TIMEOUT", 0.1)
    monkeypatch.setattr(process, "START_TIMEOUT", 0.1)
    with filelock.FileLock(home.paths.gateway_lock):
        assert await home.supervisor().status() is None, "it may just be starting"
        record = {"pid": 2**22 + 1, "instance_id": "hanging"}
        home.paths.gateway_json.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(UnreachableError, match="does not answer"):
            await home.supervisor().status()
    home.paths.gateway_json.unlink()


def test_the_log_of_no_gateway(tmp_path: Path) -> None:
    paths = Paths.resolve(tmp_path / "none")
    assert Supervisor(paths, ControlClient(paths)).log_tail() == ()
