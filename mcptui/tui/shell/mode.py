"""What the app knows of a mode: everything else about it follows from this record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any

from textual.screen import Screen

from mcptui.tui.keys.actions import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One mode; it costs nothing before somebody opens it.

    Attributes:
        id: the scope of its actions' ids too.
        title: what the mode bar says.
        screen: ``module:class`` of its base screen, which is loaded when the screen is made.
        actions: what can be done on the base screen.
        further: what can be done on its other screens, by their title.
        preload: modules of its other screens and dialogs, loaded once the first frame is drawn, the likely ones first.
        reveals: the kinds of entities that it shows.
    """

    id: str
    title: str
    screen: str
    actions: Sequence[Action]
    further: Mapping[str, Sequence[Action]] = field(default_factory=dict)
    preload: Sequence[str] = ()
    reveals: frozenset[str] = frozenset()

    @property
    def module(self) -> str:
        """Where the base screen is."""
        return self.screen.partition(":")[0]

    def open(self) -> Screen[Any]:
        """The base screen, made anew."""
        screen: Screen[Any] = resolve_name(self.screen)()
        return screen
