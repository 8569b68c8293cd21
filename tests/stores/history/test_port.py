"""What every history does for the gateway."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.log import History
from mcptui.stores.history.port import HistoryStore

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path], HistoryStore]]] = {
    "memory": lambda _: History(None),
    "file": lambda directory: History(directory / "history.db"),
}
LASTING: Final = ("file",)


def call(number: int, key: str = "k") -> CallRecord:
    return CallRecord(id=number, at=float(number), key=key, method="tools/call", outcome="ok", ms=1.0, front="x")


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_who_sent_what_when(implementation: str, tmp_path: Path) -> None:
    history = IMPLEMENTATIONS[implementation](tmp_path)
    history.record([call(3), call(1), call(2, "other")])
    history.record([])
    assert history.sent_since(1.0) == [("other", 2.0), ("k", 3.0)]
    assert history.sent_since(3.0) == []
    history.close()


@pytest.mark.parametrize("implementation", LASTING)
def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    before = IMPLEMENTATIONS[implementation](tmp_path)
    before.record([call(1), call(2)])
    before.close()
    after = IMPLEMENTATIONS[implementation](tmp_path)
    assert after.sent_since(0.0) == [("k", 1.0), ("k", 2.0)]
    after.close()
