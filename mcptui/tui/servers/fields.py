"""The fields of a server with their labels and problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from mcptui.tui.servers.covering import TargetField
from mcptui.tui.servers.form_model import CHOICES, NOTHING, ServerForm
from mcptui.tui.servers.pairs_field import PairsField
from mcptui.tui.widgets.choice_line import ChoiceLine
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
_CHOICES: Final[Mapping[str, str]] = {
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
    *("For clients", "prefix", "allowed_tools", "disallowed_tools", "allow_all_keys", "environment", "tags"),
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


class ServerFields(VerticalScroll):
    """All fields in two columns; posts :class:`Changed` when one is different."""

    DEFAULT_CSS = """
    ServerFields {
        layout: grid; grid-size: 2; grid-columns: 14 1fr; grid-rows: auto;
        border: round $border-blurred; border-title-color: $foreground-muted; padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & .heading { column-span: 2; height: auto; padding-top: 1; text-style: bold; }
        & .label { color: $foreground-muted; height: 1; }
        & .problem { column-span: 2; height: auto; padding-left: 14; color: $text-error; }
        & Input { width: 1fr; background: $panel; border: none; height: 1; padding: 0 1; }
        & Input:focus { background: $primary 30%; }
        & .-off { display: none; }
    }
    """

    class Changed(Message):
        """A field is different."""

    def __init__(self) -> None:
        super().__init__(can_focus=False)
        self.border_title = Content("Server")
        self._fields: dict[str, Input | ChoiceLine | PairsField] = {
            name: field for name in _LAYOUT if (field := _field(name)) is not None
        }
        self._labels = {name: Static(Content(_label(name)), classes="label") for name in self._fields}

    def compose(self) -> ComposeResult:
        for name in _LAYOUT:
            if name in self._fields:
                yield self._labels[name]
                yield self._fields[name]
            else:
                yield Static(Content(name), classes="heading")

    @property
    def form(self) -> ServerForm:
        """What stands in the fields."""
        return ServerForm(**{name: _value(field) for name, field in self._fields.items()})

    async def fill(self, form: ServerForm) -> None:
        """Show ``form``."""
        with self.prevent(Input.Changed, ChoiceLine.Changed):
            for name, field in self._fields.items():
                value = getattr(form, name)
                if isinstance(field, PairsField):
                    await field.fill(value)
                else:
                    field.value = value
                if isinstance(field, SecretField):
                    field.cover()
        self._fit(form)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field what is wrong with it."""
        self.query(".problem").remove()
        for name, text in problems.items():
            self.mount(Static(text, classes="problem", markup=False), after=self._fields[name])

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field."""
        self._fields[name].focus()

    def _fit(self, form: ServerForm) -> None:
        """Show the fields that matter for this kind of server."""
        is_url = "://" in form.target
        is_oauth = is_url and form.auth_type == "oauth2"
        needed = dict.fromkeys(_URL_ONLY, is_url) | dict.fromkeys(_COMMAND_ONLY, not is_url)
        needed["auth_value"] = is_url and form.auth_type not in {"none", "oauth2"}
        needed |= {name: is_oauth for name in _LAYOUT if name.startswith("oauth_") or name == "credentials"}
        for name, is_needed in needed.items():
            for widget in (self._labels[name], self._fields[name]):
                widget.set_class(not is_needed, "-off")

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    @on(PairsField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self._fit(self.form)
        self.post_message(self.Changed())


def _field(name: str) -> Input | ChoiceLine | PairsField | None:
    """The widget of a field; None for a heading."""
    if name in _SECRETS:
        return SecretField(placeholder=_TEXTS[name][1], id=name)
    if name == "target":
        return TargetField(placeholder=_TEXTS[name][1], id=name)
    if name in _TEXTS:
        return Input(placeholder=_TEXTS[name][1], compact=True, id=name)
    if name in _PAIRS:
        return PairsField(id=name)
    if name in _CHOICES:
        options = [(value, _WORDS.get(value, str(value).replace("_", " "))) for value in CHOICES[name]]
        return ChoiceLine(_CHOICES[name], options, id=name)
    return None


def _label(name: str) -> str:
    return _TEXTS[name][0] if name in _TEXTS else {**_PAIRS, **_CHOICES}[name]


def _value(field: Input | ChoiceLine | PairsField) -> Any:
    return field.pairs if isinstance(field, PairsField) else field.value
