"""How the app is run: what the command line says about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcptui.model import State


@dataclass(frozen=True, slots=True)
class CoachStep:
    """One step of a tour: its text, and whether it is done, by the open mode and the state."""

    text: str
    is_done: Callable[[str, State], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """Attributes of one run of the app.

    Attributes:
        ascii: draw with ASCII characters only.
        read_only: start without the right to change anything.
        reduced_motion: no animations, no blinking cursors.
        coach: the steps of a tour.
    """

    ascii: bool = False
    read_only: bool = False
    reduced_motion: bool = False
    coach: Sequence[CoachStep] = ()
