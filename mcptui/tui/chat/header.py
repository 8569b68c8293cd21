"""The line above a conversation: which model, as which key, with the tools of which servers, run how."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Select, Static

from mcptui.protocol.text import one_line
from mcptui.tui.form.toggle import BoxLine
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.key_select import KeySelect


class ChatHeader(Horizontal):
    """The choices of a conversation."""

    #: Its rules also ask for classes of the screen.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    ChatHeader { height: 1; padding: 0 1; }
    ChatHeader > .label { width: auto; padding: 0 1; color: $foreground-muted; }
    ChatHeader #model { width: 16; }
    ChatHeader KeySelect { width: 24; }
    .-wide ChatHeader #model, .-wide ChatHeader KeySelect { width: 34; }
    .-narrow ChatHeader > .label { display: none; }
    ChatHeader #tools { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }
    """

    class ServersWanted(Message):
        """The person wants to choose the servers."""

    _select = getters.query_one("#model", Select)

    def __init__(self) -> None:
        super().__init__()
        self._models: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(Content("Model"), classes="label")
        yield Select[str]([], prompt="none", compact=True, id="model")
        yield Static(Content("as"), classes="label")
        yield KeySelect()
        yield BoxLine(id="tools")

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

    def say_tools(self, servers: str, *, unasked: bool) -> None:
        """Which servers' tools the model sees, and whether they run unasked."""
        how = toned("auto-run", "warn") if unasked else toned("approve", "muted")
        self.query_one("#tools", BoxLine).update(Content(f"{servers} · ") + how)

    def on_box_line_pressed(self, event: BoxLine.Pressed) -> None:
        event.stop()
        self.post_message(self.ServersWanted())
