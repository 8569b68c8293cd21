"""Add or edit a server: paste, fields, test, save."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from mcptui.errors import McptuiError
from mcptui.interop.paste import Paste
from mcptui.model import Server
from mcptui.services import servers as services
from mcptui.services.merging import changed_fields, merge
from mcptui.state.loaded import Loaded
from mcptui.tui.background import background, close_screen
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.changed_on_disk import ask_about_deleted, ask_what_counts
from mcptui.tui.servers.actions import FORM_ACTIONS
from mcptui.tui.servers.covering import TargetField
from mcptui.tui.servers.draft_list import DraftList
from mcptui.tui.servers.form_model import FIELDS, check, server_texts
from mcptui.tui.servers.paste_box import PasteArea, PasteBox
from mcptui.tui.servers.probe_panel import ProbePanel
from mcptui.tui.settings.fields import TARGET
from mcptui.tui.settings.form import SettingsForm
from mcptui.tui.shell.base import ActionScreen, ModeScreen
from mcptui.tui.shell.panes import Split
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_UNSAVED: Final = (Choice("discard", "Discard", "error"), CANCEL, Choice("save", "Save", "primary"))


class ServerFormScreen(ActionScreen):
    """The form of one server; without ``server`` a new one, or several from one paste.

    Args:
        server: what to edit, as it is in the file.
        pasted: the text to begin a new server with.
    """

    ACTIONS = FORM_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM_ACTIONS)
    PANES = ("SettingsForm", "#probe")
    SPLITS = (Split("server form", "SettingsForm", "#probe"),)
    HELP = """\
# Add or edit a server

Paste a URL, a command or a client's JSON; the fields below can be edited before saving.
Saving tests the server first; **ctrl+g** saves without a test.

