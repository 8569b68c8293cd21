"""Sets up a model: an OpenAI key, or any compatible address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mcptui.errors import McptuiError
from mcptui.model import LlmModel
from mcptui.model.names import subject_name_problem
from mcptui.protocol.text import visible
from mcptui.tui.background import background, close_screen
from mcptui.tui.tone import toned
from mcptui.tui.widgets.buttons import LineButton
from mcptui.tui.widgets.secret_field import SecretField

#: Saves the model with its key; raises McptuiError, which the dialog shows and stays open.
Save: TypeAlias = Callable[[LlmModel], Awaitable[None]]

OPENAI: Final = "https://api.openai.com/v1"
_LABELS: Final = {"model": "Model", "base_url": "Address", "api_key": "API key", "name": "Name here"}


class ModelDialog(ModalScreen[str | None]):
    """Returns the name of the saved model, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]
    DEFAULT_CSS = """
    ModelDialog { align: center middle; }
    ModelDialog > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 94%; padding: 1 2 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ModelDialog .text { height: auto; color: $foreground-muted; }
    ModelDialog .form-row { height: 1; margin-top: 1; }
    ModelDialog .form-row > .label { width: 11; color: $foreground-muted; }
    ModelDialog .form-row > Input { width: 1fr; background: $panel; }
    ModelDialog #failure { height: auto; margin-top: 1; display: none; }
    ModelDialog #failure.-shown { display: block; }
    ModelDialog .buttons { height: 1; align-horizontal: right; margin: 1 0; }
    ModelDialog .buttons > Button { margin-left: 2; }
    """

    def __init__(self, save: Save, store: str) -> None:
        super().__init__()
        self._save = save
        self._store = store

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Add a model")
            text = f"OpenAI, or any address that speaks its API. The key goes into the secret store ({self._store})."
            yield Static(Content(text), classes="text")
            inputs = {
                "model": Input(placeholder="gpt-4o", id="model", compact=True),
                "base_url": Input(OPENAI, id="base_url", compact=True),
                "api_key": SecretField(placeholder="sk-…; empty for none", id="api_key"),
                "name": Input(placeholder="as the model", id="name", compact=True),
            }
            for name, widget in inputs.items():
                with Horizontal(classes="form-row"):
                    yield Static(Content(_LABELS[name]), classes="label")
                    yield widget
            yield Static(id="failure")
            with Horizontal(classes="buttons"):
                yield LineButton("Save (ctrl+s)", variant="primary", id="save")
                yield LineButton("Cancel (esc)", id="cancel")

    def read(self) -> LlmModel:
        """The model as it stands in the form."""
        values = {widget.id or "": widget.value.strip() for widget in self.query(Input)}
        base_url = values["base_url"].rstrip("/")
        return LlmModel(
            name=values["name"] or values["model"],
            base_url=base_url,
            model=values["model"],
            # Compatible providers rarely have more than Chat Completions.
            api="responses" if base_url == OPENAI else "chat",
            api_key=values["api_key"] or None,
        )

    @on(Input.Submitted)
    def _to_next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    @background(group="save", exclusive=True)
    async def action_save(self) -> None:
        """Save; what is wrong is shown and the form stays."""
        model = self.read()
        if (problem := _problem(model)) is not None:
            self._say(problem)
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


def _problem(model: LlmModel) -> str | None:
    if not model.model:
        return "the model's name at the provider is needed, e.g. gpt-4o"
    if not model.base_url.startswith(("https://", "http://")):
        return "the address must start with https:// or http://"
    problem = subject_name_problem(model.name)
    return f"the name here {problem}" if problem is not None else None
