"""The panes of a screen: one takes the whole screen and gives it back, and two share their room as a person wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual import events, getters
from textual.screen import Screen
from textual.widget import Widget

from mcptui.tui.shell.shell import Shell

#: Percent of the room at one press of a key, and the least that a pane keeps.
_STEP: Final = 5
_LEAST: Final = 15


@dataclass(frozen=True, slots=True)
class Split:
    """Two neighbours, side by side or one below the other.

    Attributes:
        name: what its size is remembered by.
        first: a selector of the left or upper one.
        second: a selector of the other one.
    """

    name: str
    first: str
    second: str


class PaneScreen(Screen[None]):
    """A screen with panes. A subclass says which: ``PANES`` can take the whole screen, ``SPLITS`` can be resized."""

    PANES: ClassVar[tuple[str, ...]] = ()
    #: Inner ones before those that they are in.
    SPLITS: ClassVar[tuple[Split, ...]] = ()
    ALLOW_IN_MAXIMIZED_VIEW = "ModeBar, CoachPanel, #bottom"
    DEFAULT_CSS = """
    PaneScreen.-maximized-view { align: left top; hatch: none; }
    PaneScreen.-maximized-view ModeBar > .zoomed { display: block; }
    PaneScreen .-maximized {
        width: 1fr !important; min-width: 0 !important; max-width: 100% !important;
        height: 1fr !important; max-height: 100% !important; dock: none !important;
    }
    """
    app = getters.app(Shell)

    def on_resize(self, event: events.Resize) -> None:
        # The layout may be another one then.
        self.call_after_refresh(self._apply_sizes)

    # --- the whole screen ---

    @property
    def has_panes(self) -> bool:
        """Whether a pane could take the whole screen."""
        return self.maximized is not None or self._pane() is not None

    def action_zoom(self) -> None:
        """Give the pane with the focus the whole screen, or its place again."""
        self.maximized = None if self.maximized is not None else self._pane()

    def set_focus(self, widget: Widget | None, *args: Any, **options: Any) -> None:
        """As of Textual; a pane that is left gives the screen back."""
        if widget is not None and self.maximized is not None and self.maximized not in widget.ancestors_with_self:
            self.maximized = None
        super().set_focus(widget, *args, **options)

    def _pane(self) -> Widget | None:
        """The pane with the focus; without one the first that is shown."""
        panes = [pane for selector in self.PANES for pane in self.query(selector) if pane.is_on_screen]
        around = self.focused.ancestors_with_self if self.focused is not None else ()
        return next((pane for pane in panes if pane in around), panes[0] if panes and self.focused is None else None)

    # --- sizes ---

    @property
    def has_split(self) -> bool:
        """Whether the pane with the focus has a neighbour that it shares its room with."""
        return self.maximized is None and self._split() is not None

    def action_resize(self, by: int) -> None:
        """Make the pane with the focus larger (1) or smaller (-1)."""
        if (found := self._split()) is None:
            return
        split, first, second = found
        side = _side(first)
        lengths = [getattr(pane.outer_size, side) for pane in (first, second)]
        share = round(100 * lengths[0] / max(sum(lengths), 1))
        step = _STEP * by if self._has_focus(first) else -_STEP * by
        sizes = {**self.app.pane_sizes, f"{split.name}.{side}": min(max(share + step, _LEAST), 100 - _LEAST)}
        self._keep(sizes)

    def action_reset_sizes(self) -> None:
        """Give all panes of this screen their first sizes again."""
        names = tuple(f"{split.name}." for split in self.SPLITS)
        self._keep({name: share for name, share in self.app.pane_sizes.items() if not name.startswith(names)})

    def _keep(self, sizes: dict[str, int]) -> None:
        self.app.keep_pane_sizes(sizes)
        self._apply_sizes()

    def _split(self) -> tuple[Split, Widget, Widget] | None:
        for split in self.SPLITS:
            first, second = self.query_one(split.first), self.query_one(split.second)
            if first.is_on_screen and second.is_on_screen and (self._has_focus(first) or self._has_focus(second)):
                return split, first, second
        return None

    def _has_focus(self, pane: Widget) -> bool:
        return self.focused is not None and pane in self.focused.ancestors_with_self

    def _apply_sizes(self) -> None:
        for split in self.SPLITS:
            first, second = self.query_one(split.first), self.query_one(split.second)
            for side in ("width", "height"):
                share = self.app.pane_sizes.get(f"{split.name}.{side}") if _side(first) == side else None
                for pane, part in ((first, share), (second, None if share is None else 100 - share)):
                    _set(pane, side, None if part is None else f"{part}fr")


def _side(pane: Widget) -> str:
    """What the pane shares with its neighbour."""
    parent = pane.parent
    return "width" if isinstance(parent, Widget) and parent.layout.name == "horizontal" else "height"


def _set(pane: Widget, side: str, length: str | None) -> None:
    """Give ``pane`` this length, whatever its style says; None leaves it to its style."""
    setattr(pane.styles, side, length)
    setattr(pane.styles, f"min_{side}", None if length is None else 4)
    setattr(pane.styles, f"max_{side}", None if length is None else "100%")
