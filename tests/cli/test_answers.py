from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from mcptui.cli.answers import answer_for

PARAMS = {
    "message": "Which\x1b one?",
    "requestedSchema": {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "description": "How many"},
            "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
            "sure": {"type": "boolean"},
            "note": {"type": "string"},
        },
        "required": ["count", "colour", "sure"],
    },
}


def answer(monkeypatch: pytest.MonkeyPatch, params: dict[str, Any], typed: str) -> tuple[Any, str]:
    """The answer of a person who types ``typed``, and what they saw."""
    monkeypatch.setattr("mcptui.cli.answers.on_terminal", lambda: True)
    given: list[Any] = []

    @click.command()
    def ask() -> None:
        given.append(answer_for("elicitation/create", params))

    result = CliRunner().invoke(ask, input=typed, catch_exceptions=False)
    return given[0][0] if given else None, result.output


def test_fields_are_asked_until_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    given, seen = answer(monkeypatch, PARAMS, "y\nmany\n3\ngreen\nblue\nperhaps\nyes\n\n")
    assert given == {"action": "accept", "content": {"count": 3, "colour": "blue", "sure": True}}
    assert "not a number" in seen
    assert "not one of red, blue" in seen
    assert "\x1b" not in seen


def test_a_default_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    given, _ = answer(monkeypatch, PARAMS, "y\n3\n\ntrue\nhello\n")
    assert given["content"] == {"count": 3, "colour": "red", "sure": True, "note": "hello"}


def test_a_person_may_decline(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(monkeypatch, PARAMS, "n\n")[0] == {"action": "decline"}


@pytest.mark.parametrize(("typed", "action"), [("y\n", "accept"), ("n\n", "decline")])
def test_a_url_to_open(monkeypatch: pytest.MonkeyPatch, typed: str, action: str) -> None:
    params = {"mode": "url", "message": "Log in", "url": "https://example.com/"}
    given, seen = answer(monkeypatch, params, typed)
    assert given == {"action": action}
    assert "https://example.com/" in seen
