"""The result of a call: readable, as JSON, as it came, and how long it took."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from mcptui.protocol.text import one_line, visible
from mcptui.schema.json_path import JsonPath, path_text
from mcptui.tui.background import background
from mcptui.tui.clock import size
from mcptui.tui.playground.images import Blob, blobs, drawable, half_blocks
from mcptui.tui.playground.json_lines import path_at, text_of
from mcptui.tui.playground.outcome import Outcome, View
from mcptui.tui.playground.saving import file_name, savables, save
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.json_text import Passage, joined
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.dialogs import Choice, PickDialog
from mcptui.tui.widgets.input_dialog import InputDialog
from mcptui.tui.widgets.json_area import ReadingArea
from mcptui.tui.widgets.tab_line import TabLine
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS

#: More than this is slow to show and to scroll; copying takes all of it.
MAX_SHOWN: Final = 200_000
MAX_LINES: Final = 2_000
MAX_PICTURES: Final = 8
_VIEWS: Final[Mapping[str, str]] = {
    "pretty": "Pretty",
    "json": "JSON",
    "raw": "Raw",
    "timing": "Timing",
    "log": "Log",
    "images": "Images",
}


class ResultText(ReadingArea):
    """Read-only text with the keys of a list: they scroll, or move the cursor where there is one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SCROLL_KEYS,
    ]

    def show(self, passages: Iterable[Passage], *, cursor: bool) -> None:
        """Show ``passages`` from their beginning; with ``cursor`` by their lines."""
        self.show_cursor = self.highlight_cursor_line = cursor
        self.show_passages(passages)
        self.scroll_home(animate=False)

    def action_scroll_down(self) -> None:
        if self.show_cursor:
            self.action_cursor_down()
        else:
            super().action_scroll_down()

    def action_scroll_up(self) -> None:
        if self.show_cursor:
            self.action_cursor_up()
        else:
            super().action_scroll_up()

    def action_scroll_home(self) -> None:
        self.move_cursor((0, 0))
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        self.move_cursor(self.document.end)
        self.scroll_end(animate=False)

    def action_page_down(self) -> None:
        if self.show_cursor:
            self.action_cursor_page_down()
        else:
            self.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        if self.show_cursor:
            self.action_cursor_page_up()
        else:
            self.scroll_page_up(animate=False)