Secrets in headers and environment variables go to the secret store; the file only has references.
"""
    DEFAULT_CSS = """
    ServerFormScreen {
        & > #changed { height: auto; padding: 0 2; color: $text-warning; display: none; }
        &.-changed > #changed { display: block; }
        & > #form {
            & > SettingsForm {
                height: 3fr; overflow-y: auto;
                border: round $border-blurred; border-title-color: $foreground-muted; padding: 0 1;
                border-subtitle-color: $foreground-muted;
                &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
            }
            & > #probe { height: 2fr; }
        }
        &.-wide > #form {
            layout: horizontal;
            & > SettingsForm { width: 3fr; height: 100%; }
            & > #probe { width: 2fr; height: 100%; }
        }
        & DraftList { display: none; height: 3fr; }
        &.-several SettingsForm { display: none; }
        &.-several #probe { display: none; }
        &.-several DraftList { display: block; }
    }
    """
    fields = getters.query_one(SettingsForm)
    drafts = getters.query_one(DraftList)
    panel = getters.query_one(ProbePanel)

    def __init__(self, server: Server | None = None, *, pasted: str = "") -> None:
        super().__init__()
        self._base = server
        self._pasted = pasted
        self._saved = server_texts(server)
        self._probed: Server | None = None
        self._taken_over = Paste((), "empty")
        self._filling = asyncio.Lock()

    def compose_body(self) -> ComposeResult:
        if self._base is None:
            yield PasteBox(frozenset(self.state.servers))
        yield Static(id="changed", markup=False)
        with Container(id="form"):
            target = TargetField(placeholder=FIELDS[1].placeholder, id=TARGET)
            yield SettingsForm(FIELDS, self._saved, widgets={TARGET: target})
            yield ProbePanel()
            yield DraftList()

    def on_mount(self) -> None:
        self.fields.border_title = Content("Server")
        if self._base is not None:
            self._say_title()
            self.fields.focus_field("name")
            self.watch(self.app, "loaded", self._look_at_disk, init=False)
        elif self._pasted:
            self.query_one(PasteBox).area.insert(self._pasted)

    @property
    def is_new(self) -> bool:
        """Whether nothing is saved under this name yet."""
        return self._base is None

    @property
    def unsaved(self) -> str:
        if not self.is_mounted or self.fields.texts == self._saved:
            return ""
        return f"Unsaved changes to server {self.fields.texts['name'] or '(no name)'}."

    @on(SettingsForm.Changed)
    def _say_title(self) -> None:
        name = f"Server {self._base.name}" if self._base is not None else "Server"
        title = Content(f"{name} *" if self.unsaved else name)
        if self.fields.border_title != title.plain:
            self.fields.border_title = title

    @on(SettingsForm.Entered)
    def _say_help(self, event: SettingsForm.Entered) -> None:
        self.fields.border_subtitle = Content(event.field.help)

    # --- changes on disk ---

    @property
    def differs_on_disk(self) -> bool:
        """Whether the server in the file is not the one that the form began with."""
        return self._base is not None and self.state.servers.get(self._base.name) != self._base

    def _look_at_disk(self, _loaded: Loaded) -> None:
        """Say so when the server was changed on disk."""
        self.set_class(self.differs_on_disk, "-changed")
        self.refresh_bindings()
        if not self.differs_on_disk or self._base is None:
            return
        theirs = self.state.servers.get(self._base.name)
        if theirs is None:
            text = "Deleted on disk. Saving asks first."
        else:
            fields = ", ".join(name.replace("_", " ") for name, *_ in changed_fields(self._base, theirs))
            text = f"Modified on disk: {fields}. alt+d shows the diff; saving merges."
        self.query_one("#changed", Static).update(text)

    @background(group="compare", exclusive=True)
    async def action_compare(self) -> None:
        """Show the difference between the file and the form."""
        theirs = self.state.servers.get(self._base.name) if self._base is not None else None
        mine = check(self.fields.texts, self._base, (), self.context.now).server
        if theirs is None or mine is None:
            return
        answer = await ask_what_counts(self.app, f"Server {theirs.name}", changed_fields(theirs, mine))
        if answer == "reload":
            await self._reload(theirs)
        elif answer == "mine":
            await self._save(mine, over=theirs)

    async def _reload(self, server: Server) -> None:
        self._base, self._saved = server, server_texts(server)
        await self.fields.fill(self._saved)
        self.set_class(False, "-changed")
        self._say_title()

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
            await self.fields.fill(server_texts(servers[0]))
            self._say_title()

    @on(PasteArea.Submitted)
    def _paste_submitted(self) -> None:
        self.action_save()

    # --- test ---

    @background(group="probe", exclusive=True)
    async def action_test(self) -> None:
        """Test the settings without saving them."""
        await self._take_over_paste()
        if self.has_class("-several"):
            await self.drafts.test(self.context.gateway, self.drafts.chosen)
        elif (server := await self._checked()) is not None:
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
        """The server in the fields; shows what is wrong."""
        await self._take_over_paste()
        checked = check(self.fields.texts, self._base, self.state.servers, self.context.now)
        await self.fields.show_problems(checked.problems)
        return checked.server

    @background(group="close", exclusive=True)
    async def action_close(self) -> None:
        """Cancel a running test, else go back; asks when there are edits."""
        probing = [worker for worker in self.workers if worker.group == "probe" and worker.is_running]
        if probing:
            self.workers.cancel_group(self, "probe")
            self.app.say("Test cancelled")
            return
        answer = "discard"
        if self.unsaved:
            answer = await self.app.push_screen_wait(ChoiceDialog("Discard changes?", self.unsaved, _UNSAVED))
        if answer == "save":
            self.action_save()
        elif answer == "discard":
            close_screen(self)

    # --- save ---

    @background(group="probe", exclusive=True)
    async def action_save(self) -> None:
        """Test, and save if that succeeds; a second time, save despite errors."""
        await self._take_over_paste()
        if self.has_class("-several"):
            await self._test_several()
            return
        if (server := await self._checked()) is None:
            return
        if server == self._probed or await self._probe(server):
            await self._save(server)
        else:
            self.app.say("Test failed. Press ctrl+s again to save anyway.")

    @background(group="probe", exclusive=True)
    async def action_save_anyway(self) -> None:
        """Save without a test."""
        await self._take_over_paste()
        if self.has_class("-several"):
            await self._save_several()
        elif (server := await self._checked()) is not None:
            await self._save(server)

    async def _test_several(self) -> None:
        """Save the servers whose test succeeds; those that failed are saved the second time."""
        if failed := await self.drafts.test(self.context.gateway, self.drafts.untested):
            self.app.say(f"Test failed: {', '.join(failed)}. Press ctrl+s again to save anyway; space leaves one out.")
        else:
            await self._save_several()

    async def _save_several(self) -> None:
        chosen = self.drafts.chosen
        if chosen:
            await self.app.change(services.add_servers, chosen)
            self._close_on(chosen[0].name)
        else:
            self.app.say("Nothing selected. Space selects a server.")

    async def _save(self, server: Server, *, over: Server | None = None) -> None:
        """Save ``server``; ``over`` is what the form was compared with."""
        if self._base is None:
            await self.app.change(services.add_server, server)
        elif not await self._update(over or self._base, server):
            return
        self._saved = self.fields.texts
        self._close_on(server.name)

    def _close_on(self, name: str) -> None:
        """Back to the list, with the cursor on what was saved."""
        for screen in self.app.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.reveal("server", name)
        close_screen(self)

    async def _update(self, base: Server, server: Server) -> bool:
        """Save a changed server, merged with changes on disk; whether that was done."""
        await self.app.reload_state()
        revision, theirs = self.app.loaded.revision, self.state.servers.get(base.name)
        if theirs is None:
            if await ask_about_deleted(self.app, f"Server {base.name}") != "mine":
                return False
            await self.app.change(services.add_server, server, expected=revision)
            return True
        merged = merge(base, server, theirs)
        if merged.conflicts:
            differences = [row for row in changed_fields(theirs, server) if row[0] in merged.conflicts]
            answer = await ask_what_counts(self.app, f"Server {base.name}", differences)
            if answer == "reload":
                await self._reload(theirs)
            if answer != "mine":
                return False
        unset = check(self.fields.texts, self._base, (), self.context.now).unset
        await self.app.change(services.update_server, base.name, merged.value, expected=revision, unset=unset)
        return True
