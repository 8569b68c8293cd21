"""The subjects of the Access mode, and the allowed servers of each as boxes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.access import decide, explain
from mcptui.access.findings import Finding
from mcptui.access.preview import preview as compare
from mcptui.access.subjects import KINDS, Ref, put, subject, with_servers
from mcptui.access.visibility import tools_of
from mcptui.model import State, Subject
from mcptui.model.runtime import Listed
from mcptui.protocol.text import counted, one_line
from mcptui.services.access import Usage, findings, usage
from mcptui.services.access_words import explanation_text, preview_text, tools_text
from mcptui.services.subjects import set_servers, set_tools
from mcptui.services.tool_facts import tool_facts
from mcptui.services.tool_presets import with_preset
from mcptui.state.loaded import Loaded
from mcptui.tui.access.about import head, preview
from mcptui.tui.access.allowed import Allowed, difference, saved
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.access.mode import ACCESS
from mcptui.tui.access.rows import subject_rows
from mcptui.tui.access.tools_dialog import Globs, ToolsDialog, with_globs
from mcptui.tui.background import background
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.shell.panes import Split
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Column
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, TextDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import REST_SECONDS, FilterTable
from mcptui.tui.widgets.tree_table import TreeTable

_COLUMNS: Final = (Column("name", limit=60, flexible=True), Column("state", rank=1, limit=24))
_APPLY: Final = (Choice("cancel", "Cancel"), Choice("apply", "Apply", "primary"))


class BoxesScreen(ModeScreen):
    """The list of subjects, and for each its boxes with unsaved changes, tools and explanations."""

    MODE = ACCESS
    AUTO_FOCUS = "FilterTable > VirtualTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    PANES = ("#subjects", "#boxes-frame", "#preview")
    SPLITS = (Split("access.boxes", "#boxes-frame", "#preview"), Split("access", "#subjects", "#subject"))
    DEFAULT_CSS = """
    BoxesScreen #subjects { width: 36%; min-width: 24; max-width: 50; }
    BoxesScreen #about { height: auto; max-height: 8; padding: 0 1; }
    BoxesScreen #about.-empty { display: none; }
    BoxesScreen #boxes-frame { height: auto; max-height: 60%; border: round $border-blurred; }
    BoxesScreen #boxes-frame { border-title-color: $foreground-muted; border-subtitle-color: $text-warning; }
    BoxesScreen #boxes-frame:focus-within { border: round $border; border-title-style: bold; }
    BoxesScreen #boxes-frame:focus-within { border-title-color: $foreground; }
    BoxesScreen ServerBoxes { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
    BoxesScreen #preview { height: 1fr; min-height: 4; }
    BoxesScreen.-short #about { max-height: 3; }
    BoxesScreen.-no-subjects #subject { display: none; }
    BoxesScreen.-no-subjects #subjects { width: 1fr; max-width: 100%; }
    """
    table = getters.query_one(TreeTable)
    boxes = getters.query_one(ServerBoxes)
    detail = getters.query_one("#preview", DetailPane)

    def __init__(self) -> None:
        super().__init__()
        self.current: Ref | None = None
        self._drafts: dict[Ref, Allowed] = {}
        #: The lists of all servers; None while the gateway is not running.
        self._listed: Listed | None = None
        self._listed_of: tuple[object, ...] = ()
        self._used = Usage()
        self.findings: Sequence[Finding] = ()
        self._looked_at: tuple[State, Usage | None] | None = None

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield TreeTable("Subjects", _COLUMNS, tree="name", empty=_no_subjects(), id="subjects")
            with Vertical(id="subject"):
                yield Static(id="about")
                with Vertical(id="boxes-frame") as frame:
                    frame.border_title = Content("Allowed servers")
                    yield ServerBoxes()
                yield DetailPane("Effective access", id="preview")

    def on_resize(self, event: events.Resize) -> None:
        self.table.set_rank(1 if event.size.width >= 100 else 0)

    # --- what is shown ---

    @property
    def is_dirty(self) -> bool:
        """Whether the boxes of the current subject are changed."""
        return self.current in self._drafts

    @property
    def unsaved(self) -> str:
        if not self._drafts:
            return ""
        return f"Access: changes not applied for {', '.join(str(ref) for ref in self._drafts)}"

    def state_changed(self, loaded: Loaded) -> None:
        for ref in list(self._drafts):
            if subject(loaded.state, ref) is None or self._drafts[ref] == saved(loaded.state, ref):
                del self._drafts[ref]
        self._show()
        self.look_again()

    def gateway_changed(self, view: GatewayView) -> None:
        status = view.status
        seen: tuple[object, ...] = ()
        if status is not None:
            seen = (status.instance_id, *((server.name, server.state, server.tools) for server in status.servers))
        if seen != self._listed_of:
            self._listed_of = seen
            self._listed = None
            self.load_listed()
            self.look_again()

    def on_screen_resume(self) -> None:
        """Keys may have been used meanwhile."""
        if self.is_shown:
            self.look_again()

    @background(group="findings", exclusive=True)
    async def look_again(self) -> None:
        """Read the usage of keys, and the findings."""
        state, now = self.state, self.context.now
        used = await usage(self.context.gateway)
        if (state, used) == self._looked_at:
            return
        self._used = used or Usage()
        self.findings = await asyncio.to_thread(findings, state, used, now)
        self._looked_at = state, used
        self._show()

    def reveal(self, kind: str, name: str) -> None:
        if kind in KINDS:
            self.table.select(f"{kind}:{name}")
            self._go(Ref.parse(f"{kind}:{name}"))

    @on(FilterTable.Highlighted)
    def _highlighted(self, event: FilterTable.Highlighted) -> None:
        self._choose(Ref.parse(event.key) if event.key is not None else None)
        self.refresh_bindings()
        self.show_rested(self.current)

    def _go(self, ref: Ref | None) -> None:
        """Show another subject."""
        self._choose(ref)
        self._show_subject()

    def _choose(self, ref: Ref | None) -> None:
        self.current = ref if ref is not None and subject(self.state, ref) is not None else None

    @background(group="rested", exclusive=True)
    async def show_rested(self, ref: Ref | None) -> None:
        """Show ``ref``, unless the cursor only passes by."""
        await asyncio.sleep(REST_SECONDS)
        if ref == self.current:
            self._show_subject()

    @on(FilterTable.Opened)
    def _opened(self) -> None:
        self._show_subject()
        self.boxes.focus()

    @on(ServerBoxes.Edited)
    def _boxes_edited(self, event: ServerBoxes.Edited) -> None:
        if self.current is None or self.boxes.ref != self.current:
            return
        if event.allowed == saved(self.state, self.current):
            self._drafts.pop(self.current, None)
        else:
            self._drafts[self.current] = event.allowed
        self._show()

    @background(group="listed", exclusive=True)
    async def load_listed(self) -> None:
        """Ask the gateway for the lists of all servers."""
        if self.app.gateway_view.status is not None:
            self._listed = await self.context.gateway.listed(None)
        self._show_preview()

    def _show(self) -> None:
        self.table.set_rows(subject_rows(self.state, self._drafts, self.context.now, self._used))
        count = sum(not finding.is_hint for finding in self.findings)
        self.table.border_title = Content(f"Subjects · {counted(count, 'finding')} (F)" if count else "Subjects")
        cursor = self.table.cursor_key
        self.current = Ref.parse(cursor) if cursor is not None else None
        self.set_class(self.current is None and not self.table.filter_text, "-no-subjects")
        self._show_subject()

    def _show_subject(self) -> None:
        ref = self.current
        self.refresh_bindings()
        about = head(self.state, ref, self.context.now, self._used) if ref is not None else Content("")
        self.query_one("#about", Static).update(about)
        self.query_one("#about").set_class(not about, "-empty")
        self.boxes.show(self.state, ref, self._allowed(ref) if ref is not None else None)
        frame = self.query_one("#boxes-frame")
        is_draft = ref is not None and ref in self._drafts
        change = difference(saved(self.state, ref), self._allowed(ref)) if is_draft and ref is not None else ""
        frame.border_subtitle = toned(f"* not applied: {one_line(change, limit=60)}  ctrl+s" if change else "", "warn")
        self._show_preview()

    def _show_preview(self) -> None:
        if self.current is None:
            self.detail.show("Effective access", Content(""))
            return
        self.compute_preview(self.current)

    @background(group="preview", exclusive=True)
    async def compute_preview(self, ref: Ref) -> None:
        """Thousands of tools take a moment, in a thread."""
        title = f"Effective access of {ref}{' (preview)' if ref in self._drafts else ''}"
        content = await asyncio.to_thread(preview, self.state, ref, self._allowed(ref), self._listed)
        if ref == self.current:
            self.detail.show(title, content)

    def _allowed(self, ref: Ref) -> Allowed:
        return self._drafts[ref] if ref in self._drafts else saved(self.state, ref)

    def _found(self) -> Subject | None:
        return subject(self.state, self.current) if self.current is not None else None

    # --- boxes ---

    @background(group="dialog", exclusive=True)
    async def action_apply(self) -> None:
        """Show the difference and apply it."""
        ref = self.current
        if ref is None or ref not in self._drafts:
            return
        revision, state, allowed = self.app.loaded.revision, self.state, self._drafts[ref]
        tools = tools_of(self._listed) if self._listed is not None else None
        text = await asyncio.to_thread(lambda: preview_text(compare(state, with_servers(state, ref, allowed), tools)))
        dialog = ChoiceDialog(f"Change access of {ref}?", text, _APPLY)
        if await self.app.push_screen_wait(dialog) == "apply":
            await self.app.change(set_servers, ref.kind, ref.name, allowed, expected=revision)

    def action_discard(self) -> None:
        """Show the saved state again."""
        if self.current is not None:
            self._drafts.pop(self.current, None)
            self._show()

    @background(group="dialog", exclusive=True)
    async def action_tools(self) -> None:
        """Edit the tool patterns for the server under the cursor."""
        ref, found, row = self.current, self._found(), self.boxes.cursor_row
        if ref is None or found is None or row is None:
            return
        tools = dict(found.tools or {})
        known = tool_facts(self._listed, row.id) if self._listed is not None else ()

        def explained(tool: str, globs: Globs) -> str:
            state = with_servers(put(self.state, with_globs(found, row.id, globs)), ref, self._allowed(ref))
            return explanation_text(explain(state, ref, row.id, tool))

        dialog = ToolsDialog(str(ref), row.id, known, tools.get(row.id), explained)
        answer = await self.app.push_screen_wait(dialog)
        if answer is not None and answer[0] != tools.get(row.id):
            await self.app.change(set_tools, ref.kind, ref.name, with_globs(found, row.id, answer[0]).tools)

    @background(group="dialog", exclusive=True)
    async def action_reading(self) -> None:
        """Restrict the subject to the read-only tools of its servers."""
        ref, found, listed = self.current, self._found(), self._listed
        if ref is None or found is None:
            return
        if listed is None:
            self.app.say("Tool list unavailable: the gateway is not running.")
            return
        revision, state = self.app.loaded.revision, self.state
        changed = with_preset(state, ref.kind, found, "read-only", listed)
        text = await asyncio.to_thread(lambda: preview_text(compare(state, put(state, changed), tools_of(listed))))
        dialog = ChoiceDialog(f"Restrict {ref} to read-only tools?", text, _APPLY)
        if await self.app.push_screen_wait(dialog) == "apply":
            await self.app.change(set_tools, ref.kind, ref.name, changed.tools, expected=revision)

    def action_explain(self) -> None:
        """Show the rules of every level about the server under the cursor."""
        ref, row = self.current, self.boxes.cursor_row
        if ref is None or row is None or row.id not in self.state.servers:
            return
        state = with_servers(self.state, ref, self._allowed(ref))
        text = explanation_text(explain(state, ref, row.id))
        if self._listed is not None and (tools := tools_of(self._listed).get(row.id)):
            text += f"\n\n{tools_text(decide(state, ref), row.id, tools)}"
        self.app.push_screen(TextDialog(f"{ref} and server {row.id}", text))

    def action_back(self) -> None:
        """Put the focus on the list."""
        self.table.table.focus()

    def action_switch_pane(self) -> None:
        """From the list to the boxes and back."""
        if self.boxes.has_focus:
            self.table.table.focus()
        else:
            self.boxes.focus()


def _no_subjects() -> Content:
    return EmptyState.content_of(
        "No keys, users, teams or orgs yet",
        "Clients authenticate with a key; orgs, teams and users define access for the keys below them.",
        [("n", "new key, user, team or org")],
    )
