"""Which calls are asked about."""

from __future__ import annotations

from collections.abc import Callable

from mcptui.model.runtime import CallEvent
from tests.support.chat import (
    CALL,
    answers,
    asking,
    open_chat,
    send,
    until,
)
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_always_answers_all_that_wait(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    second = {**CALL, "id": "c2"}
    other = {**CALL, "id": "c3", "name": "github__create_issue"}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, second, other)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        check_screen(app)
        await pilot.press("A")
        await pilot.pause()
        assert answers(gateway) == [("c1", {"approve": True}), ("c2", {"approve": True})]
        await press(pilot, "minus")
        assert answers(gateway)[2] == ("c3", {"approve": False})


async def test_running_everything_answers_those_that_wait(make_app: MakeApp) -> None:
    second = {**CALL, "id": "c2", "name": "github__create_issue"}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, second)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await press(pilot, "f7")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": True}), ("c2", {"approve": True})]
        assert "all servers · auto-run" in text_grid(app)


async def test_servers_in_production_are_asked_for_also_when_the_others_run_unasked(make_app: MakeApp) -> None:
    production = {**CALL, "id": "c2", "name": "github__create_issue", "production": True}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, production)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.press("f7")
        await until(pilot, lambda: answers(gateway) == [("c1", {"approve": True})])
        assert "Approve github__create_issue · production" in text_grid(app)
        await press(pilot, "A")
        assert answers(gateway)[1] == ("c2", {"approve": True})
