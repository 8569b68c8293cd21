"""All subjects against all servers, or the tools of one; changes are previewed and applied together."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from mcptui.access import explain
from mcptui.access.drafts import drafted, granted, revoked
from mcptui.access.matrix import Matrix
from mcptui.access.preview import preview
from mcptui.access.subjects import Ref, subject
from mcptui.model import State, Subject
from mcptui.protocol.text import counted
from mcptui.services.access import apply_draft
from mcptui.services.access_words import LEGEND, explanation_text, preview_text
from mcptui.services.tree_lines import branch
from mcptui.state.loaded import Loaded
from mcptui.tui.access.matrix_actions import ACTIONS
from mcptui.tui.access.matrix_cells import cell_line
from mcptui.tui.access.matrix_grid import Column, MatrixGrid
from mcptui.tui.access.tools_dialog import with_tool_toggled
from mcptui.tui.access.tools_known import known_tools
from mcptui.tui.background import background, close_screen
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import bindings
from mcptui.tui.shell.base import ActionScreen
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, TextDialog

_APPLY: Final = (Choice("cancel", "Cancel"), Choice("apply", "Apply", "primary"))
_SERVER: Final = "server:"


class MatrixScreen(ActionScreen):
    """The signs are those of :data:`~mcptui.services.access_words.SIGNS`."""

    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS), meanings.OPEN.bind("change_cell")]
    AUTO_FOCUS = "MatrixGrid"
    DEFAULT_CSS = """
    MatrixScreen #frame {
        border: round $border; border-title-style: bold; border-subtitle-color: $text-warning;
    }
    MatrixScreen MatrixGrid { height: 1fr; }
    MatrixScreen #cell { height: auto; min-height: 1; max-height: 3; padding: 0 1; }
    MatrixScreen #legend { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    MatrixScreen Input { height: 1; border: none; padding: 0 1; background: $surface; display: none; }
    MatrixScreen.-filtering Input { display: block; }
    """
    HELP = """
# Access matrix

`[x]` allowed here · `[+]` allowed above or by a group · `[~]` some tools · `[!]` denied · `[ ]` not granted. The
line below the grid shows the decisive rule.

