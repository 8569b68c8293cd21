from __future__ import annotations

from mcptui.model import State
from mcptui.services.workspace import Change
from mcptui.state.loaded import Loaded
from mcptui.tui.life.changes_made import ChangesMade


def change(number: int) -> Change:
    return Change(f"change {number}", Loaded(State(), str(number)), Loaded(State(), str(number + 1)))


def ends(changes: ChangesMade) -> tuple[Change | None, Change | None]:
    return changes.to_undo, changes.to_redo


def backwards(made: Change) -> Change:
    return Change(made.summary, made.after, made.before)


def test_the_last_change_is_undone_first_and_redone_last() -> None:
    changes, (one, two) = ChangesMade(), (change(1), change(2))
    assert ends(changes) == (None, None)
    changes.add(one)
    changes.add(two)
    assert changes.to_undo == two
    changes.undone()
    assert ends(changes) == (one, two)
    changes.undone()
    assert ends(changes) == (None, one)
    changes.redone()
    assert ends(changes) == (one, two)


def test_a_new_change_ends_redoing() -> None:
    changes, one = ChangesMade(), change(1)
    changes.add(one)
    changes.undone()
    assert changes.add(change(2)) == [backwards(one)]
    assert changes.to_redo is None


def test_the_oldest_changes_go() -> None:
    changes = ChangesMade()
    gone = [item for number in range(101) for item in changes.add(change(number))]
    assert gone == [change(0)]


def test_a_change_that_others_overtook_is_dropped() -> None:
    changes, (one, two) = ChangesMade(), (change(1), change(2))
    changes.add(one)
    changes.add(two)
    assert changes.drop(two) == [two]
    changes.undone()
    assert changes.drop(one) == [backwards(one)]
    assert ends(changes) == (None, None)


def test_leaving_ends_undoing_and_redoing() -> None:
    changes, (one, two) = ChangesMade(), (change(1), change(2))
    changes.add(one)
    changes.add(two)
    changes.undone()
    assert changes.clear() == [one, backwards(two)]
    assert ends(changes) == (None, None)
