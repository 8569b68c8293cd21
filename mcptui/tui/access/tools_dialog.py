"""Which tools of one server a subject allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mcptui.access.decision import Verdict
from mcptui.access.globs import ToolGlobs
from mcptui.model import Subject
from mcptui.protocol.text import counted, one_line
from mcptui.services.tool_facts import ToolFact
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.box_list import Box, BoxList, BoxRow
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.dialogs import TextDialog

_BOXES: Final[Mapping[Verdict, Box]] = {"allows": Box.ON, "excludes": Box.DENIED}
#: None is not set.
Globs: TypeAlias = tuple[str, ...] | None


class ToolsDialog(ModalScreen[tuple[Globs] | None]):
    """Returns the new globs in a tuple of one, or None for no change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.SAVE.bind("save", "Save"),
        meanings.READ_ONLY.bind("reading", "Read-only"),
        meanings.EXPLAIN.bind("explain", "Explain"),
    ]
    DEFAULT_CSS = """
    ToolsDialog { align: center middle; }
    ToolsDialog > Vertical {
        width: 70; max-width: 96%; height: auto; max-height: 92%; padding: 1 2 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ToolsDialog Static { height: auto; color: $foreground-muted; }
    ToolsDialog Input { margin: 1 0; background: $panel; }
    ToolsDialog BoxList { max-height: 14; background: $panel; }
    ToolsDialog ButtonRow { margin: 1 0; }
    """

    _input = getters.query_one(Input)
    _boxes = getters.query_one(BoxList)

    def __init__(
        self, who: str, server: str, tools: Sequence[ToolFact], globs: Globs, explain: Callable[[str, Globs], str]
    ) -> None:
        super().__init__()
        self._explain = explain
        self._who = who
        self._server = server
        self._tools = tuple(tools)
        self._start = globs

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"Tools of {one_line(self._server)} for {one_line(self._who)}")
            yield Static(Content("Comma-separated globs, ! denies, empty inherits. Space toggles, w explains a tool."))
            yield Input(", ".join(self._start or ()), placeholder="read_*, !read_private", compact=True)
            yield BoxList()
            if not self._tools:
                yield Static(Content("Tool list unavailable: the gateway or server is not running."))
            yield Static(id="count")
            with ButtonRow():
                if self._tools:
                    yield LineButton("Read-only (alt+p)", id="reading")
                yield LineButton("Save (ctrl+s)", variant="primary", id="save")
                yield LineButton("Cancel (esc)", id="cancel")

    def on_mount(self) -> None:
        self._draw()

    @property
    def globs(self) -> Globs:
        """The globs in the input."""
        patterns = tuple(part.strip() for part in self._input.value.split(",") if part.strip())
        return patterns or None

    @on(Input.Changed)
    def _draw(self) -> None:
        globs = self.globs
        rules = ToolGlobs(globs) if globs is not None else None
        rows = []
        for tool in self._tools:
            box = Box.ABOVE
            if rules is not None:
                box = _BOXES.get(rules.verdict(tool.name), Box.OFF)
            rows.append(BoxRow(tool.name, box, tool.name, tool.note, "muted" if tool.reads else "warn"))
        self._boxes.set_rows(rows)
        if self._tools:
            allowed = sum(row.box is Box.ON for row in rows)
            words = "not set (inherits)" if rules is None else f"{allowed} of {counted(len(rows), 'tool')} allowed"
            self.query_one("#count", Static).update(Content(words))

    @on(BoxList.Toggled)
    def _toggled(self, event: BoxList.Toggled) -> None:
        self._input.value = ", ".join(toggled_tool(self.globs, event.id))

    @on(Input.Submitted)
    def _to_tools(self) -> None:
        self._boxes.focus()

    def action_explain(self) -> None:
        """Explain the tool under the cursor, with the globs in the input."""
        if (row := self._boxes.cursor_row) is not None:
            title = f"{self._who} and tool {self._server}/{row.id}"
            self.app.push_screen(TextDialog(title, self._explain(row.id, self.globs)))

    @on(Button.Pressed, "#reading")
    def action_reading(self) -> None:
        """Allow exactly the read-only tools."""
        self._input.value = ", ".join(tool.name for tool in self._tools if tool.reads)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Close with the globs."""
        self.dismiss((self.globs,))

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Close without a change."""
        self.dismiss(None)


def with_tool_toggled(found: Subject, server: str, tool: str) -> Subject:
    """``found`` whose own rules allow ``tool`` of ``server`` where they did not, or deny it."""
    globs = toggled_tool((found.tools or {}).get(server), tool)
    return with_globs(found, server, globs or None)


def with_globs(found: Subject, server: str, globs: Globs) -> Subject:
    """``found`` with other rules for the tools of ``server``."""
    rules = {name: each for name, each in (found.tools or {}).items() if name != server}
    return replace(found, tools={**rules, **({} if globs is None else {server: globs})} or None)


def toggled_tool(globs: Globs, tool: str) -> tuple[str, ...]:
    """The patterns after the box of ``tool`` was pressed; the other tools keep what they had."""
    current = globs or ()
    if _allows(current, tool):
        without = tuple(glob for glob in current if glob != tool)
        return without if without and not _allows(without, tool) else (*current, f"!{tool}")
    without = tuple(glob for glob in current if glob != f"!{tool}")
    if _allows(without, tool):
        return without
    # A wider pattern that denies it wins over any that allows it: that one has to be edited.
    return (*without, tool) if _allows((*without, tool), tool) else current


def _allows(globs: tuple[str, ...], tool: str) -> bool:
    return not globs or ToolGlobs(globs).verdict(tool) == "allows"
