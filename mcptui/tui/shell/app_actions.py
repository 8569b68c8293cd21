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
        title="Actions and keys of this screen, and a search over all",
        handler="app.actions",
        keys=("question_mark", "f1"),
        label="Actions",
    ),
    Action(
        id="app.go_to",
        title="Go to anything by its name",
        handler="app.go_to",
        keys=("colon", "ctrl+p"),
        label="Go to",
    ),
    Action(id="app.undo", title="Undo the last change", handler="app.undo", keys=("u", "ctrl+z")),
    Action(id="app.redo", title="Redo the change that was undone last", handler="app.redo", keys=("U",)),
    Action(
        id="app.history",
        title="History of changes: difference, restore",
        handler="app.history",
        keys=("Z",),
    ),
    Action(id="app.jump", title="Jump to a pane or field by letter", handler="app.jump", keys=("ctrl+o",)),
    Action(id="app.pager", title="Open the text in the pager", handler="app.page_text", keys=("f3",)),
    Action(id="app.editor", title="Edit the field in the editor", handler="app.edit_text", keys=("f4",)),
    Action(
        id="app.edit_file",
        title="Open the state file in the editor, at the line of an error",
        handler="app.edit_file",
        keys=("E",),
    ),
    Action(id="app.theme", title="Choose a theme", handler="app.change_theme"),
    Action(id="app.redraw", title="Draw the screen again", handler="app.redraw"),
    Action(id="app.errors", title="Show recent errors", handler="app.errors", keys=("f12",)),
    Action(id="app.report", title="Show diagnostics report", handler="app.report"),
    Action(id="app.read_only", title="Read-only mode on or off", handler="app.toggle_read_only"),
    Action(id="app.quit", title="Quit", handler="app.leave", keys=("ctrl+q",), priority=True),
)
