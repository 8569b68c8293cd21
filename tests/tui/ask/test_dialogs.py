"""Questions of servers and the answers to them."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Static, TextArea

from mcptui.tui.ask.answer import CANCELLED, DECLINED, REJECTED, Answer
from mcptui.tui.ask.dialogs import AskDialog, FormDialog, RootsDialog, SamplingDialog, UrlDialog, dialog_for


class AskApp(App[None]):
    """Only a dialog."""

    def __init__(self, method: str, params: Any) -> None:
        super().__init__()
        self.question = (method, params)
        self.answers: list[Answer | None] = []
        self.opened: list[str] = []

    def on_mount(self) -> None:
        dialog = dialog_for("demo [x]", *self.question)
        assert isinstance(dialog, AskDialog)
        self.push_screen(dialog, self.answers.append)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)


SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_form_is_sent_when_it_is_complete() -> None:
    app = AskApp("elicitation/create", {"message": "Who? [/x]", "requestedSchema": SCHEMA})
    async with app.run_test() as pilot:
        await press(pilot, "ctrl+s")
        assert app.answers == []
        await press(pilot, "A", "l", "ctrl+s")
        assert app.answers == [Answer({"action": "accept", "content": {"name": "Al"}})]


async def test_what_is_wrong_with_the_whole_answer_is_said_below_it() -> None:
    app = AskApp("elicitation/create", {"requestedSchema": SCHEMA | {"required": [], "minProperties": 1}})
    async with app.run_test() as pilot:
        await press(pilot, "ctrl+s")
        assert app.answers == []
        assert "too short: at least 1" in str(app.screen.query_one(".ask-note", Static).content)
        await press(pilot, "A", "ctrl+s")
        assert app.answers == [Answer({"action": "accept", "content": {"name": "A"}})]


async def test_a_form_whose_schema_cannot_be_used_for_validation_is_sent_all_the_same() -> None:
    schema = SCHEMA | {"allOf": [{"$ref": "http://127.0.0.1:9/remote"}]}
    app = AskApp("elicitation/create", {"requestedSchema": {"type": "object", "properties": {"a": schema}}})
    async with app.run_test() as pilot:
        await press(pilot, "ctrl+s")
        assert app.answers == [Answer({"action": "accept", "content": {}})]


@pytest.mark.parametrize(("button", "answer"), [("decline", DECLINED), ("cancel", CANCELLED)])
async def test_declining_is_not_cancelling(button: str, answer: Answer) -> None:
    app = AskApp("elicitation/create", {"message": "?"})
    async with app.run_test() as pilot:
        app.screen.query_one(f"#{button}", Button).press()
        await pilot.pause()
        assert app.answers == [answer]


async def test_escape_cancels() -> None:
    app = AskApp("elicitation/create", {"requestedSchema": 7})
    async with app.run_test() as pilot:
        await press(pilot, "escape")
        assert app.answers == [CANCELLED]


async def test_a_url_is_opened_only_by_the_person() -> None:
    app = AskApp("elicitation/create", {"mode": "url", "message": "Log in", "url": "https://example.org/a?b=c"})
    async with app.run_test() as pilot:
        dialog = app.screen
        assert isinstance(dialog, UrlDialog)
        assert "example.org/a?b=c" in dialog.question().plain
        assert "on the site example.org" in dialog.question().plain
        assert "not https" not in dialog.question().plain
        assert app.opened == []
        await press(pilot, "o", "y")
        assert app.opened == ["https://example.org/a?b=c"]
        assert app.clipboard == "https://example.org/a?b=c"
        await press(pilot, "ctrl+s")
        assert app.answers == [Answer({"action": "accept"})]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "http://[bad", ""])
async def test_odd_addresses_are_shown_and_not_opened(url: str) -> None:
    app = AskApp("elicitation/create", {"mode": "url", "url": url})
    async with app.run_test() as pilot:
        dialog = app.screen
        assert isinstance(dialog, UrlDialog)
        assert "not https" in dialog.question().plain
        if not url.startswith("http"):
            await press(pilot, "o")
            assert app.opened == []
            assert dialog.query_one(".ask-note").has_class("-shown")


async def test_sampling_is_answered_by_a_person() -> None:
    params = {
        "systemPrompt": "Be kind",
        "messages": [{"role": "user", "content": {"type": "text", "text": "Hi [x]"}}],
        "maxTokens": 100,
    }
    app = AskApp("sampling/createMessage", params)
    async with app.run_test() as pilot:
        dialog = app.screen
        assert isinstance(dialog, SamplingDialog)
        assert dialog.question().plain == "system: Be kind\n\nuser:\nHi [x]\n\nat most 100 tokens"
        await press(pilot, "ctrl+s")
        assert app.answers == []
        await press(pilot, "y", "o", "ctrl+s")
        assert app.answers[0] is not None
        assert app.answers[0].result["content"] == {"type": "text", "text": "yo"}


@pytest.mark.parametrize("method", ["sampling/createMessage", "roots/list"])
async def test_what_is_not_answered_is_rejected(method: str) -> None:
    app = AskApp(method, None)
    async with app.run_test() as pilot:
        await press(pilot, "escape")
        assert app.answers == [REJECTED]


async def test_roots_are_absolute_folders() -> None:
    app = AskApp("roots/list", {})
    async with app.run_test() as pilot:
        dialog = app.screen
        assert isinstance(dialog, RootsDialog)
        dialog.query_one(TextArea).text = "relative"
        await press(pilot, "ctrl+s")
        assert app.answers == []
        dialog.query_one(TextArea).text = "/srv/a b\n\nfile:///x"
        await press(pilot, "ctrl+s")
        assert app.answers == [Answer({"roots": [{"uri": "file:///srv/a%20b"}, {"uri": "file:///x"}]})]


def test_unknown_questions_are_refused_without_a_dialog() -> None:
    answer = dialog_for("demo", "odd/method", 3)
    assert isinstance(answer, Answer)
    assert answer.error["code"] == -32601
    assert isinstance(dialog_for("", "elicitation/create", None), FormDialog)
