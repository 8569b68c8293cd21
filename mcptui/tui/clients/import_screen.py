"""Import of servers from other programs: find, review, select, and save as one change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input, Static

from mcptui.model import LlmModel
from mcptui.protocol.text import counted, one_line
from mcptui.services.import_sources import Source, find_sources, read_file
from mcptui.services.imports import Candidate, ImportOutcome, OnClash, candidates, import_servers, names_after
from mcptui.services.workspace import Change, Workspace
from mcptui.state.loaded import Loaded
from mcptui.tui.background import background, close_screen
from mcptui.tui.clients.actions import IMPORT_ACTIONS
from mcptui.tui.clients.import_rows import about, box_rows, model_id, remaining_steps
from mcptui.tui.keys.actions import bindings
from mcptui.tui.shell.base import ActionScreen
from mcptui.tui.shell.panes import Split
from mcptui.tui.widgets.box_list import BoxList
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import TextDialog
from mcptui.tui.widgets.empty_state import EmptyState

_NEXT: Final[dict[OnClash, OnClash]] = {"rename": "skip", "skip": "replace", "replace": "rename"}


class ImportScreen(ActionScreen):
    """Shows the servers in the files of clients. Nothing is saved before ``ctrl+s``, and nothing is started."""

    ACTIONS = IMPORT_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT_ACTIONS)
    PANES = ("#rows", "#about")
    SPLITS = (Split("import", "#rows", "#about"),)
    HELP = """\
# Import

