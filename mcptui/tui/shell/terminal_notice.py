"""A notice as the bytes that a terminal understands: its bell, or a notification of the desktop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mcptui.model.settings import Notices
from mcptui.protocol.text import one_line

_BELL: Final = "\a"
_ST: Final = "\x1b\\"
_TITLE: Final = "mcptui"
_LONGEST: Final = 200
#: Terminals that know OSC 777 and not OSC 9, by what they set.
_OSC_777_TERMS: Final = ("rxvt", "foot")
_OSC_777_VARIABLES: Final = ("VTE_VERSION", "KONSOLE_VERSION")


def notice_sequence(text: str, how: Notices, environment: Mapping[str, str]) -> str:
    """What is written for a notice; empty where there are to be none. It moves no cursor and changes no style."""
    match how:
        case "bell":
            return _BELL
        case "terminal":
            return _through_tmux(_notification(one_line(text, limit=_LONGEST), environment), environment)
        case _:
            return ""


def _notification(text: str, environment: Mapping[str, str]) -> str:
    knows_777 = environment.get("TERM", "").startswith(_OSC_777_TERMS)
    if knows_777 or any(environment.get(name) for name in _OSC_777_VARIABLES):
        return f"\x1b]777;notify;{_TITLE};{text}{_ST}"
    return f"\x1b]9;{_TITLE}: {text}{_ST}"


def _through_tmux(sequence: str, environment: Mapping[str, str]) -> str:
    """tmux passes on what is wrapped, where its option allow-passthrough is on."""
    if not environment.get("TMUX"):
        return sequence
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}{_ST}"
