"""Jump mode: a letter on everything that can have the focus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.errors import NoWidget
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from mcptui.tui.keys import meanings

#: In the order in which they are handed out: the home row first.
LABELS: Final = "asdfghjklqwertyuiopzxcvbnm1234567890"


def targets(screen: Screen[object]) -> dict[str, Widget]:
    """The widgets in view that can have the focus, by label, from top left to bottom right."""
    seen = [widget for widget in screen.focus_chain if _is_in_view(screen, widget)]
    seen.sort(key=lambda widget: (widget.region.y, widget.region.x))
    return dict(zip(LABELS, seen, strict=False))


def _is_in_view(screen: Screen[object], widget: Widget) -> bool:
    try:
        place = screen.find_widget(widget)
    except NoWidget:
        return False
    return bool(place.visible_region.contains_point(place.region.offset))


class JumpOverlay(ModalScreen[Widget | None]):
    """Shows the letters; the one that is pressed is where to go, any other key goes nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("stay", "Stay")]
    DEFAULT_CSS = """
    JumpOverlay { background: $background 0%; layers: labels; }
    JumpOverlay > Static {
        layer: labels; position: absolute; width: 3; height: 1; text-align: center;
        background: $warning; color: $background; text-style: bold;
    }
    """

    def __init__(self, targets: Mapping[str, Widget]) -> None:
        super().__init__()
        self._targets = targets
        self._shown_in: Size | None = None

    def compose(self) -> ComposeResult:
        for label, widget in self._targets.items():
            mark = Static(Content(f"[{label}]"))
            mark.styles.offset = widget.region.offset
            yield mark

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._targets.get(event.character or ""))

    def on_resize(self, event: events.Resize) -> None:
        # In another size the letters would stand in wrong places; the first event only tells the size.
        if self._shown_in not in {None, event.size}:
            self.dismiss(None)
        self._shown_in = event.size

    def on_click(self) -> None:
        self.dismiss(None)

    def action_stay(self) -> None:
        """Leave the focus where it is."""
        self.dismiss(None)
