"""Suggestions below a text field; the focus stays in the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.protocol.text import one_line
from mcptui.tui.text.tone import toned

_LONGEST: Final = 120


class Suggestions(OptionList, can_focus=False):
    """A few texts, of which none is chosen at first; ``more`` of them were not sent."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    Suggestions {
        display: none; height: auto; max-height: 8; width: 100%; padding: 0; border: none; background: $panel;
        scrollbar-size-vertical: 1;
    }
    Suggestions.-open { display: block; }
    Suggestions > .option-list--option { padding: 0 1; }
    Suggestions > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
    }
    """

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(compact=True, classes=classes)
        self._texts: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose."""
        return bool(self._texts)

    @property
    def chosen(self) -> str | None:
        """The text under the cursor; None while there is no cursor."""
        return self._texts[self.highlighted] if self.highlighted is not None and self.is_open else None

    def propose(self, texts: Sequence[str], *, more: int = 0) -> None:
        """Show ``texts``; none close the list."""
        self._texts = tuple(texts)
        options = [Option(Content(one_line(text, limit=_LONGEST))) for text in texts]
        if more:
            options.append(Option(toned(f"{more} more, keep typing", "muted"), disabled=True))
        self.set_options(options)
        self.highlighted = None
        self.set_class(self.is_open, "-open")

    def close(self) -> None:
        """Show nothing."""
        if self.is_open:
            self.propose(())

    def move(self, by: int) -> None:
        """Move the cursor, beginning at the first or the last one."""
        if not self.is_open:
            return
        place = self.highlighted if self.highlighted is not None else (-1 if by > 0 else len(self._texts))
        self.highlighted = (place + by) % len(self._texts)

    def text_at(self, index: int) -> str:
        """The text of the option ``index``, for a click."""
        return self._texts[index]