class ResultImages(VerticalScroll):
    """The pictures of a result, one below the other."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLL_KEYS
    DEFAULT_CSS = """
    ResultImages { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    ResultImages > Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        yield Static()

    @background(group="images", exclusive=True)
    async def show(self, pictures: Sequence[Blob]) -> None:
        """Draw ``pictures`` in the room that there is."""
        width, height = max(self.size.width - 3, 8), max(self.size.height - 1, 4)
        parts = []
        for picture in pictures[:MAX_PICTURES]:
            parts.append(toned(f"{one_line(picture.media_type, limit=40)}, {size(len(picture.data))}", "muted"))
            parts.append(await asyncio.to_thread(half_blocks, picture.data, width, height))
        if len(pictures) > MAX_PICTURES:
            parts.append(toned(f"{len(pictures) - MAX_PICTURES} more; x saves them.", "muted"))
        self.query_one(Static).update(Content("\n").join(parts))


class ResultPane(Vertical):
    """Shows one :class:`Outcome`."""

    DEFAULT_CSS = """
    ResultPane { border: round $border-blurred; border-title-color: $foreground-muted; }
    ResultPane:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    ResultPane > .headline { height: auto; max-height: 2; padding: 0 1; }
    ResultPane > TabLine { padding: 0; margin: 0 0 0 0; }
    ResultPane > ResultText { height: 1fr; background: transparent; padding: 0 1; scrollbar-size-vertical: 1; }
    ResultPane > .note { height: auto; padding: 0 1; display: none; }
    ResultPane.-noted > .note { display: block; }
    ResultPane > ResultImages { display: none; }
    ResultPane.-pictures > ResultImages { display: block; }
    ResultPane.-pictures > ResultText { display: none; }
    """

    app = getters.app(Shell)
    tabs = getters.query_one(TabLine)
    text_area = getters.query_one(ResultText)
    _headline = getters.query_one(".headline", Static)
    images = getters.query_one(ResultImages)
    _note = getters.query_one(".note", Static)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content("Result")
        self._outcome: Outcome | None = None
        self._pictures: list[Blob] = []

    def compose(self) -> ComposeResult:
        yield Static(classes="headline")
        yield TabLine(_VIEWS)
        yield ResultText()
        yield ResultImages()
        yield Static(classes="note")

    def on_mount(self) -> None:
        self.tabs.show_tab("images", shown=False)

    @property
    def outcome(self) -> Outcome | None:
        """What is shown."""
        return self._outcome

    def show(self, outcome: Outcome) -> None:
        """Show how a call ended."""
        self._outcome = outcome
        params = outcome.facts.request.params
        self.border_title = Content(f"Result of {one_line(str(params.get('name') or params.get('uri')), limit=60)}")
        words, tone = outcome.headline
        self._headline.update(toned(words, tone))
        self._pictures = [blob for blob in blobs(outcome.body) if drawable(blob)]
        self.tabs.set_label("log", f"Log {len(outcome.facts.log)}" if outcome.facts.log else "Log")
        self.tabs.set_label("images", f"Images {len(self._pictures)}")
        self.tabs.show_tab("images", shown=bool(self._pictures))
        self._draw()

    @property
    def is_json(self) -> bool:
        """Whether the view is shown in which every line is a value."""
        return self._outcome is not None and self.tabs.current == "json"

    @property
    def place(self) -> JsonPath:
        """The way to the value under the cursor."""
        return path_at(self._outcome.body, self.text_area.cursor_location[0]) if self._outcome is not None else ()

    @on(TextArea.SelectionChanged)
    def _show_place(self) -> None:
        self.border_subtitle = Content(visible(path_text(self.place), limit=100) if self.is_json else "")

    def current_text(self) -> str:
        """The whole text of the current view, for copying."""
        return visible(self._text())

    def place_text(self) -> str:
        """The way to the value under the cursor, for copying."""
        return path_text(self.place)

    def value_text(self) -> str:
        """The value under the cursor, for copying."""
        return visible(text_of(self._outcome.body, self.place)) if self._outcome is not None else ""

    @background(group="dialog")
    async def save(self, name: str) -> None:
        """Write the result of ``name``, or something binary in it, to a file that the person chooses."""
        if self._outcome is None:
            return
        files = savables(self._outcome)
        choices = [Choice(f"file-{n}", one_line(file.label, limit=40)) for n, file in enumerate(files)]
        if (answer := await self.app.push_screen_wait(PickDialog("Save what?", choices))) is None:
            return
        file = files[int(answer.removeprefix("file-"))]
        proposal = str(Path.cwd() / file_name(name, file.suffix))
        path = await self.app.push_screen_wait(
            InputDialog("Save to", "Path (existing files are not overwritten)", proposal)
        )
        if path is not None:
            saved = await asyncio.to_thread(save, path, file.data)
            self.app.say(f"Saved {saved}")

    @on(TabLine.Chosen)
    def _view_chosen(self, event: TabLine.Chosen) -> None:
        event.stop()
        self._draw()

    def _passages(self) -> Sequence[Passage]:
        if self._outcome is None or self.tabs.current == "images":
            return ()
        return self._outcome.passages(cast("View", self.tabs.current))

    def _text(self) -> str:
        return joined(self._passages())[0]

    def _draw(self) -> None:
        passages = self._passages()
        text = joined(passages)[0]
        shown = cut(passages)
        self.text_area.show(shown if text else [Passage("Nothing.")], cursor=self.is_json)
        self._show_place()
        self.set_class(bool(self._pictures) and self.tabs.current == "images", "-pictures")
        if self.has_class("-pictures"):
            self.call_after_refresh(self.images.show, self._pictures)
        self._show_note(text if joined(shown)[0] != text else "")

    def _show_note(self, cut_text: str) -> None:
        notes = []
        if cut_text:
            amount = size(len(cut_text.encode("utf-8", "replace")))
            notes.append(f"Truncated: the beginning of {amount} is shown. y copies all of it, f3 opens the pager.")
        if self._outcome is not None and (problems := self._outcome.schema_problems):
            notes.append(f"Violates the output schema: {one_line('; '.join(problems[:3]), limit=200)}")
        self.set_class(bool(notes), "-noted")
        self._note.update(toned("\n".join(notes), "warn"))


def cut(passages: Iterable[Passage]) -> list[Passage]:
    """The beginning of a text that can be shown quickly."""
    shown: list[Passage] = []
    room, lines = MAX_SHOWN, MAX_LINES
    for passage in passages:
        if room <= 0 or lines <= 0:
            break
        text = "\n".join(passage.text[:room].split("\n", lines)[:lines])
        shown.append(Passage(text, passage.is_json))
        room -= len(text) + 1
        lines -= text.count("\n") + 1
    return shown
