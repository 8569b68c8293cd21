"""Which servers a model sees, in words."""

from __future__ import annotations

import pytest

from mcptui.model import Server, State
from mcptui.tui.chat.servers import words


def state(*names: str) -> State:
    return State(servers={name: Server(name=name, url=f"http://{name}") for name in names})


@pytest.mark.parametrize(
    ("names", "chosen", "expected"),
    [
        ((), None, "no server"),
        ((), ["gone"], "no server"),
        (("a",), None, "server a"),
        (("a",), ["a"], "server a"),
        (("a", "b"), None, "all servers"),
        (("a", "b"), ["b", "a"], "all servers"),
        (("a", "b"), ["b"], "1 of 2 servers"),
        # What was chosen and is gone counts for nothing.
        (("a", "b"), ["gone", "b", "b"], "1 of 2 servers"),
        (("a", "b"), [], "none of 2 servers"),
    ],
)
def test_words(names: tuple[str, ...], chosen: list[str] | None, expected: str) -> None:
    assert words(state(*names), None, chosen) == expected
