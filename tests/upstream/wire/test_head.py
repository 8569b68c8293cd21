from __future__ import annotations

import pytest

from mcptui.upstream.wire.errors import BadHeaderError
from mcptui.upstream.wire.head import header_lines


def test_one_line_each() -> None:
    assert header_lines({"accept": "*/*", "x-ü".replace("ü", "u"): "ä\t1"}) == "accept: */*\r\nx-u: ä\t1\r\n".encode()
    assert header_lines({}) == b""


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", "\r", "a\0b"])
def test_a_value_does_not_end_its_line(value: str) -> None:
    with pytest.raises(BadHeaderError) as caught:
        header_lines({"authorization": f"canary{value}"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "ä"])
def test_names_are_tokens(name: str) -> None:
    with pytest.raises(BadHeaderError):
        header_lines({name: "x"})
