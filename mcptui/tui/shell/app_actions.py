"""What can be done on every screen."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action
from mcptui.tui.keys.meanings import Meaning
from mcptui.tui.shell.modes import MODES


class Paned(Protocol):
    """What decides whether panes can be zoomed and resized: the app, with its screen."""

    @property
    def screen(self) -> object: ...


def _has_panes(app: Paned) -> bool:
    return bool(getattr(app.screen, "has_panes", False))


def _has_split(app: Paned) -> bool:
    return bool(getattr(app.screen, "has_split", False))


MODE_ACTIONS: Final = tuple(
    Action(
        id=f"app.{mode.id}",
        title=f"Go to {mode.title}",
        handler=f"app.mode('{mode.id}')",
        meaning=Meaning(f"Go to {mode.title}", (str(number), f"ctrl+{number}")),
    )
    for number, mode in enumerate(MODES.values(), 1)
)

ACTIONS: Final = (
    *MODE_ACTIONS,
    Action(
        id="app.actions",
        title="Actions and keys of this screen, and a search over all",
        handler="app.actions",
        meaning=meanings.ACTIONS,
        label="Actions",
    ),
    Action(
        id="app.go_to",
        title="Go to anything by its name",
        handler="app.go_to",
        meaning=meanings.GO_TO,
        label="Go to",
    ),
    Action(id="app.undo", title="Undo the last change", handler="app.undo", meaning=meanings.UNDO),
    Action(id="app.redo", title="Redo the change that was undone last", handler="app.redo", meaning=meanings.REDO),
    Action(
        id="app.history",
        title="History of changes: difference, restore",
        handler="app.history",
        meaning=meanings.CHANGES,
    ),
    Action(id="app.jump", title="Jump to a pane or field by letter", handler="app.jump", meaning=meanings.JUMP),
    Action(
        id="app.zoom",
        title="Zoom the pane to the whole screen, or give it its place again",
        handler="screen.zoom",
        meaning=meanings.ZOOM,
        when=_has_panes,
    ),
    Action(
        id="app.larger",
        title="Make the pane larger",
        handler="screen.resize(1)",
        meaning=meanings.LARGER,
        when=_has_split,
    ),
    Action(
        id="app.smaller",
        title="Make the pane smaller",
        handler="screen.resize(-1)",
        meaning=meanings.SMALLER,
        when=_has_split,
    ),
    Action(
        id="app.reset_sizes",
        title="Give the panes of this screen their first sizes again",
        handler="screen.reset_sizes",
        meaning=meanings.RESET_SIZES,
        when=_has_split,
    ),
    Action(id="app.pager", title="Open the text in the pager", handler="app.page_text", meaning=meanings.PAGER),
    Action(id="app.editor", title="Edit the field in the editor", handler="app.edit_text", meaning=meanings.EDITOR),
    Action(
        id="app.edit_file",
        title="Open the state file in the editor, at the line of an error",
        handler="app.edit_file",
        meaning=meanings.EDIT_FILE,
    ),
    Action(
        id="app.secrets",
        title="Secrets: where each is used, set or delete one",
        handler="app.secrets",
        meaning=meanings.SECRETS,
    ),
    Action(id="app.theme", title="Choose a theme", handler="app.change_theme"),
    Action(id="app.redraw", title="Draw the screen again", handler="app.redraw"),
    Action(id="app.errors", title="Show recent errors", handler="app.errors", meaning=meanings.ERRORS),
    Action(id="app.report", title="Show diagnostics report", handler="app.report"),
    Action(id="app.read_only", title="Read-only mode on or off", handler="app.toggle_read_only"),
    Action(id="app.quit", title="Quit", handler="app.leave", meaning=meanings.QUIT, priority=True),
)
