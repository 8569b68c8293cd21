"""The fields of a server with their labels and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from mcptui.tui.servers.form_model import CHOICES, NOTHING, ServerForm
from mcptui.tui.servers.pairs_field import PairsField
from mcptui.tui.tone import toned
from mcptui.tui.widgets.secret_field import SecretField

#: Text fields: label and what stands in them while they are empty.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("Name", "a-z, 0-9, - and _"),
    "target": ("URL/command", "https://… or npx …"),
    "description": ("Description", "what it is good for"),
    "auth_value": ("Secret", "kept in the secret store"),
    "oauth_scopes": ("Scopes", "those that the server asks for"),
    "oauth_client_id": ("Client id", "the gateway registers itself"),
    "oauth_client_secret": ("Client secret", "kept in the secret store"),
    "oauth_client_metadata_url": ("Client URL", "https document about the client"),
    "oauth_issuer": ("Issuer", "the only one to trust; any"),
    "oauth_redirect_port": ("Redirect port", "any free one"),
    "cwd": ("Folder", "where the command runs"),
    "timeout": ("Timeout", "seconds for one request"),
    "max_timeout": ("At most", "seconds, however much progress it reports"),
    "prefix": ("Prefix", f"the server's name; {NOTHING} for none"),
    "tags": ("Tags", "a, b"),
    "allowed_tools": ("Tools", f"all; read_*, get_* for some, {NOTHING} for none"),
    "disallowed_tools": ("Not tools", "none; delete_*"),
    "forward_headers": ("Pass on", "none; headers of clients, X-Request-Id"),
    "max_concurrent": ("At a time", "requests; more wait"),
    "max_processes": ("Processes", "at most"),
}
_SECRETS: Final = frozenset({"auth_value", "oauth_client_secret"})
_PAIRS: Final[Mapping[str, str]] = {"headers": "Headers", "env": "Variables"}
_SELECTS: Final[Mapping[str, str]] = {
    "transport": "Transport",
    "auth_type": "Sign-in",
    "oauth_flow": "Flow",
    "credentials": "Logins",
    "spec_version": "Protocol",
    "environment": "Environment",
    "allow_all_keys": "Open to",
    "isolation": "Process",
}
_WORDS: Final[Mapping[object, str]] = {
    "shared": "shared by everybody",
    "per-key": "one for each key",
    "": "not said",
    "prod": "prod: ask before changes",
    False: "keys that are allowed it",
    True: "every enabled key",
}
#: The order on the screen; a word with a capital is a heading.
_LAYOUT: Final = (
    *("name", "target", "description", "transport", "auth_type", "auth_value"),
    *("oauth_flow", "credentials", "oauth_scopes", "oauth_client_id", "oauth_client_secret"),
    *("oauth_client_metadata_url", "oauth_issuer", "oauth_redirect_port"),
    *("headers", "env", "cwd"),
    *("What clients see", "prefix", "allowed_tools", "disallowed_tools", "allow_all_keys", "environment", "tags"),
    *(
        "On the wire",
        "timeout",
        "max_timeout",
        "max_concurrent",
        "isolation",
        "max_processes",
        "forward_headers",
        "spec_version",
    ),
)
_URL_ONLY: Final = ("transport", "auth_type", "headers", "forward_headers")
_COMMAND_ONLY: Final = ("env", "cwd", "isolation", "max_processes")


class Field(Horizontal):
    """A label with its input, and a problem under it."""

    def __init__(self, label: str, field: Widget) -> None:
        super().__init__(classes="field")
        self._label = label
        self._field = field

    def compose(self) -> ComposeResult:
        yield Static(toned(self._label, "muted"), classes="label")
        yield self._field


class ServerFields(VerticalScroll):
    """All fields; posts :class:`Changed` when one is different."""

    DEFAULT_CSS = """
    ServerFields {
        border: round $border-blurred; border-title-color: $foreground-muted; padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & .field { height: auto; }
        & .heading { height: 2; padding-top: 1; text-style: bold; }
        & .label { width: 14; }
        & .problem { height: auto; padding-left: 14; color: $text-error; display: none; }
        & .problem.-shown { display: block; }
        & Input { width: 1fr; background: $panel; border: none; height: 1; padding: 0 1; }
        & Input:focus { background: $primary 30%; }
        & Select { width: 1fr; }
        & SelectCurrent { background: $panel; padding: 0 1; }
        & Select:focus > SelectCurrent { background: $primary 30%; background-tint: transparent; }
        & .-off { display: none; }
    }
    """

    class Changed(Message):
        """A field is different."""

    def __init__(self) -> None:
        super().__init__(can_focus=False)
        self.border_title = Content("Server")

    def compose(self) -> ComposeResult:
        for name in _LAYOUT:
            if name in _TEXTS:
                yield from self._text(name, *_TEXTS[name])
            elif name in _SELECTS:
                yield self._select(name, _SELECTS[name])
            elif name in _PAIRS:
                yield Field(_PAIRS[name], PairsField(id=name))
                yield self._problem(name)
            else:
                yield Static(Content(name), classes="heading")

    def _text(self, id: str, label: str, placeholder: str) -> Iterable[Widget]:
        if id in _SECRETS:
            yield Field(label, SecretField(placeholder=placeholder, id=id))
        else:
            yield Field(label, Input(placeholder=placeholder, compact=True, id=id))
        yield self._problem(id)

    def _select(self, id: str, label: str) -> Widget:
        options = [(Content(_WORDS.get(value, str(value).replace("_", " "))), value) for value in CHOICES[id]]
        return Field(label, Select[Any](options, allow_blank=False, compact=True, id=id))

    def _problem(self, id: str) -> Widget:
        return Static(classes="problem", id=f"{id}-problem", markup=False)

    @property
    def form(self) -> ServerForm:
        """What stands in the fields."""
        values: dict[str, Any] = {name: self.query_one(f"#{name}", Input).value for name in _TEXTS}
        values |= {name: self.query_one(f"#{name}", Select).value for name in _SELECTS}
        values |= {name: self.query_one(f"#{name}", PairsField).pairs for name in _PAIRS}
        return ServerForm(**values)

    async def fill(self, form: ServerForm) -> None:
        """Show ``form``."""
        with self.prevent(Input.Changed, Select.Changed):
            for name in _TEXTS:
                self.query_one(f"#{name}", Input).value = getattr(form, name)
            for name in _SELECTS:
                self.query_one(f"#{name}", Select).value = getattr(form, name)
            for name in _SECRETS:
                self.query_one(f"#{name}", SecretField).cover()
            for name in _PAIRS:
                await self.query_one(f"#{name}", PairsField).fill(getattr(form, name))
        self._fit(form)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field what is wrong with it."""
        for field in self.query(".problem").results(Static):
            text = problems.get((field.id or "").removesuffix("-problem"), "")
            field.update(text)
            field.set_class(bool(text), "-shown")

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field."""
        self.query_one(f"#{name}").focus()

    def _fit(self, form: ServerForm) -> None:
        """Show the fields that matter for this kind of server."""
        is_url = "://" in form.target
        is_oauth = is_url and form.auth_type == "oauth2"
        needed = dict.fromkeys(_URL_ONLY, is_url) | dict.fromkeys(_COMMAND_ONLY, not is_url)
        needed["auth_value"] = is_url and form.auth_type not in {"none", "oauth2"}
        needed |= {name: is_oauth for name in _LAYOUT if name.startswith("oauth_") or name == "credentials"}
        for name, is_needed in needed.items():
            row = self.query_one(f"#{name}").parent
            if row is not None:
                row.set_class(not is_needed, "-off")

    @on(Input.Changed)
    @on(Select.Changed)
    @on(PairsField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self._fit(self.form)
        self.post_message(self.Changed())
