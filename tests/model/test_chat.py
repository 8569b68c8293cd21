"""What a turn of a conversation says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.chat import ChatTurn, with_attached


def turn(**values: Any) -> ChatTurn:
    return ChatTurn(**{"question": "?", "model": "m", "at": 0.0, **values})


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        ([text("a")], "a"),
        ([text("a"), {"type": "tool", "name": "t"}, text("b")], "a\n\nb"),
        ([text(""), text("a"), text("")], "a"),
        ([{"type": "tool", "name": "t", "text": "not said"}], ""),
    ],
)
def test_the_text_is_what_the_model_said(parts: list[dict[str, Any]], said: str) -> None:
    assert turn(parts=parts).text == said


@pytest.mark.parametrize(
    ("context", "size", "fullness"),
    [(500, 1000, 0.5), (1500, 1000, 1.5), (0, 1000, None), (500, None, None), (500, 0, None), (0, None, None)],
)
def test_how_full_the_context_is(context: int, size: int | None, fullness: float | None) -> None:
    assert turn(context=context, context_size=size).fullness == fullness


def test_attached_resources_are_part_of_what_a_model_is_sent() -> None:
    assert with_attached("see", []) == "see"
    attached = [{"uri": 'x://"', "text": "a"}, {"uri": "y", "text": "b"}]
    expected = 'see\n\n<resource uri="x://\\"">\na\n</resource>\n\n<resource uri="y">\nb\n</resource>'
    assert with_attached("see", attached) == expected
