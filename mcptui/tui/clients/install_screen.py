"""Install the gateway into a client: the change to its file is shown before it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Select, Static
from textual.widgets.option_list import Option

from mcptui.errors import McptuiError
from mcptui.interop.access import GatewayAccess
from mcptui.interop.clients import CLIENTS, Client
from mcptui.interop.machine import Machine
from mcptui.protocol.text import one_line, visible
from mcptui.services.clients import (
    Installation,
    Way,
    client_files,
    export,
    install,
    installed_in,
    plan_install,
    plan_removal,
)
from mcptui.services.kept_keys import keep_key, kept_key, require_same_key
from mcptui.tui.background import background, close_screen
from mcptui.tui.clients.actions import INSTALL_ACTIONS
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import bindings
from mcptui.tui.shell.base import ActionScreen
from mcptui.tui.shell.panes import Split
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.pick_list import PickList
from mcptui.tui.widgets.secret_field import SecretField

_USES: Final = "uses mcptui"

#: How the client gets the key: from the secret store, from a variable, or from its own file.
Form: TypeAlias = Literal["command", "variable", "key"]

_FORMS: Final[dict[Form, str]] = {
    "command": "via `mcptui connect`, key in the secret store",
    "variable": "by URL, key in the environment variable MCPTUI_KEY",
    "key": "by URL, key in plain text in the file",
}


class ClientList(PickList):
    """The clients."""


class InstallScreen(ActionScreen):
    """Shows for each client the change to its file; writes and removes it with a backup.

    Args:
        key_name: the key that the client will use, to begin with.
        secret: the key itself, if it was just created.
    """

    ACTIONS = INSTALL_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(INSTALL_ACTIONS), meanings.NEXT_FIELD.bind("app.focus_next")]
    PANES = ("ClientList", "#change")
    SPLITS = (Split("install", "ClientList", "#change"),)
    HELP = """\
# Install into a client

