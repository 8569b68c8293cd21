"""A list to search and choose from: behind ``?``, behind ``:``, and wherever one of many things is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.text.line import line
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.matching import Query

#: More are not shown: nobody reads them, and each takes time.
_MOST: Final = 100
#: From how many on the list has its full height, however few are found.
_MANY: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to choose.

    Attributes:
        title: what it is; may come from outside.
        run: what choosing it does; may be a coroutine function.
        keys: the keys that do the same.
        group: the heading that it stands under.
        at_once: whether it is listed before anything is searched for.
    """

    title: str
    run: Callable[[], Any]
    keys: str = ""
    group: str = ""
    at_once: bool = True


class Finder(ModalScreen[Entry | None]):
    """Returns the chosen entry; None when it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Close", priority=True),
        meanings.DOWN.only("down").bind("move('cursor_down')"),
        meanings.UP.only("up").bind("move('cursor_up')"),
        meanings.PAGE_DOWN.only("pagedown").bind("move('page_down')"),
        meanings.PAGE_UP.only("pageup").bind("move('page_up')"),
    ]
    DEFAULT_CSS = """
    Finder { align: center middle; }
    Finder > Vertical {
        width: 76; max-width: 94%; height: auto; max-height: 85%;
        background: $surface; border: round $primary; border-title-style: bold; padding: 0 1;
    }
    Finder Input { margin-bottom: 1; border: none; height: 1; padding: 0 1; background: $boost; }
    Finder OptionList {
        height: auto; max-height: 24; border: none; background: transparent; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    /* It stays where it is while fewer are found: moving it would draw all of it again. */
    Finder.-long > Vertical { height: 28; }
    Finder.-long OptionList { height: 1fr; }
    """
    options = getters.query_one(OptionList)

    def __init__(self, title: str, entries: Sequence[Entry], *, hint: str = "search") -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._entries = tuple(entries)
        self._width = max((len(entry.keys) for entry in self._entries), default=0)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(one_line(self._title, limit=60))
            box.border_subtitle = Content("enter select · esc close")
            yield Input(placeholder=self._hint, compact=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.set_class(sum(entry.at_once for entry in self._entries) > _MANY, "-long")
        self._show("")

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _choose_highlighted(self) -> None:
        if self.options.highlighted is not None:
            self._choose(self.options.get_option_at_index(self.options.highlighted))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option)

    def _choose(self, option: Option) -> None:
        if option.id is not None:
            self.dismiss(self._entries[int(option.id)])

    def action_move(self, movement: str) -> None:
        """Move the list's cursor while the search field keeps the focus."""
        getattr(self.options, f"action_{movement}")()

    def action_close(self) -> None:
        """Back without a choice."""
        self.dismiss(None)

    def _show(self, text: str) -> None:
        options = list(self._found(Query(text)) if text.strip() else self._listed())
        self.options.set_options(options)
        first = next((place for place, option in enumerate(options) if not option.disabled), None)
        self.options.highlighted = first
        if first is not None:
            self.options.scroll_home(animate=False)

    def _listed(self) -> Iterator[Option]:
        group = ""
        listed = [(place, entry) for place, entry in enumerate(self._entries) if entry.at_once]
        for place, entry in listed[:_MOST]:
            if entry.group != group:
                group = entry.group
                yield _note(group)
            yield self._option(place, Content(one_line(entry.title, limit=200)))
        yield from _left_out(len(listed))

    def _found(self, query: Query) -> Iterator[Option]:
        weighed = [(query.weight(_searched(entry)), place) for place, entry in enumerate(self._entries)]
        found = sorted(((-weight, place) for weight, place in weighed if weight))
        for _, place in found[:_MOST]:
            entry = self._entries[place]
            title = one_line(entry.title, limit=200)
            content = Content(title)
            for at in query.places_in(title):
                content = content.stylize("bold underline", at, at + 1)
            yield self._option(place, content + toned(f"  {entry.group}", "muted"))
        yield from _left_out(len(found)) if found else [_note("No match")]

    def _option(self, place: int, content: Content) -> Option:
        keys = toned(self._entries[place].keys.rjust(self._width) + "  ", "accent") if self._width else Content("")
        return Option(line(keys + content), id=str(place))


def _searched(entry: Entry) -> str:
    return f"{entry.title} {entry.keys} {entry.group}"


def _note(text: str) -> Option:
    return Option(line(toned(text, "muted")), disabled=True)


def _left_out(count: int) -> Iterator[Option]:
    if count > _MOST:
        yield _note(f"and {count - _MOST} more, keep typing")
