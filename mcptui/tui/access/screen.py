"""The Access mode: who may use which servers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.access import decide, explain
from mcptui.access.findings import Finding
from mcptui.access.preview import preview as compare
from mcptui.access.sight import sight, tools_of
from mcptui.access.subjects import KINDS, Ref, put, subject, with_servers
from mcptui.model import Key, State, Subject
from mcptui.model.runtime import Listed
from mcptui.protocol.text import one_line
from mcptui.services.access import Usage, look, usage
from mcptui.services.keys import (
    CreatedKey,
    create_key,
    remove_key,
    revoke_key,
    rotate_key,
    set_key_enabled,
)
from mcptui.services.subjects import create_subject, remove_subject, set_servers, set_tools, update_subject
from mcptui.state.loaded import Loaded
from mcptui.tui.access.about import head, preview, sight_words, used_words
from mcptui.tui.access.actions import ACTIONS
from mcptui.tui.access.allowed import Allowed, difference, saved
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.access.dialogs import ROTATIONS, delete_dialog, kind_dialog, revoke_dialog, rotate_dialog
from mcptui.tui.access.draft import SubjectDraft
from mcptui.tui.access.findings_dialog import FindingsDialog
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.matrix_screen import MatrixScreen
from mcptui.tui.access.rows import subject_rows
from mcptui.tui.access.subject_form import PARENTS, SubjectForm
from mcptui.tui.access.tool_facts import tool_facts
from mcptui.tui.access.tools_dialog import ToolsDialog
from mcptui.tui.actions import bindings
from mcptui.tui.background import background
from mcptui.tui.base import ModeScreen
from mcptui.tui.clients.install_screen import InstallScreen
from mcptui.tui.gateway_view import GatewayView
from mcptui.tui.tone import toned
from mcptui.tui.widgets.cells import Column
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, TextDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable

_COLUMNS = [Column("name", limit=60, flexible=True), Column("state", rank=1, limit=24)]
#: The preview waits for a cursor that moves on, seconds.
_PAUSE: Final = 0.03
_APPLY = (Choice("cancel", "Cancel"), Choice("apply", "Apply", "primary"))


class AccessScreen(ModeScreen):
    """The Access mode."""

    MODE = "access"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = "FilterTable > VirtualTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    DEFAULT_CSS = """
    AccessScreen #subjects { width: 36%; min-width: 24; max-width: 50; }
    AccessScreen #about { height: auto; max-height: 8; padding: 0 1; }
    AccessScreen #about.-empty { display: none; }
    AccessScreen #boxes-frame { height: auto; max-height: 60%; border: round $border-blurred; }
    AccessScreen #boxes-frame { border-title-color: $foreground-muted; border-subtitle-color: $text-warning; }
    AccessScreen #boxes-frame:focus-within { border: round $border; border-title-style: bold; }
    AccessScreen #boxes-frame:focus-within { border-title-color: $foreground; }
    AccessScreen ServerBoxes { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
    AccessScreen #preview { height: 1fr; min-height: 4; }
    AccessScreen.-short #about { max-height: 3; }
    AccessScreen.-no-subjects #subject { display: none; }
    AccessScreen.-no-subjects #subjects { width: 1fr; max-width: 100%; }
    """
    HELP = """
# Access

Orgs contain teams, teams contain users; a key belongs to one of them or to nobody. What a key may use is what every
level that says something allows.

`[x]` allowed here · `[ ]` not allowed here · `[-]` says nothing here, or comes with a group.

In the boxes: `space` toggles, `a` allows all, `c` none, `x` says nothing, `-` excludes by name. Changes carry a `*`
until `ctrl+s` shows the difference and applies it.
"""

    table = getters.query_one(FilterTable)
    boxes = getters.query_one(ServerBoxes)
    detail = getters.query_one("#preview", DetailPane)

    def __init__(self) -> None:
        super().__init__()
        self.current: Ref | None = None
        self._drafts: dict[Ref, Allowed] = {}
        #: Everything that the servers have; None while the gateway does not run.
        self._listed: Listed | None = None
        self._listed_of: tuple[object, ...] = ()
        self._used = Usage()
        self.findings: Sequence[Finding] = ()
        self._looked_at: tuple[State, Usage] | None = None

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield FilterTable("Orgs, teams, users, keys", _COLUMNS, empty=_nobody(), id="subjects")
            with Vertical(id="subject"):
                yield Static(id="about")
                with Vertical(id="boxes-frame") as frame:
                    frame.border_title = Content("Allowed servers")
                    yield ServerBoxes()
                yield DetailPane("In effect", id="preview")

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
        return f"Access: boxes not applied for {', '.join(str(ref) for ref in self._drafts)}"

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

    def on_screen_resume(self) -> None:
        """Keys may have been used since."""
        if self.is_shown:
            self.look_again()

    @background(group="findings", exclusive=True)
    async def look_again(self) -> None:
        """Read what keys did, and what deserves a look."""
        state, now = self.state, self.context.now
        used = await asyncio.to_thread(usage, self.context.workspace)
        if (state, used) == self._looked_at:
            return
        self._used = used
        self.findings = await asyncio.to_thread(look, state, used, now)
        self._looked_at = state, used
        self._show()

    def reveal(self, kind: str, name: str) -> None:
        if kind in KINDS:
            self.table.select(f"{kind}:{name}")
            self._go(Ref.parse(f"{kind}:{name}"))

    @on(FilterTable.Highlighted)
    def _highlighted(self, event: FilterTable.Highlighted) -> None:
        self._go(Ref.parse(event.key) if event.key is not None else None)

    def _go(self, ref: Ref | None) -> None:
        """Show another subject."""
        self.current = ref if ref is not None and subject(self.state, ref) is not None else None
        self._show_subject()

    @on(FilterTable.Opened)
    def _opened(self) -> None:
        self.boxes.focus()

    @on(ServerBoxes.Edited)
    def _boxes_edited(self, event: ServerBoxes.Edited) -> None:
        if self.current is None:
            return
        if event.allowed == saved(self.state, self.current):
            self._drafts.pop(self.current, None)
        else:
            self._drafts[self.current] = event.allowed
        self._show()

    @background(group="listed", exclusive=True)
    async def load_listed(self) -> None:
        """Ask the gateway what the servers have."""
        if self.app.gateway_view.status is not None:
            self._listed = await self.context.gateway.listed(None)
        self._show_preview()

    def _show(self) -> None:
        self.table.set_rows(subject_rows(self.state, self._drafts, self.context.now, self._used))
        count = len(self.findings)
        self.table.border_title = Content(f"Who · {count} to look at: f" if count else "Orgs, teams, users, keys")
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
        frame.border_title = Content(
            f"Servers that {one_line(str(ref), limit=60)} allows" if ref else "Allowed servers"
        )
        is_draft = ref is not None and ref in self._drafts
        change = difference(saved(self.state, ref), self._allowed(ref)) if is_draft and ref is not None else ""
        frame.border_subtitle = toned(f"* not applied: {one_line(change, limit=60)}  ctrl+s" if change else "", "warn")
        self._show_preview()

    def _show_preview(self) -> None:
        if self.current is None:
            self.detail.show("In effect", Content(""))
            return
        self.compute_preview(self.current)

    @background(group="preview", exclusive=True)
    async def compute_preview(self, ref: Ref) -> None:
        """Thousands of tools take a moment; who goes on to the next subject does not wait for them."""
        await asyncio.sleep(_PAUSE)
        title = f"In effect for {ref}{', once applied' if ref in self._drafts else ''}"
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
        text = await asyncio.to_thread(lambda: compare(state, with_servers(state, ref, allowed), tools).text())
        dialog = ChoiceDialog(f"Change what {ref} allows?", text, _APPLY)
        if await self.app.push_screen_wait(dialog) == "apply":
            await self.app.change(set_servers, ref.kind, ref.name, allowed, expected=revision)

    def action_discard(self) -> None:
        """Show the saved boxes again."""
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
        answer = await self.app.push_screen_wait(ToolsDialog(str(ref), row.id, known, tools.get(row.id)))
        if answer is None or answer[0] == tools.get(row.id):
            return
        if answer[0] is None:
            del tools[row.id]
        else:
            tools[row.id] = answer[0]
        await self.app.change(set_tools, ref.kind, ref.name, tools or None)

    @background(group="dialog", exclusive=True)
    async def action_reading(self) -> None:
        """Allow only the tools that read, on every server that the subject may use."""
        ref, found, listed = self.current, self._found(), self._listed
        if ref is None or found is None:
            return
        if listed is None:
            self.app.say("The tools are not known: the gateway is not running.")
            return
        revision, state = self.app.loaded.revision, self.state
        reading = {
            server: tuple(tool.name for tool in tool_facts(listed, server) if tool.reads)
            for server in decide(state, ref).servers
        }
        changed = replace(found, tools={**(found.tools or {}), **reading} or None)
        text = await asyncio.to_thread(lambda: compare(state, put(state, changed), tools_of(listed)).text())
        dialog = ChoiceDialog(f"Allow {ref} only tools that read?", text, _APPLY)
        if await self.app.push_screen_wait(dialog) == "apply":
            await self.app.change(set_tools, ref.kind, ref.name, changed.tools, expected=revision)

    def action_explain(self) -> None:
        """Show every level's say about the server under the cursor."""
        ref, row = self.current, self.boxes.cursor_row
        if ref is None or row is None or row.id not in self.state.servers:
            return
        state = with_servers(self.state, ref, self._allowed(ref))
        text = explain(state, ref, row.id).text()
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

    # --- subjects ---

    @background(group="dialog", exclusive=True)
    async def action_new(self) -> None:
        """Ask what, then show its form."""
        answer = await self.app.push_screen_wait(kind_dialog())
        kind = next((kind for kind in KINDS if kind == answer), None)
        if kind is None:
            return
        parent = self.current if self.current is not None and self.current.kind in PARENTS[kind] else None
        created: list[CreatedKey] = []

        async def save(draft: SubjectDraft) -> None:
            if draft.kind == "key":
                created.append(await self._create_key(draft))
            else:
                await self.app.change(create_subject, draft.subject(self.context.now))

        draft = await self.app.push_screen_wait(SubjectForm(self.state, SubjectDraft(kind, parent=parent), save))
        if draft is not None:
            self.reveal(draft.kind, draft.name)
        for key in created:
            await self._show_key(key, "")

    async def _create_key(self, draft: SubjectDraft) -> CreatedKey:
        created = await asyncio.to_thread(
            create_key,
            self.context.workspace,
            draft.name,
            user=draft.parent_name("user"),
            team=draft.parent_name("team"),
            org=draft.parent_name("org"),
            servers=draft.servers,
            expires=draft.moment(self.context.now),
            rpm=draft.limit,
            description=draft.description,
        )
        self.app.accept(created.change)
        return created

    async def _show_key(self, created: CreatedKey, note: str) -> None:
        url = self.state.gateway.base_url
        seen = sight(self.state, Ref("key", created.key.name), self._listed)
        note = f"{note} {sight_words(seen, known=self._listed is not None)}".strip()
        dialog = KeyDialog(created.key.name, created.secret, created.key.hint, url, note=note)
        await self.app.push_screen_wait(dialog)

    @background(group="dialog", exclusive=True)
    async def action_edit(self) -> None:
        """Edit name, description, parent, limits."""
        ref, found = self.current, self._found()
        if ref is None or found is None:
            return

        async def save(draft: SubjectDraft) -> None:
            changed = draft.subject(self.context.now)
            await self.app.change(update_subject, ref.kind, ref.name, changed)

        draft = await self.app.push_screen_wait(SubjectForm(self.state, SubjectDraft.of(found), save))
        if draft is not None:
            self.reveal(draft.kind, draft.name)

    @background(group="dialog", exclusive=True)
    async def action_delete(self) -> None:
        """Delete after a question; can be undone for some seconds."""
        ref = self.current
        if ref is None or await self.app.push_screen_wait(delete_dialog(self.state, ref)) != "confirm":
            return
        if ref.kind == "key":
            await self.app.change(remove_key, ref.name)
        else:
            await self.app.change(remove_subject, ref.kind, ref.name)

    @background(group="dialog", exclusive=True)
    async def action_rotate(self) -> None:
        """Make a new key; the old one ends now or later."""
        found = self._found()
        if not isinstance(found, Key):
            return
        overlap = ROTATIONS.get(await self.app.push_screen_wait(rotate_dialog(found.name, self._last_used(found))))
        if overlap is None:
            return
        created = await asyncio.to_thread(rotate_key, self.context.workspace, found.name, overlap=overlap)
        self.app.accept(created.change)
        await self._show_key(created, "The key was replaced.")

    @background(group="dialog", exclusive=True)
    async def action_revoke(self) -> None:
        """Stop a key from working, or let it work again."""
        found = self._found()
        if not isinstance(found, Key):
            return
        if not found.enabled:
            await self.app.change(set_key_enabled, found.name, True)
        elif await self.app.push_screen_wait(revoke_dialog(found, self._last_used(found))) == "confirm":
            await self.app.change(revoke_key, found.name)

    def _last_used(self, key: Key) -> str:
        return used_words(self._used, key.name, self.context.now)

    def action_matrix(self) -> None:
        """Show all subjects and servers at once."""
        self.app.push_screen(MatrixScreen(self.current))

    @background(group="dialog", exclusive=True)
    async def action_findings(self) -> None:
        """Show what deserves a look, and go there."""
        chosen = await self.app.push_screen_wait(FindingsDialog(self.findings))
        if chosen is not None and chosen.ref is not None:
            self.reveal(chosen.ref.kind, chosen.ref.name)
        elif chosen is not None and chosen.server is not None:
            await self.app.push_screen(MatrixScreen(server=chosen.server))

    def action_install(self) -> None:
        """Install the gateway into a client, with this key."""
        if self.current is not None and self.current.kind == "key":
            self.app.push_screen(InstallScreen(self.current.name))

    async def action_test(self) -> None:
        """Open the Test mode as this key."""
        if self.current is not None and self.current.kind == "key":
            self.app.testing_key = self.current.name
            await self.app.run_action("app.mode('test')")

    def action_filter(self) -> None:
        """Filter the list."""
        self.table.action_filter()


def _nobody() -> Content:
    return EmptyState.content_of(
        "No keys, users, teams or orgs yet",
        "A key lets an MCP client in; orgs, teams and users share out servers to many keys.",
        [("n", "new key, user, team or org")],
    )
