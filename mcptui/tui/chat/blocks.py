"""Texts of a conversation that can be walked through and copied."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Markdown, Static

from mcptui.protocol.text import visible

_KEYS: Final[list[BindingType]] = [
    Binding("y", "copy_text", "Copy", show=False),
    Binding("c", "copy_code", "Copy the code in it", show=False),
]
_CODE: Final = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[`~]*\s*$", re.MULTILINE | re.DOTALL)


class MarkdownBlock(Markdown, can_focus=True):
    """What a model said, as it comes."""

    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    DEFAULT_CSS = """
    MarkdownBlock { margin: 0; padding: 0 1; background: transparent; }
    MarkdownBlock:focus { background: $surface; }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text or None, open_links=False, classes="block")

    def action_copy_text(self) -> None:
        """Copy all of it."""
        copy(self.app, self.source)

    def action_copy_code(self) -> None:
        """Copy the code in it."""
        copy_code(self.app, self.source)


class PlainBlock(Static, can_focus=True):
    """What a model said some time ago: live Markdown costs too much for all of a long conversation."""

    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    DEFAULT_CSS = """
    PlainBlock { height: auto; padding: 0 1; }
    PlainBlock:focus { background: $surface; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(Content(visible(text)), classes="block")
        self._source = text

    def action_copy_text(self) -> None:
        """Copy all of it."""
        copy(self.app, self._source)

    def action_copy_code(self) -> None:
        """Copy the code in it."""
        copy_code(self.app, self._source)


def code_of(text: str) -> str:
    """The fenced code in Markdown, one block after the other."""
    return "\n".join(match[2] for match in _CODE.finditer(text))


def copy(app: App[Any], text: str) -> None:
    """Put ``text`` on the clipboard and say so."""
    app.copy_to_clipboard(visible(text))
    app.notify(f"Copied, {len(text)} characters", markup=False)


def copy_code(app: App[Any], text: str) -> None:
    """Put the code in ``text`` on the clipboard, if there is any."""
    code = code_of(text)
    if code:
        copy(app, code)
    else:
        app.notify("There is no code in this block; y copies its text", markup=False)