`space` changes a cell, `m` selects subjects to change several at once, `a` and `0` change all listed servers.
`/` filters: words for subjects, `server:git` for servers; with one server, its tools are columns.
`ctrl+s` shows the difference before it is applied.
"""
    grid = getters.query_one(MatrixGrid)
    _input = getters.query_one(Input)

    def __init__(self, start: Ref | None = None, *, server: str = "", tool: str | None = None) -> None:
        super().__init__()
        self._start = start
        self._server = server
        self._tool = tool
        self.draft: dict[Ref, Subject] = {}
        self._saved = Matrix(State())
        self._matrix = Matrix(State())
        self._marked: set[Ref] = set()
        self._listed: tuple[tuple[tuple[Ref, str], ...], tuple[str, ...]] = ((), ())
        #: By server, as far as they are known.
        self._tools: Mapping[str, Collection[str]] = {}

    def compose_body(self) -> ComposeResult:
        with Vertical(id="frame") as frame:
            frame.border_title = Content("Access matrix")
            yield MatrixGrid()
            wanted = f"{_SERVER}{self._server}" if self._server else ""
            yield Input(wanted, placeholder=f"filter subjects; {_SERVER}name filters servers", compact=True)
            yield Static(id="cell")
            yield Static(toned(LEGEND, "muted"), id="legend")

    def on_mount(self) -> None:
        self.watch(self.app, "loaded", self.state_changed)
        self.set_class(bool(self._server), "-filtering")
        if self._start is not None:
            self.grid.go_to(self._start)
        self.load_tools()

    @background(group="tools", exclusive=True)
    async def load_tools(self) -> None:
        """Ask the gateway for the tools, which are columns while one server is listed."""
        self._tools = await known_tools(self.app)
        self._show()
        if self._tool is not None:
            self.grid.go_to_column(Column(self._server, self._tool))

    @property
    def unsaved(self) -> str:
        return f"Access matrix: changes not applied for {counted(len(self.draft), 'subject')}" if self.draft else ""

    def state_changed(self, loaded: Loaded) -> None:
        """The state file has new content; drop pending changes that it has already."""
        self.draft = {
            ref: changed
            for ref, changed in self.draft.items()
            if (found := subject(loaded.state, ref)) is not None and found != changed
        }
        self._saved = Matrix(loaded.state)
        self._marked &= set(self._saved.refs)
        self._redraw()

    def _redraw(self) -> None:
        self._matrix = Matrix(drafted(self.state, self.draft)) if self.draft else self._saved
        self._show()

    def _show(self) -> None:
        words = self._input.value.casefold().split()
        servers = [word.removeprefix(_SERVER) for word in words if word.startswith(_SERVER)]
        rest = [word for word in words if not word.startswith(_SERVER)]
        tree = self._matrix.tree
        rows = tuple((ref, "" if rest else branch(place)) for ref, place in tree if _fits(str(ref), rest))
        every = self._matrix.servers
        columns = tuple(name for name in every if not servers or any(_is_wanted(name, part, every) for part in servers))
        self._listed = rows, columns
        cells = [Column(name) for name in columns]
        if len(columns) == 1:
            cells += [Column(columns[0], tool) for tool in self._tools.get(columns[0], ())]
        self.grid.show(self._matrix, self._saved, rows, cells, frozenset(self._marked))
        self._say()
        self.refresh_bindings()

    @on(MatrixGrid.Moved)
    def _say(self) -> None:
        """The cell of the cursor in words."""
        rows, columns = self._listed
        ref, column = self.grid.ref, self.grid.column
        line = toned("Nothing matches the filter.", "muted")
        if ref is not None and column is not None:
            line = cell_line(self._matrix, ref, column)
        self.query_one("#cell", Static).update(line)
        parts = [f"{counted(len(rows), 'subject')} × {counted(len(columns), 'server')}"]
        parts += [f"{len(self._marked)} selected"] if self._marked else []
        parts += [f"{counted(len(self.draft), 'pending change')} · ctrl+s apply"] if self.draft else []
        self.query_one("#frame").border_subtitle = toned(" · ".join(parts), "warn" if self.draft else "muted")

    # --- changing ---

    def _targets(self) -> list[Ref]:
        """The marked subjects if the cursor is on one of them, else the one of the cursor."""
        ref = self.grid.ref
        if ref is None:
            return []
        return [each for each in self._matrix.refs if each in self._marked] if ref in self._marked else [ref]

    @on(MatrixGrid.Pressed)
    def action_change_cell(self) -> None:
        """Grant or revoke the server under the cursor."""
        ref, column = self.grid.ref, self.grid.column
        if ref is None or column is None:
            return
        access = self._matrix.access(ref)
        if column.tool is None:
            self.edit(self._targets(), (column.server,), allow=not access.allows_server(column.server))
        elif access.allows_server(column.server):
            self.edit_tool(column.server, column.tool)
        else:
            self.app.say(f"{ref} has no access to server {column.server}: grant that first.")

    def edit_tool(self, server: str, tool: str) -> None:
        """Allow or deny a tool for the targets, by rules of their own."""
        state = drafted(self.state, self.draft)
        for ref in self._targets():
            if (found := subject(state, ref)) is not None:
                self._put(ref, with_tool_toggled(found, server, tool))
        self._redraw()

    def _put(self, ref: Ref, changed: Subject) -> None:
        self.draft[ref] = changed
        if subject(self.state, ref) == changed:
            del self.draft[ref]

    def action_allow_all(self) -> None:
        """Grant all listed servers."""
        self.edit(self._targets(), self._listed[1], allow=True)

    def action_allow_none(self) -> None:
        """Revoke all listed servers."""
        self.edit(self._targets(), self._listed[1], allow=False)

    @background(group="edit")
    async def edit(self, refs: list[Ref], servers: tuple[str, ...], *, allow: bool) -> None:
        """Put a change into the draft; for many subjects that takes a moment."""
        state = drafted(self.state, self.draft)
        change = granted if allow else revoked
        self.draft |= await asyncio.to_thread(change, state, refs, servers)
        self.draft = {ref: changed for ref, changed in self.draft.items() if subject(self.state, ref) != changed}
        self._redraw()

    def action_discard(self) -> None:
        """Show what is saved again."""
        self.draft = {}
        self._redraw()

    @background(group="dialog", exclusive=True)
    async def action_apply(self) -> None:
        """Show the difference and apply it."""
        revision, state, draft = self.app.loaded.revision, self.state, dict(self.draft)
        tools = await known_tools(self.app)
        text = await asyncio.to_thread(lambda: preview_text(preview(state, drafted(state, draft), tools)))
        title = (
            f"Change access of {len(draft)} subjects?" if len(draft) > 1 else f"Change access of {next(iter(draft))}?"
        )
        if await self.app.push_screen_wait(ChoiceDialog(title, text, _APPLY)) == "apply":
            summary = (
                f"Access of {len(draft)} subjects changed"
                if len(draft) > 1
                else f"Access of {next(iter(draft))} changed"
            )
            await self.app.change(apply_draft, draft, summary, expected=revision)

    # --- selection and filter ---

    def action_mark(self) -> None:
        """Select or deselect the subject under the cursor, and go on to the next."""
        if (ref := self.grid.ref) is not None:
            self._marked ^= {ref}
            self._show()
            self.grid.action_move_row(1)

    def action_mark_all(self) -> None:
        """Select all listed subjects, or none."""
        listed = {ref for ref, _ in self._listed[0]}
        self._marked = self._marked - listed if listed <= self._marked else self._marked | listed
        self._show()

    def action_invert(self) -> None:
        """Invert the selection among the listed subjects."""
        self._marked ^= {ref for ref, _ in self._listed[0]}
        self._show()

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self._input.focus()

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.grid.focus()

    def action_explain(self) -> None:
        """Show the rules of every level about the cell."""
        ref, column = self.grid.ref, self.grid.column
        if ref is not None and column is not None:
            found = explain(drafted(self.state, self.draft), ref, column.server, column.tool)
            self.app.push_screen(TextDialog(f"{ref} and {found.subject}", explanation_text(found)))

    @background(group="dialog", exclusive=True)
    async def action_close(self) -> None:
        """Clear the filter, else go back; asks while changes are not applied."""
        if self.has_class("-filtering"):
            self._input.value = ""
            self.remove_class("-filtering")
            self.grid.focus()
            return
        if self.draft:
            choices = [Choice("discard", "Discard", "error"), Choice("cancel", "Cancel")]
            text = f"{counted(len(self.draft), 'pending change')} not applied."
            if await self.app.push_screen_wait(ChoiceDialog("Leave the matrix?", text, choices)) != "discard":
                return
        close_screen(self)


def _fits(text: str, words: list[str]) -> bool:
    return all(word in text.casefold() for word in words)


def _is_wanted(name: str, part: str, every: Collection[str]) -> bool:
    """Whether a filter by ``part`` shows the server; a whole name is that server, also where others contain it."""
    return name == part if part in every else part in name
