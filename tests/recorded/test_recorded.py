"""The gateway answers every recorded request as it was answered then, byte for byte.

Where the wire is meant to change, ``python -m tests.recorded`` writes the recordings anew.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import pytest

from tests.recorded.recorder import DATA, read, run
from tests.recorded.requests import GROUPS

#: As much of both sides is shown around the first difference, characters.
_SHOWN = 300


@pytest.mark.parametrize("group", GROUPS)
async def test_every_answer_is_the_recorded_one(group: str) -> None:
    now, then = await run(GROUPS[group]), read(group)
    differing = [(a, b) for a, b in zip_longest(then, now) if a != b]
    if differing:
        names = [(a or b)["name"] for a, b in differing]
        pytest.fail(f"{len(differing)} of {len(then)} differ, first:\n{_difference(*differing[0])}\nall: {names}")


def test_every_recording_has_its_requests() -> None:
    assert {path.stem for path in DATA.glob("*.jsonl")} == set(GROUPS)
    assert sum(len(read(group)) for group in GROUPS) >= 300


def _difference(then: Any, now: Any, place: str = "") -> str:
    """The first difference of two values, with where it is."""
    if isinstance(then, dict) and isinstance(now, dict) and then.keys() == now.keys():
        for name in sorted(then, key=lambda member: member != "body"):  # it says more than its length
            if then[name] != now[name]:
                return _difference(then[name], now[name], f"{place or then.get('name', '')} {name}")
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (a, b) in enumerate(zip(then, now, strict=True)):
            if a != b:
                return _difference(a, b, f"{place}[{number}]")
    a, b = str(then), str(now)
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, same - _SHOWN // 3)
    return f"{place}, character {same}:\n  then: …{a[start : start + _SHOWN]}\n  now:  …{b[start : start + _SHOWN]}"