One entry is added to the client's configuration file; everything else is kept, comments included. The change is
shown first: **ctrl+s** writes it, **d** removes it again. **]** selects the method: the key in the secret store, in an
environment variable, or in plain text in the file.
"""
    DEFAULT_CSS = """
    InstallScreen {
        & > #with { height: 3; padding: 0 2; }
        & #key-row { height: 1; }
        & #key-row > Label { width: 6; }
        & #key-row > Select { width: 28; }
        & #key-row > SecretField { width: 1fr; margin-left: 2; background: $panel; }
        & #how { height: 1; margin-top: 1; }
        & > #clients {
            & > ClientList {
                height: 9; border: none; padding: 0 1; background: transparent; scrollbar-size-vertical: 1;
            }
            & > #change { height: 1fr; }
        }
        &.-wide > #clients {
            layout: horizontal;
            & > ClientList { width: 34; height: 100%; }
            & > #change { width: 1fr; height: 100%; }
        }
    }
    """
    clients = getters.query_one(ClientList)
    change = getters.query_one("#change", DetailPane)
    field = getters.query_one("#secret", SecretField)

    def __init__(self, key_name: str, secret: str = "") -> None:
        super().__init__()
        self._key_name = key_name
        self._secret = secret
        self._form: Form | None = None
        self._plan: Installation | None = None
        self._installed: dict[str, bool] = {}
        #: Whether a client has the key now.
        self.has_written = False

    def compose_body(self) -> ComposeResult:
        names = [(Text(f"key {one_line(name, limit=60)}"), name) for name in self.state.keys]
        with Vertical(id="with"):
            with Horizontal(id="key-row"):
                yield Select[str](names, value=self._key_name, allow_blank=False, compact=True)
                yield SecretField(self._secret, placeholder="paste the key", id="secret")
            yield Static(id="how")
        with Container(id="clients"):
            yield ClientList(compact=True)
            yield DetailPane(id="change")

    def on_mount(self) -> None:
        self._look()
        self.clients.focus()

    # --- what it is about ---

    @property
    def client(self) -> Client:
        """The client under the cursor."""
        return list(CLIENTS.values())[self.clients.highlighted or 0]

    @property
    def forms(self) -> Sequence[Form]:
        """The methods of this client."""
        forms: list[Form] = ["command"]
        if self.client.by_url is not None:
            forms += ["variable"] if self.client.variable is not None else []
            forms.append("key")
        return forms

    @property
    def form(self) -> Form:
        """The chosen one, where the client has it; else the first."""
        forms = self.forms
        return next((form for form in forms if form == self._form), forms[0])

    @property
    def can_write(self) -> bool:
        """Whether there is a change to write."""
        return self._plan is not None and self._plan.changes

    @property
    def can_remove(self) -> bool:
        """Whether the client's file has our entry."""
        return self.is_mounted and self._installed.get(self.client.id, False)

    def _access(self, form: Form, typed: str) -> GatewayAccess:
        if form != "command":  # mcptui connect asks the gateway itself for its address
            self.app.gateway_view.require_own_address()
        key = self._known(self._key_name, typed) if form == "key" else None
        return GatewayAccess(base_url=self.state.gateway.base_url, key=key)

    def _known(self, key_name: str, typed: str) -> str:
        """The key itself; asks the secret store, so not for the event loop.

        Raises:
            McptuiError: nobody knows it here, or what was typed is another one.
        """
        secret = typed or kept_key(self.context.workspace, key_name)
        if not secret:
            raise McptuiError(
                f"the key {key_name} itself is not known here: only its hash is kept",
                hint="Put it into the field above, or replace the key (mode 2, R).",
            )
        require_same_key(self.state.keys[key_name], secret)
        return secret

    @property
    def _typed(self) -> str:
        return self.field.value.strip()

    # --- showing ---

    @background(group="look", exclusive=True)
    async def _look(self) -> None:
        """Which clients there are, and which of them have our entry."""
        files = await asyncio.to_thread(_files_of_clients, self.context.machine)
        self._installed = {client_id: state == _USES for client_id, state in files.items()}
        options = [
            Option(
                Content(client.title.ljust(16))
                + toned(files[client.id], "ok" if files[client.id] == _USES else "muted")
            )
            for client in CLIENTS.values()
        ]
        highlighted = self.clients.highlighted
        self.clients.set_options(options)
        self.clients.highlighted = highlighted or 0

    @background(group="plan", exclusive=True)
    async def _show(self) -> None:
        """Show the change to the file of the client under the cursor."""
        client, form, forms = self.client, self.form, self.forms
        more = f"  (w: method {forms.index(form) + 1} of {len(forms)})" if len(forms) > 1 else ""
        self.query_one("#how", Static).update(Content(f"{client.title} {_FORMS[form]}") + toned(more, "muted"))
        self._plan = None
        self.refresh_bindings()
        try:
            plan = await asyncio.to_thread(self._planned, client, form, self._key_name, self._typed)
        except McptuiError as error:
            hint = f"\n\n{error.hint}" if error.hint else ""
            self.change.show(client.title, toned(error.message, "bad") + Content(hint), keep_place=False)
            return
        self._plan = plan
        self.change.show(str(plan.path), _diff(plan), keep_place=False)
        self.refresh_bindings()

    def _planned(self, client: Client, form: Form, key_name: str, typed: str) -> Installation:
        return plan_install(
            self.context.workspace,
            client.id,
            key_name,
            self._access(form, typed),
            way=_way(form),
            machine=self.context.machine,
        )

    @on(OptionList.OptionHighlighted)
    def _another_client(self) -> None:
        self._show()

    @on(Select.Changed)
    def _another_key(self, event: Select.Changed) -> None:
        event.stop()
        if isinstance(event.value, str) and event.value != self._key_name:
            self._key_name = event.value
            self.field.value = ""
            self._show()

    @on(Input.Changed)
    def _another_text(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    # --- acting ---

    def action_method(self) -> None:
        """The next method."""
        forms = list(self.forms)
        self._form = forms[(forms.index(self.form) + 1) % len(forms)]
        self._show()

    @background(group="change", exclusive=True)
    async def action_write(self) -> None:
        """Write the change."""
        if (plan := self._plan) is None:
            return
        if plan.uses_kept_key:
            secret = await asyncio.to_thread(self._known, self._key_name, self._typed)
            await self.app.write(keep_key, self._key_name, secret)
        backup = await self.app.write(install, plan)
        self.has_written = True
        kept = f" Backup: {backup}." if backup else ""
        self.app.say(f"{plan.path} updated. {plan.client.then}{kept}", timeout=10)
        self._look()

    @background(group="change", exclusive=True)
    async def action_remove(self) -> None:
        """Remove our entry from the client's file."""
        plan = await asyncio.to_thread(plan_removal, self.client.id, machine=self.context.machine)
        question = "\n".join(line for line in plan.diff if line[:1] in "+-" and line[:3] not in {"+++", "---"})
        title = f"Remove mcptui from {plan.client.title}?"
        if await self.app.push_screen_wait(ConfirmDialog(title, question, "Remove")) != "confirm":
            return
        await self.app.write(install, plan)
        self.app.say(f"mcptui removed from {plan.path}. {plan.client.then}")
        self._look()

    @background(group="copy", exclusive=True)
    async def action_copy(self) -> None:
        """Copy the configuration as it is shown."""
        text = await asyncio.to_thread(self._text, self.client.id, self.form, self._key_name, self._typed)
        self.app.copy_to_clipboard(text)
        self.app.say(f"Copied, {len(text)} characters")

    def _text(self, client_id: str, form: Form, key_name: str, typed: str) -> str:
        return export(self.context.workspace, client_id, key_name, self._access(form, typed), way=_way(form))

    def action_close(self) -> None:
        """Back to where it was opened."""
        close_screen(self)


def _way(form: Form) -> Way:
    return "command" if form == "command" else "url"


def _files_of_clients(machine: Machine) -> dict[str, str]:
    """A word about each client's files."""
    words = {}
    for client in CLIENTS.values():
        files = client_files(client, machine)
        uses = any(installed_in(client, path) for path in files)
        words[client.id] = _USES if uses else "found" if files else "no file yet"
    return words


def _diff(plan: Installation) -> Content:
    if not plan.changes:
        return toned("The file already has this entry.", "ok")
    tones: dict[str, Literal["ok", "bad", "muted"]] = {"+": "ok", "-": "bad", "@": "muted"}
    lines = [toned(visible(line, limit=400), tones.get(line[:1], "muted")) for line in list(plan.diff)[2:] or plan.diff]
    made = [] if plan.before is not None else [toned("New file.", "muted")]
    if plan.problem is not None:
        made.append(toned(f"! {plan.problem}", "warn"))
    return Content("\n").join([*made, *lines])
