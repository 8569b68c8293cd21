"""How a call ends, in words."""

from __future__ import annotations

import pytest

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallEvent
from tests.support.playground import answering, open_test
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (CallEvent(type="result", value={"isError": True, "content": []}), "Tool error"),
        (CallEvent(type="error", value={"code": -32602, "message": "no"}), "Protocol error"),
        (CallEvent(type="error", value={"code": -31001, "message": "gone"}), "no answer from the server"),
        (UnreachableError("nobody there"), "no answer from the gateway"),
        (CallEvent(type="progress", value={"progress": 1}), "no answer from the gateway"),
    ],
)
async def test_every_end_has_its_own_words(make_app: MakeApp, event: CallEvent | UnreachableError, words: str) -> None:
    app = make_app(gateway=answering(event))
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "enter", "x", "f5")
        assert words in text_grid(app)
