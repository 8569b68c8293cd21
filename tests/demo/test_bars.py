from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from mcptui.demo.bars import bars


@pytest.mark.parametrize("values", [[1], [3, 5, 2, 8], [0, 0.5], [-1, 2], list(range(1, 25))])
def test_a_picture_with_a_bar_for_each_value(values: list[float]) -> None:
    with Image.open(BytesIO(bars(values)), formats=["PNG"]) as image:
        image.load()
        assert (image.width, image.height) == (len(values) * 12 + 4, 48)
        heights = []
        for place in range(len(values)):
            column = [image.getpixel((4 + place * 12 + 2, y)) for y in range(48)]
            heights.append(sum(pixel != column[0] for pixel in column))
    highest = max(values)
    assert heights == [round(44 * max(value, 0) / highest) for value in values]
