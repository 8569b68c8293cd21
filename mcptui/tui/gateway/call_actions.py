"""One call in the Gateway mode: what was said, and what can be done with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from textual import getters, on
from textual.content import Content

from mcptui.access.denial import Missing
from mcptui.access.drafts import drafted
from mcptui.access.preview import preview
from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallRecord
from mcptui.protocol.text import counted
from mcptui.services.access import apply_draft, grant_missing
from mcptui.services.access_words import preview_text
from mcptui.services.calls import export_calls
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.gateway.call_dialog import CallDialog
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.gateway.edit_call import edited_call, is_editable
from mcptui.tui.gateway.replay import replay
from mcptui.tui.gateway.traffic import TrafficPane
from mcptui.tui.keys.finder import Entry
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, ConfirmDialog
from mcptui.tui.widgets.input_dialog import InputDialog
from mcptui.tui.widgets.tab_line import TabLine

_GRANT: Final = (Choice("cancel", "Cancel"), Choice("apply", "Grant", "primary"))


class CallActions(ModeScreen):
    """The part of the Gateway mode that knows the call under the cursor."""

    detail = getters.query_one("#detail", DetailPane)
    tabs = getters.query_one("#tabs", TabLine)
    traffic = getters.query_one("#traffic", TrafficPane)

    def __init__(self) -> None:
        super().__init__()
        self.call: CallRecord | None = None
        self.missing: Missing | None = None
        self._desk = QuestionDesk(self)

    @property
    def is_gateway_running(self) -> bool:
        """Whether the gateway answers."""
        return self.app.gateway_view.is_running

    @property
    def tab(self) -> str:
        """The view that is shown."""
        return self.tabs.current if self.is_mounted else "traffic"

    @on(TrafficPane.Highlighted)
    def _highlighted(self, event: TrafficPane.Highlighted) -> None:
        self.call = event.record
        self.show_call()

    def show_call(self) -> None:
        """The call of the cursor beside the list: at once what is known, its body when that was read."""
        self.missing = grant_missing(self.state, self.call) if self.call is not None else None
        self.refresh_bindings()
        if self.tab != "traffic":
            return
        if self.call is None:
            self.detail.show("Call", Content(""))
            return
        whole = self.traffic.window.live(self.call.id)
        content = call_content(whole or self.call, self.missing, whole=whole is not None)
        self.detail.show(call_title(self.call), content, keep_place=False)
        if whole is None:
            self.read_call(self.call)

    @background(group="body", exclusive=True)
    async def read_call(self, record: CallRecord) -> None:
        """Read the body of a call from the history."""
        whole = await self._whole(record)
        if record is self.call and self.tab == "traffic":
            self.detail.show(call_title(whole), call_content(whole, self.missing))

    async def _whole(self, record: CallRecord) -> CallRecord:
        """``record`` with all that is kept of it."""
        live = self.traffic.window.live(record.id)
        if live is not None:
            return live
        try:
            return await self.context.gateway.recorded_call(record.id) or record
        except UnreachableError:
            return record

    @on(TrafficPane.Opened)
    @background(group="dialog", exclusive=True)
    async def open_call(self, event: TrafficPane.Opened) -> None:
        """Show a call on the whole screen, and do there what is chosen."""
        whole = await self._whole(event.record)
        missing = grant_missing(self.state, whole)
        dialog = CallDialog(
            call_title(whole), call_content(whole, missing), _as_json(whole), missing, is_editable=is_editable(whole)
        )
        match await self.app.push_screen_wait(dialog):
            case "replay":
                self.action_replay()
            case "grant":
                self.action_grant()
            case "edit":
                self.action_edit_call()

    @background(group="copy", exclusive=True)
    async def action_copy_call(self) -> None:
        """Copy the call as JSON."""
        if self.call is not None:
            text = _as_json(await self._whole(self.call))
            self.app.copy_to_clipboard(text)
            self.app.say(f"Copied, {len(text)} characters")

    @background(group="dialog", exclusive=True)
    async def action_edit_call(self) -> None:
        """Open the call in Test, to change its arguments and send it."""
        if self.call is not None:
            edited = edited_call(self.state, await self._whole(self.call))
            self.app.testing_key = edited.key
            await self.app.test_call(edited.call)

    def action_replay(self) -> None:
        """Ask as which key, then send the call again."""
        if self.call is None:
            return
        record, keys = self.call, list(self.state.keys)
        same = [record.key] if record.key in keys else []
        names = [*same, *(key for key in keys if key not in same)]
        entries = [Entry(title=f"key {name}", run=partial(self.replay, record, name)) for name in names]
        entries.insert(len(same), Entry(title="owner (all servers)", run=partial(self.replay, record, None)))
        self.app.find(f"Replay {call_title(record)} as …", entries)

    @background(group="replay", exclusive=True)
    async def replay(self, record: CallRecord, key: str | None) -> None:
        """Send a call again; it appears in the list as every call does."""
        whole = await self._whole(record)
        server = self.state.servers.get(record.server or "")
        if server is not None and server.is_production and record.method == "tools/call":
            text = f"{server.name} is a production server, and the call runs again."
            if await self.app.push_screen_wait(ConfirmDialog("Replay the call?", text, "Replay")) != "confirm":
                return
        self._desk.open()
        try:
            words = await replay(
                self.context.gateway, whole, key, lambda question: self.ask(record.server or "", question)
            )
        finally:
            self._desk.close()
        self.app.say(words)
        if self.tab == "traffic":
            self.traffic.table.cursor = 0

    @background(group="ask")
    async def ask(self, server: str, question: dict[str, object]) -> None:
        """Have the person answer a question of the server."""
        await self._desk.ask(server, question)

    @background(group="dialog", exclusive=True)
    async def action_grant(self) -> None:
        """Show what has to change for the refused call, and change it."""
        call = self.call
        if call is None or self.missing is None or self.missing.draft is None:
            return
        words, shown = self.missing.words, preview(self.state, drafted(self.state, self.missing.draft))
        text = f"{words[:1].upper()}{words[1:]}.\n\n{preview_text(shown)}"
        revision, draft = self.app.loaded.revision, self.missing.draft
        if await self.app.push_screen_wait(ChoiceDialog("Grant the missing access?", text, _GRANT)) == "apply":
            await self.app.change(apply_draft, draft, words[:1].upper() + words[1:], expected=revision)

    @background(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        """Write the listed calls to a file."""
        query = self.traffic.call_query
        suggested = Path.cwd() / f"mcptui-calls-{self.context.now:%Y%m%d-%H%M%S}.jsonl"
        note = f"{counted(len(self.traffic.window), 'call')}, one JSON object per line, secrets masked."
        answer = await self.app.push_screen_wait(InputDialog("Export calls to", note, str(suggested)))
        if answer:
            path = Path(answer).expanduser()
            count = await export_calls(self.context.gateway.recorded_calls(query), path)
            self.app.say(f"Exported {counted(count, 'call')} to {path}")


def _as_json(record: CallRecord) -> str:
    return json.dumps(asdict(record), indent=2, ensure_ascii=False)
