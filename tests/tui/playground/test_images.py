from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

from mcptui.tui.playground import images
from mcptui.tui.playground.images import blobs, drawable, half_blocks


def png(width: int = 4, height: int = 4, colour: tuple[int, ...] = (255, 0, 0), mode: str = "RGB") -> bytes:
    stream = BytesIO()
    Image.new(mode, (width, height), colour).save(stream, "PNG")
    return stream.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_picture_in_half_blocks() -> None:
    content = half_blocks(png(), 10, 10)
    assert content.plain == "▀▀▀▀\n▀▀▀▀"
    assert {span.style for span in content.spans} == {"#ff0000 on #ff0000"}


def test_a_large_picture_fits_and_keeps_its_shape() -> None:
    lines = half_blocks(png(400, 200), 20, 50).plain.split("\n")
    assert (len(lines[0]), len(lines)) == (20, 5)


def test_what_is_transparent_is_grey() -> None:
    content = half_blocks(png(1, 1, (255, 255, 255, 0), "RGBA"), 5, 5)
    assert content.spans[0].style == "#808080 on #808080"


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nnonsense", b"not a picture", png()[:40], b"%!PS-Adobe"])
def test_what_is_no_picture_is_said(data: bytes) -> None:
    assert "cannot be drawn" in half_blocks(data, 10, 10).plain


def test_bombs_are_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 10)
    assert "too many" in half_blocks(png(), 10, 10).plain


def test_blobs_of_all_kinds_of_results() -> None:
    data = encoded(png())
    picture = {"type": "image", "mimeType": "image/png", "data": data}
    found = blobs(
        {
            "content": [picture, {"type": "resource", "resource": {"blob": data, "mimeType": "image/jpeg"}}, 1],
            "contents": [{"blob": encoded(b"x"), "mimeType": "application/x-y"}, {"text": "no blob"}],
            "messages": [{"content": picture}, {"content": [{"type": "audio", "data": "!!"}]}, 2],
        }
    )
    assert [(blob.kind, blob.suffix, drawable(blob)) for blob in found] == [
        ("image", ".png", True),
        ("resource", ".jpg", True),
        ("resource", ".bin", False),
        ("image", ".png", True),
    ]
    assert blobs(None) == blobs({"content": "odd"}) == []


def test_endless_data_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 3)
    assert blobs({"content": [{"type": "image", "data": encoded(b"longer")}]}) == []
