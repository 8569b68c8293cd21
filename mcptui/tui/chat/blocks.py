"""Texts of a conversation that can be walked through and copied."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from textual.app import App
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Markdown, Static

from mcptui.protocol.text import visible
from mcptui.tui.keys import meanings

_KEYS: Final[list[BindingType]] = [
    meanings.COPY.bind("copy_text", "Copy"),
    meanings.COPY_AS.bind("copy_code", "Copy the code in it"),
]
#: Blocks of this many characters may end: few widgets each, and few of them on a screen.
_LONG: Final = 2000
_PARAGRAPHS: Final = re.compile(r"(?<=\n\n)")
#: The last line of a list, quotation or table, which may go on after an empty line.
_GOES_ON: Final = re.compile(r"\s|[-*+>|]|\d+[.)]")
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CODE: Final = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[`~]*\s*$", re.MULTILINE | re.DOTALL)


class AnswerBlock(Markdown, can_focus=True):
    """What a model said, as it comes."""

    BINDINGS: ClassVar[list[BindingType]] = _KEYS
    DEFAULT_CSS = """
    AnswerBlock { margin: 0; padding: 0 1; background: transparent; }
    AnswerBlock:focus { background: $surface; }
    AnswerBlock.-asleep > * { display: none; }
    AnswerBlock MarkdownFence, AnswerBlock MarkdownTable, AnswerBlock MarkdownHorizontalRule { margin: 0 0 1 0; }
    AnswerBlock MarkdownH1, AnswerBlock MarkdownH2, AnswerBlock MarkdownH3 { margin: 0 0 1 0; }
    AnswerBlock MarkdownH4, AnswerBlock MarkdownH5, AnswerBlock MarkdownH6 { margin: 0 0 1 0; }
    AnswerBlock MarkdownH1 { content-align: left middle; }
    AnswerBlock MarkdownFence { background: $surface; }
    AnswerBlock MarkdownFence > Label { padding: 0 2; }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text or None, open_links=False, classes="block")

    def sleep(self) -> None:
        """Keep the room and lay out nothing: every widget that is not asleep costs time at each change."""
        if not self.has_class("-asleep") and self.outer_size.height:
            self.styles.height = self.outer_size.height
            self.add_class("-asleep")

    def wake(self) -> None:
        """Show everything again."""
        if self.has_class("-asleep"):
            self.remove_class("-asleep")
            self.styles.height = "auto"

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
    PlainBlock { height: auto; padding: 0 1; margin-bottom: 1; }
    PlainBlock:focus { background: $surface; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(Content(visible(text.strip("\n"))), classes="block")
        self._source = text

    def action_copy_text(self) -> None:
        """Copy all of it."""
        copy(self.app, self._source)

    def action_copy_code(self) -> None:
        """Copy the code in it."""
        copy_code(self.app, self._source)


def may_end(text: str) -> bool:
    """Whether a block may end after ``text`` and the next one begin: between paragraphs, in no list, code or table."""
    if len(text) < _LONG or not text.endswith("\n\n"):
        return False
    last = text.rstrip("\n").rpartition("\n")[2]
    return not _GOES_ON.match(last) and len(_FENCE.findall(text)) % 2 == 0


def paragraphs(text: str) -> list[str]:
    """``text`` in pieces that end with the empty lines in it."""
    return [piece for piece in _PARAGRAPHS.split(text) if piece]


def split(text: str) -> list[str]:
    """A long text as the blocks that it would have become while it came in."""
    blocks = [""]
    for paragraph in paragraphs(text):
        blocks[-1] += paragraph
        if may_end(blocks[-1]):
            blocks.append("")
    return [block for block in blocks if block]


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
        app.notify("No code in this block; y copies its text", markup=False)
