from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, ClientGoneError, Incoming


class Channel:
    """A request that comes in ``chunks``, and what was sent."""

    def __init__(self, *chunks: bytes) -> None:
        self._messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": index < len(chunks)}
            for index, chunk in enumerate(chunks, 1)
        ]
        self.sent: list[Any] = []

    def incoming(self, **headers: list[str]) -> Incoming:
        named = {name.replace("_", "-"): values for name, values in headers.items()}
        return Incoming("POST", "/mcp", b"", named, None, self._receive, self._send)

    async def _receive(self) -> Any:
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("chunks", [[b""], [b"12345"], [b"12", b"345"], [b"", b"123", b"45", b""]])
async def test_a_body_is_read_up_to_the_limit(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert await Channel(*chunks).incoming().body(5) == whole
    if whole:
        with pytest.raises(BodyTooLargeError):
            await Channel(*chunks).incoming().body(len(whole) - 1)


@pytest.mark.parametrize(
    ("announced", "refused"), [(["6"], True), (["5", "6"], True), (["5"], False), (["x"], False), (["²"], False)]
)
async def test_an_announced_size_is_enough_to_refuse(announced: list[str], refused: bool) -> None:
    channel = Channel(b"1")
    if refused:
        with pytest.raises(BodyTooLargeError):
            await channel.incoming(content_length=announced).body(5)
    else:
        assert await channel.incoming(content_length=announced).body(5) == b"1"


async def test_half_a_body_is_none() -> None:
    channel = Channel(b'{"whole": "as JSON"}')
    channel._messages[0]["more_body"] = True
    with pytest.raises(ClientGoneError):
        await channel.incoming().body(100)


async def test_a_client_that_goes_is_seen_behind_what_it_still_sent() -> None:
    channel = Channel(b"1", b"2")
    incoming = channel.incoming()
    await incoming.gone()
    with pytest.raises(IndexError):
        channel._messages.pop()


async def test_json_in_parts_has_one_length() -> None:
    channel = Channel()
    await channel.incoming().answer_json(200, (b"{", b"}"), [(b"a", b"b")])
    start, *rest = channel.sent
    assert start["status"] == 200
    assert start["headers"] == [(b"content-type", b"application/json"), (b"content-length", b"2"), (b"a", b"b")]
    assert [(each["body"], each.get("more_body", False)) for each in rest] == [(b"{", True), (b"}", False)]


async def test_an_empty_answer() -> None:
    channel = Channel()
    await channel.incoming().answer_empty(202)
    assert channel.sent[0]["headers"] == [(b"content-length", b"0")]
    assert channel.sent[1] == {"type": "http.response.body", "body": b""}
