"""Forms with files: whole, in whatever pieces they come, with what the gateway has to say in them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, ClientGoneError, Incoming
from mcptui.gateway.fronts.openai.form import Form
from mcptui.llm.errors import LlmError

KEY = b"sk-mcptui-" + b"k" * 43
REMOVED = b"[removed: a key of this gateway]"
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


async def sent(form: Form, model: str, *, adds_model: bool = False) -> bytes:
    """What a provider gets, with the boundary of these tests."""
    upload = form.upload(model, adds_model=adds_model)
    body = b"".join([piece async for piece in upload.pieces])
    assert len(body) == upload.size
    return body.replace(upload.content_type.partition("boundary=")[2].encode(), b"b b")


async def passed(*parts: bytes, adds_model: bool = False) -> bytes:
    form = await Form.read(incoming(*parts, b"--b b--\r\n"), KIND, 1_000_000)
    try:
        return await sent(form, "theirs", adds_model=adds_model)
    finally:
        await form.aclose()


FILE = part("file", b"\r\n--b \x00" * 9, '; filename="a.bin"\r\nContent-Type: audio/mpeg')
BODY = FILE + part("model", b"mine") + part("prompt", b"x " + KEY) + part("file", b"", '; filename=""') + b"--b b--\r\n"


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_a_form_in_pieces(size: int) -> None:
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    form = await Form.read(incoming(*pieces), KIND, 10_000)
    assert (form.field("model"), form.field("file"), form.field("no")) == ("mine", None, None)
    assert await sent(form, "theirs") == BODY.replace(b"\r\nmine\r\n", b"\r\ntheirs\r\n").replace(KEY, REMOVED)
    await form.aclose()


@pytest.mark.parametrize(
    ("head", "passed_on"),
    [
        (b'Content-Disposition: form-data; name="a"', b'Content-Disposition: form-data; name="a"'),
        (
            b'content-type: text/x; charset=y\r\nCONTENT-DISPOSITION:FORM-DATA; NAME=a; filename="b"',
            b'Content-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: text/x; charset=y',
        ),
        (
            b'Content-Disposition: form-data; name="a"\r\nX-Key: ' + KEY + b"\r\nContent-Transfer-Encoding: binary",
            b'Content-Disposition: form-data; name="a"',
        ),
        (
            b'Content-Disposition: form-data; name="' + KEY + b'"; filename="' + KEY + b'"; more="' + KEY + b'"',
            b'Content-Disposition: form-data; name="%s"; filename="%s"' % (REMOVED, REMOVED),
        ),
        (
            b"Content-Disposition: form-data; name=\"a\"; filename*=utf-8''sk%2Dmcptui%2D" + KEY[10:],
            b'Content-Disposition: form-data; name="a"; filename="%s"' % REMOVED,
        ),
        (
            b'Content-Disposition: form-data; name="a"; filename="\xc3\xbc\\".txt"',
            b'Content-Disposition: form-data; name="a"; filename="\xc3\xbc%22.txt"',
        ),
        (b'Content-Disposition: form-data; name="a\\b"', b'Content-Disposition: form-data; name="a_b"'),
    ],
)
async def test_the_headers_of_a_part_say_what_was_found(head: bytes, passed_on: bytes) -> None:
    assert (
        await passed(b"--b b\r\n" + head + b"\r\n\r\nx\r\n") == b"--b b\r\n" + passed_on + b"\r\n\r\nx\r\n--b b--\r\n"
    )


async def test_a_model_is_put_in_where_one_is_needed() -> None:
    assert await passed(part("a", b"x"), adds_model=True) == part("model", b"theirs") + part("a", b"x") + b"--b b--\r\n"
    assert await passed(part("a", b"x")) == part("a", b"x") + b"--b b--\r\n"
    assert await passed(part("model", b""), adds_model=True) == part("model", b"theirs") + b"--b b--\r\n"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([part("prompt", b"x" * 300_000)], "more than 262144 bytes"),
        ([part("model", b"a"), part("model", b"b")], "one field model"),
        ([part("model", b"a", '; filename="m"')], "one field model"),
        ([part("stream", b"true"), part("stream", b"false")], "one field stream"),
        ([part("a", b"x", '\r\nContent-Disposition: form-data; name="model"')], "two headers"),
        ([b"--b b\r\nContent-Type: text/plain\r\n\r\nx\r\n"], "with a name"),
        ([b"--b b\r\nContent-Disposition: form-data\r\n\r\nx\r\n"], "with a name"),
        ([b'--b b\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n'], "with a name"),
        ([part("a[]", b"x")] * 1001, "more than 1000 parts"),
    ],
)
async def test_what_a_provider_may_read_otherwise_is_refused(parts: list[bytes], said: str) -> None:
    with pytest.raises(LlmError, match=said) as error:
        await passed(*parts)
    assert error.value.status == 400


async def test_fields_of_one_name_and_large_files_are_passed_on() -> None:
    parts = [part("image[]", b"x" * 300_000, '; filename="a"'), *[part("include[]", b"x")] * 999]
    assert await passed(*parts) == b"".join(parts) + b"--b b--\r\n"


async def test_what_cannot_be_read() -> None:
    with pytest.raises(BodyTooLargeError):
        await Form.read(incoming(BODY), KIND, 100)
    with pytest.raises(ClientGoneError):
        await Form.read(incoming(BODY[:50], ends=False), KIND, 1000)
    for body, kind in ((b"", KIND), (BODY[:-20], KIND), (b"{}", KIND), (BODY, "multipart/form-data")):
        with pytest.raises(LlmError):
            await Form.read(incoming(body), kind, 1000)
