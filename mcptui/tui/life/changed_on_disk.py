"""Conflicts between an edited form and a change on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from textual.content import Content

from mcptui.errors import RefusedError
from mcptui.protocol.text import one_line
from mcptui.services.merging import EntityT, changed_fields, merge
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

#: mine: save what the form holds · reload: show what the file holds · cancel: go on editing.
Answer: TypeAlias = Literal["mine", "reload", "cancel"]

_MINE: Final = Choice("mine", "Save mine", "warning")
_RELOAD: Final = Choice("reload", "Reload")
_DELETED: Final = (Choice("mine", "Save anyway", "warning"), CANCEL)
_LONGEST: Final = 200


async def ask_what_counts(
    app: Shell, what: str, differences: Sequence[tuple[str, str, str]], *, may_reload: bool = True
) -> Answer:
    """Show name, value on disk and value here of what differs, and ask which counts."""
    choices = (_MINE, _RELOAD, CANCEL) if may_reload else (_MINE, CANCEL)
    rows = [
        toned(name.replace("_", " "), "strong")
        + Content("\n  on disk  ")
        + Content(one_line(there, limit=_LONGEST))
        + Content("\n  here     ")
        + Content(one_line(here, limit=_LONGEST))
        for name, there, here in differences
    ]
    head = Content(f"{what} was changed on disk while this form was open.")
    return await _asked(app, ChoiceDialog("Changed on disk", Content("\n\n").join([head, *rows]), choices))


async def ask_about_deleted(app: Shell, what: str) -> Answer:
    """Ask whether to save what was deleted on disk."""
    text = f"{what} was deleted on disk while this form was open."
    return await _asked(app, ChoiceDialog("Deleted on disk", text, _DELETED))


async def put_together(app: Shell, what: str, base: EntityT, mine: EntityT, theirs: EntityT) -> EntityT:
    """``mine`` merged with the changes from ``base`` to ``theirs``; asks about conflicts.

    Raises:
        RefusedError: the person does not overwrite theirs.
    """
    merged = merge(base, mine, theirs)
    if merged.conflicts:
        differences = [row for row in changed_fields(theirs, mine) if row[0] in merged.conflicts]
        if await ask_what_counts(app, what, differences, may_reload=False) != "mine":
            raise RefusedError("Not saved: conflicting change on disk.")
    return merged.value


async def _asked(app: Shell, dialog: ChoiceDialog) -> Answer:
    answer = await app.push_screen_wait(dialog)
    return "mine" if answer == "mine" else "reload" if answer == "reload" else "cancel"
