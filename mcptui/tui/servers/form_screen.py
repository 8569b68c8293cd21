"""Add or edit a server: paste, fields, probe, save."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from mcptui.errors import McptuiError, RefusedError
from mcptui.interop.paste import Paste
from mcptui.model import Server
from mcptui.services import servers as services
from mcptui.tui.actions import bindings
from mcptui.tui.background import background, close_screen
from mcptui.tui.base import ActionScreen
from mcptui.tui.servers.actions import FORM_ACTIONS
from mcptui.tui.servers.draft_list import DraftList
from mcptui.tui.servers.fields import ServerFields
from mcptui.tui.servers.form_model import ServerForm, check
from mcptui.tui.servers.paste_box import PasteArea, PasteBox
from mcptui.tui.servers.probe_panel import ProbePanel
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_UNSAVED: Final = (Choice("discard", "Discard", "error"), CANCEL, Choice("save", "Save", "primary"))
_CHANGED: Final = (Choice("mine", "Save mine", "warning"), Choice("reload", "Reload"), CANCEL)


class ServerFormScreen(ActionScreen):
    """The form of one server; without ``server`` a new one, or several from one paste.

    Args:
        server: what to edit.
        revision: of the state file that ``server`` was read from.
        probe: start with a probe.
    """

    ACTIONS = FORM_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM_ACTIONS)
    HELP = """\
# Add or edit a server

Paste a URL, a command line or the JSON of any client; the fields below can be changed before saving.
Saving tries the server first; **ctrl+g** saves it as it is.

Secrets among the headers and variables go to the secret store; the file keeps a reference to them.
"""
    DEFAULT_CSS = """
    ServerFormScreen {
        & > #form {
            & > ServerFields { height: 3fr; }
            & > #probe { height: 2fr; }
        }
        &.-wide > #form {
            layout: horizontal;
            & > ServerFields { width: 3fr; height: 100%; }
            & > #probe { width: 2fr; height: 100%; }
        }
        & DraftList { display: none; height: 3fr; }
        &.-several ServerFields { display: none; }
        &.-several #probe { display: none; }
        &.-several DraftList { display: block; }
    }
    """
    fields = getters.query_one(ServerFields)
    drafts = getters.query_one(DraftList)
    panel = getters.query_one(ProbePanel)

    def __init__(self, server: Server | None = None, *, revision: str | None = None, probe: bool = False) -> None:
        super().__init__()
        self._base = server
        self._revision = revision
        self._probe_first = probe
        self._saved = ServerForm() if server is None else ServerForm.of(server)
        self._probed: Server | None = None
        self._taken_over = Paste((), "empty")
        self._filling = asyncio.Lock()

    def compose_body(self) -> ComposeResult:
        if self._base is None:
            yield PasteBox(frozenset(self.state.servers))
        with Container(id="form"):
            yield ServerFields()
            yield ProbePanel()
            yield DraftList()

    async def on_mount(self) -> None:
        await self.fields.fill(self._saved)
        if self._base is not None:
            self.fields.border_title = Content(f"Server {self._base.name}")
            self.fields.focus_field("name")
            if self._probe_first:
                self.action_probe()

    @property
    def is_new(self) -> bool:
        """Whether nothing is saved under this name yet."""
        return self._base is None

    @property
    def unsaved(self) -> str:
        if not self.is_mounted or self.fields.form == self._saved:
            return ""
        return f"The form of server {self.fields.form.name or '(no name)'} is not saved."

    # --- paste ---

    @on(PasteBox.Read)
    async def _paste_read(self) -> None:
        await self._take_over_paste()

    async def _take_over_paste(self) -> None:
        """Fill the fields from the paste, unless that was done and they may have been edited since.

        Typing runs ahead of the fields; whoever uses them calls this first.
        """
        if self._base is not None:
            return
        async with self._filling:
            paste = self.query_one(PasteBox).paste
            if paste != self._taken_over:
                self._taken_over = paste
                await self._show_paste(paste)

    async def _show_paste(self, paste: Paste) -> None:
        servers = paste.servers
        self.set_class(len(servers) > 1, "-several")
        if len(servers) > 1:
            self.drafts.show(servers)
        elif servers:
            await self.fields.fill(ServerForm.of(servers[0]))

    @on(PasteArea.Submitted)
    def _paste_submitted(self) -> None:
        self.action_save()

    # --- probe ---

    @background(group="probe", exclusive=True)
    async def action_probe(self) -> None:
        """Try the settings without saving them."""
        if (server := await self._checked()) is not None:
            await self._probe(server)

    async def _probe(self, server: Server) -> bool:
        self.panel.begin()
        self._probed = server
        try:
            async for step in self.context.gateway.probe(server):
                self.panel.add(step)
        except McptuiError as error:
            self.panel.fail(error.message, error.hint)
        return self.panel.succeeded

    async def _checked(self) -> Server | None:
        """The server in the fields; marks what is wrong."""
        await self._take_over_paste()
        base_name = self._base.name if self._base else None
        taken = frozenset(self.state.servers) - {base_name or ""}
        checked = check(self.fields.form, self._base, taken)
        self.fields.show_problems(checked.problems)
        if checked.problems:
            self.fields.focus_field(next(iter(checked.problems)))
        return checked.server

    @background(group="close", exclusive=True)
    async def action_close(self) -> None:
        """Stop a running probe, else go back; asks when there are edits."""
        probing = [worker for worker in self.workers if worker.group == "probe" and worker.is_running]
        if probing:
            self.workers.cancel_group(self, "probe")
            self.app.say("Probe cancelled")
            return
        answer = "discard"
        if self.unsaved:
            answer = await self.app.push_screen_wait(ChoiceDialog("Unsaved changes", self.unsaved, _UNSAVED))
        if answer == "save":
            self.action_save()
        elif answer == "discard":
            close_screen(self)

    # --- save ---

    @background(group="probe", exclusive=True)
    async def action_save(self) -> None:
        """Probe, and save when the server answers; a second time it saves in any case."""
        await self._take_over_paste()
        if self.has_class("-several"):
            await self._save_several()
            return
        if (server := await self._checked()) is None:
            return
        if server == self._probed or await self._probe(server):
            await self._save(server)
        else:
            self.app.say("The server did not answer as hoped: ctrl+s again saves it anyway.")

    @background(group="probe", exclusive=True)
    async def action_save_anyway(self) -> None:
        """Save without a probe."""
        await self._take_over_paste()
        if self.has_class("-several"):
            await self._save_several()
        elif (server := await self._checked()) is not None:
            await self._save(server)

    async def _save_several(self) -> None:
        for server in self.drafts.chosen:
            await self.app.change(services.add_server, server)
        close_screen(self)

    async def _save(self, server: Server) -> None:
        if self._base is None:
            await self.app.change(services.add_server, server)
        else:
            await self._update(self._base.name, server)
        self._saved = self.fields.form
        self.dismiss()

    async def _update(self, name: str, server: Server) -> None:
        try:
            await self.app.change(services.update_server, name, server, expected=self._revision)
        except RefusedError as error:
            question = f"{error.message}\n\nSave yours over it, or reload and lose your edits?"
            answer = await self.app.push_screen_wait(ChoiceDialog("Changed on disk", question, _CHANGED))
            if answer == "mine":
                await self.app.change(services.update_server, name, server)
            elif answer == "reload":
                await self.app.reload_state()
            else:
                raise
