"""Images among results, as half blocks: two pixels in each cell."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from textual.content import Content

from mcptui.model.runtime import Json, JsonObject

if TYPE_CHECKING:
    from PIL.Image import Image

#: More pixels than this are not decoded: a small file can stand for gigabytes.
MAX_PIXELS: Final = 40_000_000
MAX_BYTES: Final = 40_000_000
#: Only these decoders see what a server sent.
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


@dataclass(frozen=True, slots=True)
class Blob:
    """Binary content of a result."""

    kind: str
    media_type: str
    data: bytes

    @property
    def suffix(self) -> str:
        """For a file name."""
        known = {"image/jpeg": ".jpg", "image/svg+xml": ".svg", "audio/mpeg": ".mp3", "text/plain": ".txt"}
        _, _, name = self.media_type.partition("/")
        return known.get(self.media_type) or (f".{name}" if name.isalnum() and name.isascii() else ".bin")


def blobs(result: Json) -> list[Blob]:
    """All images, audio and binary resources of a result whose data can be read."""
    return [blob for part in _parts(result) if (blob := _blob(part)) is not None]


def _parts(result: Json) -> Iterator[JsonObject]:
    if not isinstance(result, dict):
        return
    for entry in (*_list(result.get("content")), *_list(result.get("contents"))):
        yield from _with_inside(entry)
    for message in _list(result.get("messages")):
        if isinstance(message, dict):
            content = message.get("content")
            for entry in content if isinstance(content, list) else [content]:
                yield from _with_inside(entry)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _with_inside(entry: Json) -> Iterator[JsonObject]:
    if isinstance(entry, dict):
        yield entry
        if isinstance(inside := entry.get("resource"), dict):
            yield inside


def _blob(part: JsonObject) -> Blob | None:
    text = part.get("blob") if "blob" in part else part.get("data")
    if not isinstance(text, str) or len(text) > MAX_BYTES * 4 // 3:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    kind = part.get("type")
    return Blob(kind if isinstance(kind, str) else "resource", str(part.get("mimeType") or ""), data)


def drawable(blob: Blob) -> bool:
    """Whether it says that it is a picture of pixels."""
    return blob.media_type.startswith("image/") and blob.media_type != "image/svg+xml"


def half_blocks(data: bytes, width: int, height: int) -> Content:
    """The picture in at most ``width`` x ``height`` cells; a sentence where it cannot be decoded. Blocking."""
    from PIL import Image, UnidentifiedImageError  # only results with pictures need it

    try:
        # Opening reads the size only.
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return Content(f"The picture has {image.width} x {image.height} pixels, too many to draw.")
            return _draw(image, width, height * 2)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        return Content(f"The picture cannot be drawn: {type(error).__name__}.")


def _draw(image: Image, width: int, height: int) -> Content:
    from PIL.Image import Resampling

    scale = min(width / image.width, height / image.height, 1.0)
    size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    small = image.convert("RGBA").resize(size, Resampling.BOX)
    data = small.tobytes()
    pixels: list[_Pixel] = list(zip(data[::4], data[1::4], data[2::4], data[3::4], strict=True))
    rows = []
    for top in range(0, size[1], 2):
        upper = pixels[top * size[0] : (top + 1) * size[0]]
        lower = pixels[(top + 1) * size[0] : (top + 2) * size[0]] or [(0, 0, 0, 0)] * size[0]
        rows.append(Content.assemble(*_cells(upper, lower)))
    return Content("\n").join(rows)


_Pixel = tuple[int, int, int, int]


def _cells(upper: list[_Pixel], lower: list[_Pixel]) -> Iterator[tuple[str, str]]:
    """Runs of equal cells, for fewer spans."""
    before: tuple[str, str] | None = None
    for above, below in zip(upper, lower, strict=True):
        cell = ("▀", f"{_colour(above)} on {_colour(below)}")
        if before is not None and before[1] == cell[1]:
            before = before[0] + "▀", before[1]
        else:
            if before is not None:
                yield before
            before = cell
    if before is not None:
        yield before


def _colour(pixel: _Pixel) -> str:
    red, green, blue, alpha = pixel
    # Over a middle grey, which shows dark and light drawings alike.
    return "#" + "".join(f"{(part * alpha + 128 * (255 - alpha)) // 255:02x}" for part in (red, green, blue))
