"""What can be done on every screen."""

from __future__ import annotations

from typing import Final

from mcptui.tui.keys.actions import Action
from mcptui.tui.shell.modes import MODES

MODE_ACTIONS: Final = tuple(
    Action(
        id=f"app.{mode.id}",
        title=f"Go to {mode.title}",
        handler=f"app.mode('{mode.id}')",
        keys=(str(number), f"ctrl+{number}"),
    )
    for number, mode in enumerate(MODES.values(), 1)
)

ACTIONS: Final = (
    *MODE_ACTIONS,
    Action(
        id="app.actions",
        title="Show all actions of this screen",
        handler="app.actions",
        keys=("question_mark",),
        label="Actions",
    ),
    Action(
        id="app.palette",
        title="Command palette",
        handler="app.command_palette",
        keys=("ctrl+p", "colon"),
        label="Palette",
    ),
    Action(id="app.undo", title="Undo the last change", handler="app.undo", keys=("u", "ctrl+z")),
    Action(id="app.redo", title="Redo the change that was undone last", handler="app.redo", keys=("U",)),
    Action(id="app.jump", title="Jump to a pane or field by its letter", handler="app.jump", keys=("ctrl+o",)),
    Action(id="app.pager", title="Read the text in your pager", handler="app.page_text", keys=("f3",)),
    Action(id="app.editor", title="Edit the text in your editor", handler="app.edit_text", keys=("f4",)),
    Action(id="app.theme", title="Choose a theme", handler="app.change_theme"),
    Action(id="app.help", title="Help for this screen", handler="app.help", keys=("f1",)),
    Action(id="app.redraw", title="Draw the screen again", handler="app.redraw"),
    Action(id="app.errors", title="Show recent errors", handler="app.errors", keys=("f12",)),
    Action(id="app.report", title="Show the report for bug reports", handler="app.report"),
    Action(id="app.read_only", title="Read-only mode on or off", handler="app.toggle_read_only"),
    Action(id="app.quit", title="Quit", handler="app.leave", keys=("ctrl+q",), priority=True),
)
