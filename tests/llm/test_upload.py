from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from mcptui.llm.connection import Connection
from mcptui.llm.upload import Upload
from mcptui.model import LlmModel


async def test_a_body_in_pieces_goes_with_its_size_and_type() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    async def answer(request: httpx2.Request) -> httpx2.Response:
        told = [request.headers.get(name) for name in ("content-type", "content-length", "transfer-encoding", "accept")]
        assert told == ["audio/x", "3", None, "*/*"]
        assert await request.aread() == b"abc"
        return httpx2.Response(200)

    model = LlmModel(name="mine", base_url="http://llm/v1", model="m")
    connection = Connection(model, None, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))
    assert (await connection.send("POST", "/x", Upload(pieces(), 3, "audio/x"), "*/*")).status_code == 200
