from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.thoughts import Thoughts, thoughts_of


def joined(*deltas: dict[str, Any]) -> dict[str, Any]:
    thoughts = Thoughts()
    for delta in deltas:
        thoughts.add(delta)
    return thoughts.members()


def test_texts_grow() -> None:
    assert joined({"reasoning_content": "Let me "}, {"content": "x"}, {"reasoning_content": "see."}) == {
        "reasoning_content": "Let me see."
    }
    assert joined({"reasoning": "a"}, {"reasoning": None}, {"reasoning": "b"}) == {"reasoning": "ab"}


def test_pieces_grow_while_they_are_of_one_kind_and_number() -> None:
    first = {"type": "reasoning.summary", "index": 0, "summary": "a"}
    other = {"type": "reasoning.summary", "index": 1, "summary": "c"}
    sealed = {"type": "reasoning.encrypted", "index": 1, "data": "d"}
    found = joined(
        *({"reasoning_details": [each]} for each in (first, {**first, "summary": "b"}, other, sealed, sealed))
    )
    assert found == {"reasoning_details": [{**first, "summary": "ab"}, other, sealed, sealed]}


def test_a_signature_that_follows_belongs_to_the_text() -> None:
    piece = {"type": "reasoning.text", "index": 0}
    signed = {**piece, "text": "", "signature": "s", "format": None}
    assert joined({"reasoning_details": [{**piece, "text": "a", "format": "f"}, signed]}) == {
        "reasoning_details": [{**piece, "text": "a", "format": "f", "signature": "s"}]
    }


@pytest.mark.parametrize("odd", [{"reasoning": 5}, {"reasoning_details": "x"}, {"reasoning_details": [1, None]}, {}])
def test_what_is_nothing(odd: dict[str, Any]) -> None:
    assert joined(odd) == {}
    assert thoughts_of({"reasoning": "", "reasoning_details": [], "id": "x"}) == {}


def test_what_a_message_holds() -> None:
    message = {"reasoning": "a", "reasoning_details": [{"type": "x"}], "content": "c"}
    assert thoughts_of(message) == {"reasoning": "a", "reasoning_details": [{"type": "x"}]}
