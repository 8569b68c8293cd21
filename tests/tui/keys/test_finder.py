"""The list to search and choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from mcptui.tui.keys.finder import Entry, Finder
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.base import ModeScreen
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp


def shown(screen: Finder) -> list[str]:
    return [str(option.prompt) for option in screen.options.options]


async def finder(app_maker: MakeApp, entries: Sequence[Entry], keys: Sequence[str] = ()) -> tuple[list[str], object]:
    app = app_maker()
    chosen: list[object] = []
    async with app.run_test() as pilot:
        await settle(pilot)
        screen = Finder("Things", entries)
        app.push_screen(screen, chosen.append)
        await settle(pilot)
        await press(pilot, *keys)
        rows = shown(screen) if screen.is_current else []
    return rows, chosen[0] if chosen else None


def nothing() -> None: ...


APPLE = Entry(title="apple", run=nothing, keys="a", group="Fruit")
BEAN = Entry(title="bean", run=nothing, group="Vegetables")
HIDDEN = Entry(title="cabbage", run=nothing, group="Vegetables", at_once=False)
ALL = (APPLE, BEAN, HIDDEN)


async def test_entries_stand_under_their_headings(make_app: MakeApp) -> None:
    rows, _ = await finder(make_app, ALL)
    assert rows == ["Fruit", "a  apple", "Vegetables", "   bean"]


async def test_enter_chooses_the_first_that_can_be_chosen(make_app: MakeApp) -> None:
    assert (await finder(make_app, ALL, ["enter"]))[1] is APPLE
    assert (await finder(make_app, ALL, ["down", "enter"]))[1] is BEAN


async def test_a_search_finds_the_hidden_ones_too(make_app: MakeApp) -> None:
    assert (await finder(make_app, ALL, [*"cab"]))[0] == ["   cabbage  Vegetables"]
    assert (await finder(make_app, ALL, [*"cab", "enter"]))[1] is HIDDEN


async def test_a_search_without_a_match_chooses_nothing(make_app: MakeApp) -> None:
    rows, chosen = await finder(make_app, ALL, [*"xyz", "enter"])
    assert rows == ["No match"]
    assert chosen is None


async def test_escape_closes(make_app: MakeApp) -> None:
    assert await finder(make_app, ALL, ["escape"]) == ([], None)


async def test_what_is_left_out_is_counted(make_app: MakeApp) -> None:
    many = [Entry(title=f"thing {number}", run=nothing) for number in range(150)]
    assert (await finder(make_app, many))[0][-1] == "and 50 more, keep typing"
    assert (await finder(make_app, many, [*"thing"]))[0][-1] == "and 50 more, keep typing"


async def test_names_from_outside_are_shown_as_they_are(make_app: MakeApp) -> None:
    entry = Entry(title="[b]x[/y]\x1b]0;z\x07", run=nothing)
    assert (await finder(make_app, [entry]))[0] == ["[b]x[/y]\\u001b]0;z\\u0007"]


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_the_actions_of_a_screen_can_be_run(
    make_app: MakeApp, check_screen: Callable[..., None], key: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, key)
        assert isinstance(app.screen, Finder)
        check_screen(app)
        await press(pilot, *"go to gate", "enter")
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"


async def test_closing_it_does_nothing(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", "down", "up", "escape")
        assert isinstance(app.screen, ServersScreen)


async def test_help_opens_from_a_field(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "slash", "f1")
        assert isinstance(app.screen, Finder)
        await press(pilot, "escape")
        assert isinstance(app.screen, ServersScreen)
