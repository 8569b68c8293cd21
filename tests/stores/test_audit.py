"""What every audit trail does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.audit import AuditEntry, AuditStore, MemoryAudit

IMPLEMENTATIONS: Final[dict[str, Callable[[], AuditStore]]] = {"memory": MemoryAudit}
each = pytest.mark.parametrize("opened", IMPLEMENTATIONS.values(), ids=list(IMPLEMENTATIONS))


def entry(number: int) -> AuditEntry:
    return AuditEntry(at=1_000.0 + number, actor="key:a", action="tools/call", subject=f"t{number}")


@each
async def test_an_entry_comes_back_as_it_was(opened: Callable[[], AuditStore]) -> None:
    trail = opened()
    assert await trail.read(limit=10) == []
    whole = AuditEntry(
        at=1_000.5,
        actor="key:a",
        action="tools/call",
        subject="server.tool",
        origin="10.0.0.7",
        outcome="denied",
        details={"arguments": "sha256:00", "n": [1, None, {"x": "ü\ud800"}]},
    )
    change = AuditEntry(at=1_001.0, actor="owner", action="key.create", subject="b")
    await trail.append([whole, change])
    await trail.append([])
    assert await trail.read(limit=10) == [(1, whole), (2, change)]
    assert [entry.actor for _, entry in await trail.read(1, limit=10)] == ["owner"]
    await trail.close()


@each
@given(st.lists(st.integers(0, 4), max_size=8), st.integers(1, 5))
async def test_pages_of_any_size_hold_each_entry_once(
    opened: Callable[[], AuditStore], batches: list[int], limit: int
) -> None:
    trail, appended, found, after = opened(), list[AuditEntry](), list[tuple[int, AuditEntry]](), 0

    async def page() -> bool:
        nonlocal after
        entries = await trail.read(after, limit=limit)
        assert len(entries) <= limit
        found.extend(entries)
        after = entries[-1][0] if entries else after
        return bool(entries)

    for size in batches:
        new = [entry(len(appended) + index) for index in range(size)]
        await trail.append(new)
        appended += new
        await page()
    while await page():
        pass
    assert found == list(enumerate(appended, 1))
    await trail.close()


async def test_a_number_shows_that_older_entries_were_forgotten() -> None:
    trail = MemoryAudit(most=2)
    await trail.append([entry(1), entry(2), entry(3)])
    assert await trail.read(limit=10) == [(2, entry(2)), (3, entry(3))]
