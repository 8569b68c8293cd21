"""Which key is used for testing: the choice that Test, Chat and the status bar share."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual import getters, on
from textual.widgets import Select

from mcptui.model import Key
from mcptui.protocol.text import one_line
from mcptui.state.loaded import Loaded
from mcptui.tui.shell.shell import Shell

#: The owner is no key; the empty name cannot be one.
OWNER: Final = ""


class KeySelect(Select[str]):
    """Follows the state file and ``testing_key`` of the app, and sets it."""

    DEFAULT_CSS = """
    KeySelect { width: 34; }
    """
    app = getters.app(Shell)

    def __init__(self) -> None:
        super().__init__([(Text("owner (all servers)"), OWNER)], allow_blank=False, compact=True)
        self._names: tuple[tuple[str, bool], ...] = ()

    def on_mount(self) -> None:
        self.watch(self.app, "loaded", self._state_changed)
        self.watch(self.app, "testing_key", self._key_changed)

    def _state_changed(self, loaded: Loaded) -> None:
        keys = loaded.state.keys
        if self.app.testing_key is not None and self.app.testing_key not in keys:
            self.app.testing_key = None
        names = tuple((key.name, key.enabled) for key in keys.values())
        if names == self._names:
            return
        self._names = names
        with self.prevent(Select.Changed):
            self.set_options(
                [(Text("owner (all servers)"), OWNER), *((_label(key), key.name) for key in keys.values())]
            )
            self.value = self.app.testing_key or OWNER

    def _key_changed(self, key: str | None) -> None:
        with self.prevent(Select.Changed):
            self.value = key or OWNER

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        event.stop()
        if isinstance(event.value, str):
            self.app.testing_key = event.value or None


def _label(key: Key) -> Text:
    return Text(f"key {one_line(key.name, limit=60)}{'' if key.enabled else ' (disabled)'}")
