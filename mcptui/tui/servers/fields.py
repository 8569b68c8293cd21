"""The fields of a server with their labels and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from mcptui.tui.servers.form_model import AUTH_TYPES, NO_PREFIX, SPEC_VERSIONS, TRANSPORTS, ServerForm
from mcptui.tui.servers.pairs_field import PairsField
from mcptui.tui.tone import toned
from mcptui.tui.widgets.secret_field import SecretField

_TEXTS = ("name", "target", "description", "auth_value", "cwd", "timeout", "prefix", "tags")
_SELECTS = ("transport", "auth_type", "spec_version")


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
        & .label { width: 13; }
        & .problem { height: auto; padding-left: 13; color: $text-error; display: none; }
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
        yield from self._text("name", "Name", "a-z, 0-9, - and _")
        yield from self._text("target", "URL/command", "https://… or npx …")
        yield from self._text("description", "Description", "what it is good for")
        yield from self._select("transport", "Transport", TRANSPORTS)
        yield from self._select("auth_type", "Sign-in", AUTH_TYPES)
        yield Field("Secret", SecretField(placeholder="kept in the secret store", id="auth_value"))
        yield from self._problem("auth_value")
        yield Field("Headers", PairsField(id="headers"))
        yield from self._problem("headers")
        yield Field("Variables", PairsField(id="env"))
        yield from self._text("cwd", "Folder", "where the command runs")
        yield from self._select("spec_version", "Protocol", SPEC_VERSIONS)
        yield from self._text("timeout", "Timeout", "seconds for one request")
        yield from self._text("prefix", "Prefix", f"the server's name; {NO_PREFIX} for none")
        yield from self._text("tags", "Tags", "a, b")

    def _text(self, id: str, label: str, placeholder: str) -> Iterable[Widget]:
        yield Field(label, Input(placeholder=placeholder, compact=True, id=id))
        yield from self._problem(id)

    def _select(self, id: str, label: str, values: Iterable[str]) -> Iterable[Widget]:
        options = [(Content(value.replace("_", " ")), value) for value in values]
        yield Field(label, Select[Any](options, allow_blank=False, compact=True, id=id))

    def _problem(self, id: str) -> Iterable[Widget]:
        yield Static(classes="problem", id=f"{id}-problem", markup=False)

    @property
    def form(self) -> ServerForm:
        """What stands in the fields."""
        values: dict[str, Any] = {name: self.query_one(f"#{name}", Input).value for name in _TEXTS}
        values |= {name: self.query_one(f"#{name}", Select).value for name in _SELECTS}
        return ServerForm(
            **values,
            headers=self.query_one("#headers", PairsField).pairs,
            env=self.query_one("#env", PairsField).pairs,
        )

    async def fill(self, form: ServerForm) -> None:
        """Show ``form``."""
        with self.prevent(Input.Changed, Select.Changed):
            for name in _TEXTS:
                self.query_one(f"#{name}", Input).value = getattr(form, name)
            for name in _SELECTS:
                self.query_one(f"#{name}", Select).value = getattr(form, name)
            self.query_one("#auth_value", SecretField).cover()
            await self.query_one("#headers", PairsField).fill(form.headers)
            await self.query_one("#env", PairsField).fill(form.env)
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
        for name, needed in (
            ("transport", is_url),
            ("auth_type", is_url),
            ("auth_value", form.auth_type not in {"none", "oauth2"}),
            ("headers", is_url),
            ("env", not is_url),
            ("cwd", not is_url),
        ):
            row = self.query_one(f"#{name}").parent
            if row is not None:
                row.set_class(not needed, "-off")

    @on(Input.Changed)
    @on(Select.Changed)
    @on(PairsField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self._fit(self.form)
        self.post_message(self.Changed())
