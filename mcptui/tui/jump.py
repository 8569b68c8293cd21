"""Jump mode: a letter on everything that can have the focus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

#: In the order in which they are handed out: the home row first.
LABELS: Final = "asdfghjklqwertyuiopzxcvbnm1234567890"


def targets(screen: Screen[object]) -> dict[str, Widget]:
    """The widgets in view that can have the focus, by label, from top left to bottom right."""
    view = screen.region
    seen = [widget for widget in screen.focus_chain if _corner(widget) in view and _is_in_view(widget)]
    seen.sort(key=lambda widget: (_corner(widget).y, _corner(widget).x))
    return dict(zip(LABELS, seen, strict=False))


def _corner(widget: Widget) -> Offset:
    return widget.region.offset


def _is_in_view(widget: Widget) -> bool:
    visible = widget.visible_region
    return bool(visible.area) and visible.y == 0


class JumpOverlay(ModalScreen[Widget | None]):
    """Shows the letters; the one that is pressed is where to go, any other key goes nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stay", "Stay", show=False)]
    DEFAULT_CSS = """
    JumpOverlay { background: $background 0%; layers: labels; }
    JumpOverlay > Static {
        layer: labels; position: absolute; width: 3; height: 1; text-align: center;
        background: $warning; color: $background; text-style: bold reverse;
    }
    """

    def __init__(self, targets: Mapping[str, Widget]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for label, widget in self._targets.items():
            mark = Static(Content(label))
            mark.styles.offset = _corner(widget)
            yield mark

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._targets.get(event.character or ""))

    def on_resize(self, event: events.Resize) -> None:
        # The letters would stand in wrong places.
        if event.size != self.app.size:
            self.dismiss(None)

    def on_click(self) -> None:
        self.dismiss(None)

    def action_stay(self) -> None:
        """Leave the focus where it is."""
        self.dismiss(None)
