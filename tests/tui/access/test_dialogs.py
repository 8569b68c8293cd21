"""The questions of the Access mode."""

from __future__ import annotations

import pytest
from textual.app import App

from mcptui.access.subjects import Ref
from mcptui.model import Key, Org, State, Team, User
from mcptui.tui.access.dialogs import ROTATIONS, delete_dialog, kind_dialog, revoke_dialog, rotate_dialog
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.dialogs import CANCEL, ChoiceDialog
from tests.support.screens import text_grid

STATE = State(
    orgs={"acme": Org(name="acme"), "big": Org(name="big")},
    teams={"data": Team(name="data", org="acme")} | {f"t{n}": Team(name=f"t{n}", org="big") for n in range(10)},
    users={"ann": User(name="ann", team="data")},
    keys={"k": Key(name="k", hash="", user="ann")},
)


def text(dialog: ChoiceDialog) -> str:
    return str(dialog._text)


def answers(dialog: ChoiceDialog) -> list[str]:
    return [choice.id for choice in dialog._choices]


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        (Ref("key", "k"), "rejected immediately"),
        (Ref("user", "ann"), "without this user's rules: key k."),
        (Ref("org", "acme"), "without this org's rules: team data, user ann, key k."),
        (Ref("team", "t1"), "It has no members."),
        # Of many the first eight, and that there are more.
        (Ref("org", "big"), "team t7, …"),
    ],
)
def test_deleting_says_what_happens_to_those_below(ref: Ref, words: str) -> None:
    assert words in text(delete_dialog(STATE, ref))


def test_everything_that_can_be_made_has_a_letter_of_its_own() -> None:
    dialog = kind_dialog()
    assert answers(dialog) == [CANCEL.id, "org", "team", "user", "key"]
    letters = [choice.key for choice in dialog._choices[1:]]
    assert len(set(letters)) == len(letters)


def test_every_end_of_the_old_key_is_known_and_the_last_answer_is_no_change() -> None:
    dialog = rotate_dialog("k", "never")
    assert answers(dialog) == [*ROTATIONS, CANCEL.id]
    assert "Last use of the old key: never" in text(dialog)


def test_revoking_says_when_the_key_was_used() -> None:
    assert "Last used: 3 h ago." in text(revoke_dialog(STATE.keys["k"], "3 h ago"))


@pytest.mark.parametrize("width", [60, 80])
async def test_every_answer_can_be_read(width: int) -> None:
    app: App[None] = App()
    async with app.run_test(size=(width, 20)) as pilot:
        for dialog in (kind_dialog(), rotate_dialog("k", "never"), revoke_dialog(STATE.keys["k"], "3 h ago")):
            app.push_screen(dialog)
            await pilot.pause()
            grid = text_grid(app)
            assert [choice.label for choice in dialog._choices if choice.label not in grid] == []
            box = dialog.query_one(ButtonRow).region
            assert all(box.contains_region(button.region) for button in dialog.query(LineButton))
            await pilot.press("escape")
