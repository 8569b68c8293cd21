"""What an empty list says: why it is empty and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from mcptui.tui.text.tone import toned


class EmptyState(Static):
    """A title, a sentence, and keys with what they do, in the middle of a pane."""

    DEFAULT_CSS = """
    EmptyState { width: 1fr; height: 1fr; content-align: center middle; text-align: center; padding: 1 2; }
    """

    def __init__(self, title: str, text: str, keys: Sequence[tuple[str, str]] = (), *, id: str | None = None) -> None:
        super().__init__(self.content_of(title, text, keys), id=id)

    @staticmethod
    def content_of(title: str, text: str, keys: Sequence[tuple[str, str]] = ()) -> Content:
        """The panel's text, for a widget that changes it."""
        lines = [toned(title, "strong"), Content(""), toned(text, "muted")]
        if keys:
            # Equal width, so that the centred lines keep their columns.
            key_width = max(len(key) for key, _ in keys)
            text_width = max(len(label) for _, label in keys)
            lines.append(Content(""))
            lines += [
                toned(key.rjust(key_width), "accent") + Content(f"  {label.ljust(text_width)}") for key, label in keys
            ]
        return Content("\n").join(lines)