Servers in the configuration of other programs, and the models of a LiteLLM `config.yaml`. **space** selects,
**ctrl+s** imports the selection as one change, **n** reads another file. Nothing is started. Secrets go to the
secret store.
"""
    DEFAULT_CSS = """
    ImportScreen {
        & > #title { height: 1; padding: 0 2; }
        & > #found {
            & > #rows { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
            & > #about { height: 9; }
        }
        &.-wide > #found {
            layout: horizontal;
            & > #rows { width: 3fr; height: 100%; }
            & > #about { width: 2fr; height: 100%; }
        }
        & > #file { dock: bottom; margin-bottom: 2; height: 1; border: none; padding: 0 2; display: none; }
        &.-asking > #file { display: block; }
        & > #none { display: none; }
        &.-empty > #found { display: none; }
        &.-empty > #none { display: block; }
    }
    """
    rows = getters.query_one("#rows", BoxList)
    detail = getters.query_one("#about", DetailPane)
    file = getters.query_one("#file", Input)

    def __init__(self) -> None:
        super().__init__()
        self._sources: list[Source] = []
        self._rows: list[Candidate] = []
        self._known: set[str] = set()
        self._selected: set[str] = set()
        self._clashes: dict[str, OnClash] = {}

    def compose_body(self) -> ComposeResult:
        yield Static(id="title")
        with Container(id="found"):
            yield BoxList(id="rows")
            yield DetailPane(id="about")
        yield EmptyState(
            "Searching …", "Configuration files of other programs on this machine.", [("esc", "close")], id="none"
        )
        yield Input(placeholder="path of a client's JSON, a LiteLLM config.yaml or a server.json", id="file")

    def on_mount(self) -> None:
        self.add_class("-empty")
        self.watch(self.app, "loaded", self._state_changed, init=False)
        self.action_find()

    # --- candidates ---

    @background(group="find", exclusive=True)
    async def action_find(self) -> None:
        """Look for the files of clients again."""
        machine = self.context.machine
        self._take(await asyncio.to_thread(find_sources, machine))

    def _take(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)
        self._rows = candidates(self.state, self._sources)
        ids = {row.id: row.chosen for row in self._rows} | {model_id(model): True for model in self.models}
        self._selected = {
            row for row, chosen in ids.items() if (row in self._selected if row in self._known else chosen)
        }
        self._known = set(ids)
        self._clashes = {row.id: self._clashes.get(row.id, "rename") for row in self._rows}
        self._draw()

    def _state_changed(self, loaded: Loaded) -> None:
        self._take(self._sources)

    @property
    def models(self) -> list[LlmModel]:
        """The models that do not exist yet."""
        found = [model for source in self._sources for model in source.imported.models]
        return list({model.name: model for model in found if model.name not in self.state.models}.values())

    @property
    def current(self) -> Candidate | None:
        """The server under the cursor."""
        row = self.rows.cursor_row if self.is_mounted else None
        return next((candidate for candidate in self._rows if row is not None and candidate.id == row.id), None)

    @property
    def on_clash(self) -> bool:
        """Whether the name under the cursor is taken."""
        return self.current is not None and self.current.server.name in self.state.servers

    # --- showing ---

    def _draw(self) -> None:
        rows, models = self._rows, self.models
        self.set_class(not rows and not models, "-empty")
        if not rows and not models:
            self.query_one("#none", EmptyState).update(_nothing(self._sources))
        selected = [row for row in rows if row.id in self._selected]
        names = names_after(self.state, selected, self._clashes)
        self.rows.set_rows(box_rows(rows, models, self._selected, names))
        count = sum(name is not None for name in names.values())
        of_files = len({source.path for source in self._sources})
        self.query_one("#title", Static).update(
            Content(f"Import {count} of {counted(len(rows), 'server')} from {counted(of_files, 'file')}")
        )
        self._show_about()
        if self.rows.highlighted is None and (rows or models):
            self.rows.highlighted = 0
            self.rows.focus()
        self.refresh_bindings()

    def _show_about(self) -> None:
        current = self.current
        if current is None:
            self.detail.show("", Content(""))
            return
        selected = [row for row in self._rows if row.id in self._selected]
        names = names_after(self.state, selected, self._clashes)
        content = about(current, names, self._clashes[current.id])
        self.detail.show(current.id, content, keep_place=False)

    @on(BoxList.OptionHighlighted)
    def _another_row(self) -> None:
        self._show_about()
        self.refresh_bindings()

    # --- acting ---

    @on(BoxList.Toggled)
    def _toggled(self, event: BoxList.Toggled) -> None:
        self._selected ^= {event.id}
        self._draw()

    def action_all(self) -> None:
        """Select all that is new, or nothing."""
        every = {row.id for row in self._rows if row.standing in {"new", "taken"} and row.found.preselected}
        every |= {model_id(model) for model in self.models}
        self._selected = set() if every <= self._selected else every
        self._draw()

    def action_clash(self) -> None:
        """The next answer to a name conflict."""
        if (current := self.current) is not None:
            self._clashes[current.id] = _NEXT[self._clashes[current.id]]
            self._selected.add(current.id)
            self._draw()

    def action_file(self) -> None:
        """Ask for the path of another file."""
        self.add_class("-asking")
        self.file.focus()

    @on(Input.Submitted, "#file")
    @background(group="find", exclusive=True)
    async def _file_named(self, event: Input.Submitted) -> None:
        event.stop()
        path = Path(event.value.strip()).expanduser()
        if event.value.strip():
            source = await asyncio.to_thread(read_file, path)
            self._take([*(known for known in self._sources if known.path != path), source])
        self._close_field()

    def _close_field(self) -> None:
        self.file.value = ""
        self.remove_class("-asking")
        self.rows.focus()

    def action_close(self) -> None:
        """Close the field, or the screen."""
        if self.has_class("-asking"):
            self._close_field()
        else:
            self.dismiss()

    @background(group="change", exclusive=True)
    async def action_save(self) -> None:
        """Import the selection."""
        rows = [row for row in self._rows if row.id in self._selected]
        models = [model for model in self.models if model_id(model) in self._selected]
        groups = {name: members for source in self._sources for name, members in source.imported.groups.items()}
        done: list[ImportOutcome] = []

        def save(ws: Workspace) -> Change:
            done.append(import_servers(ws, rows, on_clash=self._clashes, models=models, groups=groups))
            return done[-1].change

        await self.app.change(save)
        lines = remaining_steps(done[-1])
        close_screen(self)
        if lines:
            self.app.push_screen(TextDialog("Remaining steps", "\n".join(lines)))


def _nothing(sources: Sequence[Source]) -> Content:
    problems = [one_line(source.problem, limit=200) for source in sources if source.problem]
    text = "\n".join(problems) or "No MCP servers found in the configuration of clients on this machine."
    return EmptyState.content_of("Nothing to import", text, [("n", "read a file"), ("esc", "close")])
