"""The line above a conversation: which model, as which key, and how tools are run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Select, Static

from mcptui.protocol.text import one_line
from mcptui.tui.widgets.key_select import KeySelect


class ChatHeader(Horizontal):
    """The choices of a conversation."""

    DEFAULT_CSS = """
    ChatHeader { height: 1; padding: 0 1; }
    ChatHeader > .label { width: auto; padding: 0 1; color: $foreground-muted; }
    ChatHeader #model { width: 18; }
    ChatHeader KeySelect { width: 26; }
    .-wide ChatHeader #model, .-wide ChatHeader KeySelect { width: 34; }
    ChatHeader #words { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }
    .-narrow ChatHeader #words { display: none; }
    """
    _select = getters.query_one("#model", Select)

    def __init__(self) -> None:
        super().__init__()
        self._models: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(Content("Model"), classes="label")
        yield Select[str]([], prompt="none", compact=True, id="model")
        yield Static(Content("as"), classes="label")
        yield KeySelect()
        yield Static(id="words")

    @property
    def model(self) -> str | None:
        """The chosen model."""
        value = self._select.value
        return value if isinstance(value, str) else None

    def choose(self, model: str) -> None:
        """Choose a model, if it is there."""
        if model in self._models:
            self._select.value = model

    def set_models(self, names: Sequence[str]) -> None:
        """Offer these; the chosen one stays where it can."""
        if tuple(names) == self._models:
            return
        chosen = self.model if self.model in names else next(iter(names), None)
        self._models = tuple(names)
        self._select.set_options((Text(one_line(name, limit=40)), name) for name in names)
        if chosen is not None:
            self._select.value = chosen

    def say(self, words: str) -> None:
        """What stands at the end of the line."""
        self.query_one("#words", Static).update(Content(words))
