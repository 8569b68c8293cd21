"""A list of tool globs: ``read_*`` allows, ``!read_private`` denies."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcptui.access.decision import Verdict


#: Characters that glob.escape has put into brackets, and those that make a pattern.
_ESCAPED: Final = re.compile(r"\[([*?[])\]")
_WILD: Final = re.compile(r"[*?[]")


class ToolGlobs:
    """One list, compiled. Only denials: everything else is allowed. Empty: nothing is."""

    __slots__ = ("_allowed", "_denied", "_open")

    def __init__(self, globs: Sequence[str]) -> None:
        allowed = tuple(glob for glob in globs if not glob.startswith("!"))
        denied = tuple(glob[1:] for glob in globs if glob.startswith("!"))
        self._allowed = _compiled(allowed)
        self._denied = _compiled(denied)
        self._open = bool(denied) and not allowed

    def verdict(self, tool: str) -> Verdict:
        """What the list says about ``tool``; names are compared with their case."""
        if self._denied is not None and self._denied.match(tool):
            return "excludes"
        if self._open or (self._allowed is not None and self._allowed.match(tool)):
            return "allows"
        return "omits"


def literal(glob: str) -> str | None:
    """The one tool that ``glob`` allows or denies; None where it is a pattern, or ``!prompts`` or ``!resources``."""
    if glob in {"!prompts", "!resources"} or _WILD.search(_ESCAPED.sub("", glob)):
        return None
    return _ESCAPED.sub(lambda match: match[1], glob.removeprefix("!"))


@lru_cache(maxsize=1024)
def _compiled(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(translate(glob) for glob in globs)) if globs else None
