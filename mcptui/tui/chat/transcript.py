"""Everything that was said in a conversation, from top to bottom."""

from __future__ import annotations

from typing import Final

from textual import getters, on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Static

from mcptui.model.chat import ChatTurn
from mcptui.protocol.text import one_line
from mcptui.tui.background import background
from mcptui.tui.chat.blocks import AnswerBlock
from mcptui.tui.chat.turn_view import TurnView
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

#: Older turns are plain text.
_LIVE: Final = 12
#: As many turns of an earlier conversation are shown.
_SHOWN: Final = 40
#: How often is looked at what is far from the screen.
_TEND_SECONDS: Final = 0.25


class Transcript(VerticalScroll, can_focus=True):
    """The turns; stays at its end until the person scrolls."""

    DEFAULT_CSS = """
    Transcript { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Transcript > .earlier { padding: 0 1; color: $foreground-muted; }
    """
    app = getters.app(Shell)
    _width = 0

    def on_mount(self) -> None:
        self.anchor()
        self._tending = self.set_interval(_TEND_SECONDS, self.tend, pause=True)

    def tend(self) -> None:
        """Hide blocks that are far from the visible part; after a change of the width, measure their heights again."""
        width = self.content_size.width
        if width != self._width:
            self._width = width
            for block in self.query(AnswerBlock):
                block.wake()
            return  # their heights are known after the next layout
        margin = self.size.height
        top, bottom = self.scroll_offset.y - margin, self.scroll_offset.y + 2 * margin
        for turn in self.query_children(TurnView):
            for block in turn.query_children(AnswerBlock):
                region = block.virtual_region.translate(turn.virtual_region.offset)
                if region.bottom < top or region.y > bottom:
                    block.sleep()
                else:
                    block.wake()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.query(TurnView)

    async def begin(self, question: str) -> TurnView:
        """Another turn; the oldest live one becomes plain text."""
        self._tending.resume()
        view = TurnView(question)
        await self.mount(view)
        self.anchor()
        turns = list(self.query(TurnView))
        if len(turns) > _LIVE:
            await turns[-_LIVE - 1].retire()
        return view

    async def remove_last(self) -> None:
        """Remove the last turn."""
        turns = list(self.query(TurnView))
        if turns:
            await turns[-1].remove()

    async def show(self, turns: list[ChatTurn]) -> None:
        """Another conversation."""
        await self.remove_children()
        (self._tending.resume if turns else self._tending.pause)()
        shown = turns[-_SHOWN:]
        if left_out := len(turns) - len(shown):
            text = f"… {left_out} earlier turns, sent to the model and included in exports"
            await self.mount(Static(Content(text), classes="earlier"))
        views = [TurnView.of(turn, live=place >= len(shown) - _LIVE) for place, turn in enumerate(shown)]
        await self.mount_all(views)
        self.follow()

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.scroll_end(animate=False)
        self.anchor()

    def step(self, step: int) -> bool:
        """Focus the next text or tool call (1), or the one before (-1); False where there is none below."""
        blocks = list(self.query(".block"))
        place = next((place for place, block in enumerate(blocks) if block.has_focus), len(blocks)) + step
        if not blocks or place >= len(blocks):
            return False
        blocks[max(place, 0)].focus()
        return True

    @on(Markdown.LinkClicked)
    @background(group="dialog", exclusive=True)
    async def open_link(self, event: Markdown.LinkClicked) -> None:
        """A model's link is opened only after the person saw where it goes."""
        event.stop()
        if not event.href.startswith(("https://", "http://")):
            self.app.say(f"Not opened: {one_line(event.href, limit=200)}")
            return
        choices = (CANCEL, Choice("open", "Open", "primary"))
        if await self.app.push_screen_wait(ChoiceDialog("Open this link?", event.href, choices)) == "open":
            self.app.open_url(event.href)
