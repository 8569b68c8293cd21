"""Sets up a model, or changes one: an OpenAI key, or any compatible address; how much it takes and what it costs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final, TypeAlias, get_args

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from mcptui.errors import McptuiError
from mcptui.model import LlmModel
from mcptui.model.entities import ModelApi
from mcptui.model.names import subject_name_problem
from mcptui.protocol.text import one_line, visible
from mcptui.tui.background import background, close_screen
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import LineButton
from mcptui.tui.widgets.secret_field import SecretField

#: Saves the model with its key; raises McptuiError, which the dialog shows and stays open.
Save: TypeAlias = Callable[[LlmModel], Awaitable[None]]

OPENAI: Final = "https://api.openai.com/v1"
_APIS: Final[dict[ModelApi, str]] = {"responses": "Responses API", "chat": "Chat Completions"}
_PRICES: Final = {"input_price": "in", "output_price": "out", "cached_input_price": "cached"}


class ModelDialog(ModalScreen[str | None]):
    """Returns the name of the saved model, or None.

    Args:
        save: keeps it.
        store: where its API key goes.
        model: what is to be changed; None makes a new one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]
    DEFAULT_CSS = """
    ModelDialog { align: center middle; }
    ModelDialog > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 96%; padding: 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ModelDialog VerticalScroll { height: auto; }
    ModelDialog .text { height: auto; color: $foreground-muted; margin-bottom: 1; }
    ModelDialog .form-row { height: 1; }
    ModelDialog .form-row > .label { width: 11; color: $foreground-muted; }
    ModelDialog .form-row > .unit { width: auto; color: $foreground-muted; padding: 0 1; }
    ModelDialog .form-row > .-first { padding: 0 1 0 0; }
    ModelDialog .form-row > Input { width: 1fr; background: $panel; }
    ModelDialog .form-row > Select { width: 1fr; }
    ModelDialog .-gap { margin-bottom: 1; }
    ModelDialog #failure { height: auto; margin-top: 1; display: none; }
    ModelDialog #failure.-shown { display: block; }
    ModelDialog .buttons { height: 1; align-horizontal: right; margin: 1 0; }
    ModelDialog .buttons > Button { margin-left: 2; }
    """
    _api = getters.query_one("#api", Select)

    def __init__(self, save: Save, store: str, model: LlmModel | None = None) -> None:
        super().__init__()
        self._save = save
        self._store = store
        self._model = model

    def compose(self) -> ComposeResult:
        model = self._model
        with Vertical() as box:
            box.border_title = Content("Add a model" if model is None else f"Model {one_line(model.name, limit=50)}")
            with VerticalScroll(can_focus=False):
                text = "OpenAI, or any address that speaks its API. The API key goes into the secret store"
                yield Static(Content(f"{text} ({self._store})."), classes="text")
                yield from self._row("Model", Input(model.model if model else "", placeholder="gpt-4o", id="model"))
                yield from self._row("Address", Input(model.base_url if model else OPENAI, id="base_url"))
                kept = "sk-…; empty for none" if model is None else "empty keeps the one there is"
                yield from self._row("API key", SecretField(placeholder=kept, id="api_key"))
                options = [(Content(words), api) for api, words in _APIS.items()]
                by_address = "by the address: OpenAI's own has Responses"
                yield from self._row(
                    "API",
                    Select(
                        options,
                        value=model.api if model else Select.NULL,
                        prompt=by_address,
                        allow_blank=model is None,
                        compact=True,
                        id="api",
                    ),
                    last=model is not None,
                )
                if model is None:
                    yield from self._row("Name here", Input(placeholder="as the model", id="name"), last=True)
                size = Input(_shown(model, "context_size"), placeholder="not known", id="context_size")
                yield from self._row("Context", size, unit="tokens")
                with Horizontal(classes="form-row"):
                    yield Static(Content("Price"), classes="label")
                    for name, word in _PRICES.items():
                        yield Static(Content(word), classes="unit -first" if name == "input_price" else "unit")
                        yield Input(_shown(model, name), compact=True, id=name)
                    yield Static(Content("$ a million"), classes="unit")
                yield Static(id="failure")
            with Horizontal(classes="buttons"):
                yield LineButton("Save (ctrl+s)", variant="primary", id="save")
                yield LineButton("Cancel (esc)", id="cancel")

    def _row(self, label: str, widget: Input | Select[str], *, unit: str = "", last: bool = False) -> ComposeResult:
        """A line of the form; the ``last`` of a group keeps a distance."""
        with Horizontal(classes="form-row -gap" if last else "form-row"):
            yield Static(Content(label), classes="label")
            widget.compact = True
            yield widget
            if unit:
                yield Static(Content(unit), classes="unit")

    def read(self) -> LlmModel:
        """The model as it stands in the form.

        Raises:
            ValueError: says what is wrong.
        """
        values = {widget.id or "": widget.value.strip() for widget in self.query(Input)}
        base_url = values["base_url"].rstrip("/")
        chosen = self._api.value
        # Compatible providers rarely have more than Chat Completions.
        api: ModelApi = "responses" if base_url == OPENAI else "chat"
        if chosen in get_args(ModelApi):
            api = "chat" if chosen == "chat" else "responses"
        before = self._model.api_key if self._model else None
        model = LlmModel(
            name=self._model.name if self._model else values["name"] or values["model"],
            base_url=base_url,
            model=values["model"],
            api=api,
            api_key=values["api_key"] or before,
            context_size=_whole(values["context_size"]),
            **{name: _price(values[name], word) for name, word in _PRICES.items()},
        )
        if (problem := _problem(model)) is not None:
            raise ValueError(problem)
        return model

    @on(Input.Submitted)
    def _to_next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    @background(group="save", exclusive=True)
    async def action_save(self) -> None:
        """Save; what is wrong is shown and the form stays."""
        try:
            model = self.read()
        except ValueError as error:
            self._say(str(error))
            return
        try:
            await self._save(model)
        except McptuiError as error:
            self._say(f"{error.message} {error.hint or ''}".strip())
            return
        close_screen(self, model.name)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Leave without saving."""
        self.dismiss(None)

    def _say(self, problem: str) -> None:
        failure = self.query_one("#failure", Static)
        failure.update(toned(f"✗ {visible(problem, limit=400)}", "bad"))
        failure.add_class("-shown")


def _shown(model: LlmModel | None, field: str) -> str:
    number: float | None = getattr(model, field, None)
    return "" if number is None else f"{number:.10g}"


def _whole(text: str) -> int | None:
    plain = text.replace(",", "").replace("_", "").replace(" ", "")
    if not plain:
        return None
    if not plain.isdecimal() or int(plain) < 1:
        raise ValueError(f"the context is a number of tokens, such as 128000, not {one_line(text, limit=40)!r}")
    return int(plain)


def _price(text: str, word: str) -> float | None:
    if not text:
        return None
    try:
        price = float(text.lstrip("$").replace(",", "."))
    except ValueError:
        price = -1.0
    if not 0 <= price < float("inf"):
        raise ValueError(f"the price ({word}) is a number of US dollars, such as 2.5, not {one_line(text, limit=40)!r}")
    return price


def _problem(model: LlmModel) -> str | None:
    if not model.model:
        return "the model's name at the provider is needed, e.g. gpt-4o"
    if not model.base_url.startswith(("https://", "http://")):
        return "the address must start with https:// or http://"
    if (model.input_price is None) != (model.output_price is None):
        return "a cost can be counted only with both prices, in and out"
    problem = subject_name_problem(model.name)
    return f"the name here {problem}" if problem is not None else None
