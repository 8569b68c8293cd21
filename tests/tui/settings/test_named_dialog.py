"""The list that groups and models have in common."""

from __future__ import annotations

import pytest

from mcptui.tui.settings.named_dialog import NEW, NamedDialog, Removal
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def remove(name: str) -> None:
    raise AssertionError(name)


REMOVAL = Removal(lambda name: ConfirmDialog(name, "", "Delete"), remove)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], "two"),
        (["e"], "two"),
        (["k", "e"], "one"),
        (["n"], NEW),
        (["k", "k", "enter"], NEW),
        (["escape"], None),
    ],
)
async def test_one_is_chosen_or_a_new_one_is_wanted(make_app: MakeApp, keys: list[str], answer: str | None) -> None:
    answers: list[str | None] = []
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        dialog = NamedDialog("Things", "New thing", {"one": ["1"], "two": ["2"]}, REMOVAL, at="two")
        await app.push_screen(dialog, answers.append)
        await press(pilot, *keys)
    assert answers == [answer]


async def test_what_does_not_exist_yet_is_not_deleted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        dialog = NamedDialog("Things", "New thing", {}, REMOVAL)
        await app.push_screen(dialog)
        await press(pilot, "d")
        assert app.screen is dialog


async def test_lines_have_columns(make_app: MakeApp) -> None:
    named = {"a": ["a", "used by x", "missing"], "b": ["b" * 20, "", "missing"], "c": ["c" * 50, "not used", ""]}
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.push_screen(NamedDialog("Things", "New thing", named, REMOVAL))
        await settle(pilot)
        first, second, long = (line for line in text_grid(app).splitlines() if "missing" in line or "ccc" in line)
    assert first.index("missing") == second.index("missing")
    assert f"{'c' * 50}  not used" in long
