"""Forms with files: whole, in whatever pieces they come, with what the gateway has to say in them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, ClientGoneError, Incoming
from mcptui.gateway.fronts.openai.form import Form
from mcptui.llm.errors import LlmError

KEY = b"sk-mcptui-" + b"k" * 43
KIND = 'multipart/form-data; boundary="b b"'


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--b b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def incoming(*pieces: bytes, ends: bool = True) -> Incoming:
    messages: list[Any] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})

    async def receive() -> Any:
        return messages.pop(0)

    async def send(_: Any) -> None:
        raise NotImplementedError

    return Incoming("POST", "/", b"", {}, None, receive, send)


async def sent(form: Form, model: str | None) -> bytes:
    upload = form.upload(model)
    body = b"".join([piece async for piece in upload.pieces])
    assert len(body) == upload.size
    return body


FILE = part("file", b"\r\n--b \x00" * 9, '; filename="a.bin"\r\nContent-Type: audio/mpeg')
BODY = FILE + part("model", b"mine") + part("prompt", b"x " + KEY) + part("file", b"", '; filename=""') + b"--b b--\r\n"


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_a_form_in_pieces(size: int) -> None:
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    form = await Form.read(incoming(*pieces), KIND, 10_000)
    assert (form.field("model"), form.field("file"), form.field("no")) == ("mine", None, None)
    removed = b"[removed: a key of this gateway]"
    assert await sent(form, "theirs") == BODY.replace(b"\r\nmine\r\n", b"\r\ntheirs\r\n").replace(KEY, removed)
    await form.aclose()


async def test_a_long_field_is_kept_whole() -> None:
    body = part("model", b"mine") + part("prompt", b"x" * 600_000) + b"--b b--\r\n"
    pieces = [body[start : start + 100_000] for start in range(0, len(body), 100_000)]
    form = await Form.read(incoming(*pieces), KIND, 1_000_000)
    assert await sent(form, None) == body
    await form.aclose()


async def test_what_cannot_be_read() -> None:
    with pytest.raises(BodyTooLargeError):
        await Form.read(incoming(BODY), KIND, 100)
    with pytest.raises(ClientGoneError):
        await Form.read(incoming(BODY[:50], ends=False), KIND, 1000)
    for body, kind in ((b"", KIND), (BODY[:-20], KIND), (b"{}", KIND), (BODY, "multipart/form-data")):
        with pytest.raises(LlmError):
            await Form.read(incoming(body), kind, 1000)
