"""What the client says of a gateway that is of another version."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from mcptui.control.client import ControlClient, ControlPlaces
from mcptui.control.interface import API_VERSION, VERSION_HEADER
from mcptui.errors import IncompatibleError, McptuiError, NotFoundError
from mcptui.model.runtime import CallRecord
from mcptui.protocol import jsonrpc
from mcptui.state.errors import StateError
from mcptui.state.paths import Paths
from tests.support.fake_gateway import STATUS
from tests.support.gateway import SocketAt


@asynccontextmanager
async def answering(
    place: ControlPlaces, value: object, version: str | None, status: int = 200, heads: list[bytes] | None = None
) -> AsyncIterator[ControlClient]:
    """A gateway that answers every request in the same way."""
    heads = [] if heads is None else heads
    body = jsonrpc.encode(value) + b"\n"
    named = "" if version is None else f"{VERSION_HEADER}: {version}\r\n"
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{named}connection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_unix_server(answer, place.socket):
        yield ControlClient(place)


async def first(control: ControlClient) -> CallRecord:
    async with aclosing(control.traffic(follow=True)) as records:
        return await anext(records)


@pytest.mark.parametrize("version", [None, "0.9", "2.0"])
async def test_another_major_version_is_said_with_what_to_do(tmp_path: Path, version: str | None) -> None:
    async with answering(SocketAt(tmp_path / "s"), {"revision": "x"}, version) as control:
        with pytest.raises(IncompatibleError, match="another version") as caught:
            await control.reload()
        assert "mcptui gateway restart" in (caught.value.hint or "")
        with pytest.raises(IncompatibleError):
            await first(control)


@pytest.mark.parametrize("version", [None, "2.0"])
async def test_status_and_stop_work_across_versions(tmp_path: Path, version: str | None) -> None:
    """Else nobody could end the gateway that is in the way."""
    value = {name: item for name, item in asdict(STATUS).items() if name != "api"} | {"new": 1}
    async with answering(SocketAt(tmp_path / "s"), value, version) as control:
        assert (await control.status()).pid == STATUS.pid
        await control.stop()


async def test_a_newer_minor_version_is_understood(tmp_path: Path) -> None:
    newer = f"{API_VERSION.partition('.')[0]}.99"
    record = {"id": 1, "at": 2.0, "key": "k", "method": "m", "of_tomorrow": [1]}
    async with answering(SocketAt(tmp_path / "s"), record, newer) as control:
        assert (await first(control)).key == "k"


async def test_an_answer_in_another_form(tmp_path: Path) -> None:
    async with answering(SocketAt(tmp_path / "s"), {"id": 1}, API_VERSION) as control:
        with pytest.raises(IncompatibleError, match="another form"):
            await first(control)


async def test_a_refusal_has_its_hint(tmp_path: Path) -> None:
    async with answering(SocketAt(tmp_path / "s"), {"message": "gone", "hint": "look"}, API_VERSION, 404) as control:
        with pytest.raises(NotFoundError, match="gone") as caught:
            await control.refresh("a")
    assert caught.value.hint == "look"


async def test_a_gateway_that_begins_between_its_token_and_the_request_is_asked_again(tmp_path: Path) -> None:
    class Begins(SocketAt):
        reads = 0

        @property
        def control_token(self) -> Path:
            self.reads += 1
            return tmp_path / f"token{self.reads}"

    (tmp_path / "token2").write_text("new", encoding="ascii")
    (tmp_path / "token3").write_text("new", encoding="ascii")
    heads = list[bytes]()
    async with answering(Begins(tmp_path / "s"), {"message": "no token"}, API_VERSION, 401, heads=heads) as control:
        with pytest.raises(McptuiError, match="no token"):
            await control.reload()
    assert [b"mcptui-control-token: new" in head for head in heads] == [False, True], "and not for ever"


async def test_the_token_of_the_running_gateway_is_shown(tmp_path: Path) -> None:
    place, heads = SocketAt(tmp_path / "s"), list[bytes]()
    async with answering(place, {"revision": "x"}, API_VERSION, heads=heads) as control:
        await control.reload()
        for token in ("first", "second"):  # it was restarted
            place.control_token.write_text(token, encoding="ascii")
            await control.reload()
    assert [b"mcptui-control-token: first" in head for head in heads] == [False, True, False]
    assert b"mcptui-control-token: second" in heads[2]


async def test_nothing_is_sent_to_a_socket_that_may_be_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory of the socket of a long home lies where everybody can make one."""
    with tempfile.TemporaryDirectory(prefix="m") as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        await _another_users(tmp_path / ("long" * 30), monkeypatch)


async def _another_users(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, heads = Paths.resolve(home), list[bytes]()
    paths.ensure()
    paths.control_token.write_text("token", encoding="ascii")
    async with answering(paths, {}, API_VERSION, heads=heads) as control:
        await control.secret_changed("server/a/token")
        paths.socket.parent.chmod(0o755)
        with pytest.raises(StateError, match="not a private directory"):
            await control.secret_changed("server/a/token")
        paths.socket.parent.chmod(0o700)
        owner = paths.socket.stat().st_uid
        monkeypatch.setattr("os.getuid", lambda: owner + 1)
        with pytest.raises(StateError, match="not a private directory"):
            await control.secret_changed("server/a/token")
    assert len(heads) == 1


async def test_a_token_that_does_not_fit_is_told(tmp_path: Path) -> None:
    place, heads = SocketAt(tmp_path / "s"), list[bytes]()
    async with answering(place, {"message": "no token", "hint": "older"}, API_VERSION, 401, heads) as control:
        with pytest.raises(McptuiError, match="no token"):
            await control.reload()
    assert len(heads) == 1
