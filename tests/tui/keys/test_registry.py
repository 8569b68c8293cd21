"""All actions, scope by scope."""

from __future__ import annotations

from mcptui.tui.keys.registry import key_table, sections
from mcptui.tui.shell.modes import MODES


def test_every_part_of_the_app_stands_once_and_the_modes_in_their_order() -> None:
    titles = [title for title, _ in sections()]
    assert len(titles) == len(set(titles))
    assert titles[: len(MODES) + 1] == ["Everywhere", *(mode.title for mode in MODES.values())]


def test_the_table_has_a_row_for_each_action_and_no_empty_part() -> None:
    table = key_table().partition("### Everywhere")[2]
    actions = [action for _, actions in sections() for action in actions]
    assert len(actions) == table.count("\n| ") - table.count("| Keys |")
    assert all(f"| `{action.id}` |" in table for action in actions)
    assert "|---|---|---|\n\n" not in table
