"""The difference of two texts, quick also for large files that differ in one place."""

from __future__ import annotations

import difflib
import re
from typing import Final

_CONTEXT: Final = 3
_PLACE: Final = re.compile(r"@@ -(\d+)((?:,\d+)?) \+(\d+)((?:,\d+)?) @@")


def unified(before: str, after: str, name: str) -> list[str]:
    """The lines of ``diff -u``; none where the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    # difflib takes seconds for what is the same in files of some megabytes.
    start, end = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
    middle = difflib.unified_diff(
        old[start : len(old) - end], new[start : len(new) - end], name, name, n=_CONTEXT, lineterm=""
    )
    return [_PLACE.sub(lambda match: _moved(match, start), line) if line.startswith("@@") else line for line in middle]


def _moved(match: re.Match[str], by: int) -> str:
    return f"@@ -{int(match[1]) + by}{match[2]} +{int(match[3]) + by}{match[4]} @@"
