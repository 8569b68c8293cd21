"""The bottom line: the keys of this screen. One widget and one line, however often the keys change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, getters
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from mcptui.tui.shell.shell import Shell


@dataclass(frozen=True, slots=True)
class ShownKey:
    """One key with its label; a click on it presses it."""

    key: str
    display: str
    label: str
    enabled: bool = True

    @property
    def content(self) -> Content:
        """As it stands in the line."""
        style = "$footer-description-foreground" if self.enabled else "$footer-description-foreground 50%"
        key_style = "bold $footer-key-foreground" if self.enabled else "$footer-key-foreground 50%"
        return Content.assemble((self.display, key_style), (f" {self.label}", style))


class KeyBar(Static):
    """Follows the screen's bindings."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 1; background: $footer-background; text-wrap: nowrap; }
    """
    GAP: ClassVar[str] = "  "
    app = getters.app(Shell)

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[ShownKey, ...] = ()

    @property
    def keys(self) -> tuple[ShownKey, ...]:
        """What is shown now."""
        return self._keys

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show)
        self.watch(self.app, "read_only", lambda: self._show(self.screen), init=False)

    def _show(self, screen: Screen[Any]) -> None:
        shown: dict[str, ShownKey] = {}
        refused = {action.handler for action in getattr(screen, "ACTIONS", ()) if action.changes and self.app.read_only}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in shown and binding.action not in refused:
                display = self.app.get_key_display(binding)
                shown[binding.action] = ShownKey(binding.key, display, binding.description, active.enabled)
        keys = tuple(shown.values())
        if keys != self._keys:
            self._keys = keys
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        """The keys that fit; what is missing is in the list of actions."""
        line = Content("")
        for key in self._keys:
            longer = line + self.GAP + key.content if line else key.content
            if longer.cell_length > self.size.width:
                break
            line = longer
        self.update(line)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        start = self.styles.padding.left
        for key in self._keys:
            end = start + key.content.cell_length
            if start <= event.x < end and key.enabled:
                self.app.simulate_key(key.key)
            start = end + len(self.GAP)
