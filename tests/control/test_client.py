"""What the client says of a gateway that is of another version."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from mcptui.control.client import ControlClient
from mcptui.control.interface import API_VERSION, VERSION_HEADER
from mcptui.errors import IncompatibleError, NotFoundError
from mcptui.model.runtime import CallRecord
from mcptui.protocol import jsonrpc
from tests.support.fake_gateway import STATUS


@asynccontextmanager
async def answering(
    socket: Path, value: object, version: str | None, status: int = 200
) -> AsyncIterator[ControlClient]:
    """A gateway that answers every request in the same way."""
    body = jsonrpc.encode(value) + b"\n"
    named = "" if version is None else f"{VERSION_HEADER}: {version}\r\n"
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{named}connection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_unix_server(answer, socket):
        yield ControlClient(socket)


async def first(control: ControlClient) -> CallRecord:
    async with aclosing(control.traffic(follow=True)) as records:
        return await anext(records)


@pytest.mark.parametrize("version", [None, "0.9", "2.0"])
async def test_another_major_version_is_said_with_what_to_do(tmp_path: Path, version: str | None) -> None:
    async with answering(tmp_path / "s", {"revision": "x"}, version) as control:
        with pytest.raises(IncompatibleError, match="another version") as caught:
            await control.reload()
        assert "mcptui gateway restart" in (caught.value.hint or "")
        with pytest.raises(IncompatibleError):
            await first(control)


@pytest.mark.parametrize("version", [None, "2.0"])
async def test_status_and_stop_work_across_versions(tmp_path: Path, version: str | None) -> None:
    """Else nobody could end the gateway that is in the way."""
    value = {name: item for name, item in asdict(STATUS).items() if name != "api"} | {"new": 1}
    async with answering(tmp_path / "s", value, version) as control:
        assert (await control.status()).pid == STATUS.pid
        await control.stop()


async def test_a_newer_minor_version_is_understood(tmp_path: Path) -> None:
    newer = f"{API_VERSION.partition('.')[0]}.99"
    record = {"id": 1, "at": 2.0, "key": "k", "method": "m", "of_tomorrow": [1]}
    async with answering(tmp_path / "s", record, newer) as control:
        assert (await first(control)).key == "k"


async def test_an_answer_in_another_form(tmp_path: Path) -> None:
    async with answering(tmp_path / "s", {"id": 1}, API_VERSION) as control:
        with pytest.raises(IncompatibleError, match="another form"):
            await first(control)


async def test_a_refusal_has_its_hint(tmp_path: Path) -> None:
    async with answering(tmp_path / "s", {"message": "gone", "hint": "look"}, API_VERSION, 404) as control:
        with pytest.raises(NotFoundError, match="gone") as caught:
            await control.refresh("a")
    assert caught.value.hint == "look"
