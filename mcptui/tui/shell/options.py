"""How the app is run: what the command line says about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """Attributes of one run of the app.

    Attributes:
        ascii: draw with ASCII characters only.
        read_only: start without the right to change anything.
        reduced_motion: no animations, no blinking cursors.
    """

    ascii: bool = False
    read_only: bool = False
    reduced_motion: bool = False
