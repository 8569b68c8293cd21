"""What every store of responses does."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.database import Database
from mcptui.stores.approvals import LIFETIME
from mcptui.stores.responses import MIGRATIONS, LocalResponses, ResponseStore, ResponseStoreError, StoredResponse
from tests.support.clock import Moment

MOST: Final = 3
MOST_BYTES: Final = 10_000

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path, Moment], ResponseStore]]] = {
    "memory": lambda _, clock: LocalResponses(most=MOST, most_bytes=MOST_BYTES, clock=clock),
    "file": lambda directory, clock: LocalResponses(
        directory / "responses.db", most=MOST, most_bytes=MOST_BYTES, clock=clock
    ),
}
LASTING: Final = ("file",)


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Moment) -> ResponseStore:
    return IMPLEMENTATIONS[request.param](tmp_path, clock)


def response(id_: str, value: bytes = b"{}") -> StoredResponse:
    return StoredResponse(id_, "key:a", value)


async def known(store: ResponseStore, ids: str) -> str:
    """Those of ``ids`` that are kept."""
    return "".join([id_ for id_ in ids if await store.find(id_) is not None])


async def test_a_response_is_found_until_it_is_removed(store: ResponseStore) -> None:
    await store.put(response("1"))
    await store.put(response("2"))
    await store.put(response("1", b"\0\xff"))
    assert await store.find("1") == response("1", b"\0\xff")
    assert await store.find("3") is None
    await store.remove("1")
    await store.remove("1")
    assert await known(store, "12") == "2"
    await store.close()


@pytest.mark.parametrize("id_", ["\ud800", "", "\0", "1' OR '1'='1"])
async def test_clients_ask_for_any_id(store: ResponseStore, id_: str) -> None:
    await store.put(response("1"))
    assert await store.find(id_) is None
    await store.remove(id_)
    assert await known(store, "1") == "1"
    await store.close()


async def test_the_oldest_are_forgotten_above_a_number(store: ResponseStore) -> None:
    for id_ in "12314":
        await store.put(response(id_))
    assert await known(store, "1234") == "134", "what is put again is as new"
    await store.close()


async def test_the_oldest_are_forgotten_above_a_size_but_never_the_newest(store: ResponseStore) -> None:
    for id_ in "123":
        await store.put(response(id_, b"x" * (MOST_BYTES // 2)))
    assert await known(store, "123") == "23"
    await store.put(response("4", b"x" * (MOST_BYTES + 1)))
    assert await known(store, "1234") == "4"
    await store.close()


@pytest.mark.parametrize("size", [2, MOST_BYTES // 3], ids=["number", "size"])
async def test_nobodys_responses_go_for_those_of_another(store: ResponseStore, size: int) -> None:
    await store.put(response("1", b"x" * size))
    for id_ in "234567":
        await store.put(StoredResponse(id_, "key:flood", b"x" * size))
    await store.put(StoredResponse("8", "key:b", b"x" * size))
    assert await known(store, "12345678") == "178"
    await store.close()


async def test_after_an_hour_it_is_forgotten(store: ResponseStore, clock: Moment) -> None:
    await store.put(response("1"))
    clock.now += LIFETIME
    await store.put(response("2"))
    assert await known(store, "12") == "12"
    clock.now += 1
    assert await known(store, "12") == "2"
    await store.close()


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["put", "remove"])), max_size=20))
async def test_what_is_kept_is_what_was_put_last(changes: list[tuple[str, str]]) -> None:
    store = IMPLEMENTATIONS["memory"](Path(), Moment())
    expected: list[str] = []
    for id_, change in changes:
        expected = [each for each in expected if each != id_]
        if change == "put":
            await store.put(response(id_))
            expected = [*expected, id_][-MOST:]
        else:
            await store.remove(id_)
    assert await known(store, "abcd") == "".join(sorted(expected))
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path, clock: Moment) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before, kept = opened(tmp_path, clock), [response(id_, id_.encode()) for id_ in "123"]
    for each in kept:
        await before.put(each)
    await before.remove("2")
    await before.close()
    after = opened(tmp_path, clock)
    assert [await after.find(id_) for id_ in "123"] == [kept[0], None, kept[2]]
    await after.close()


async def test_the_file_is_private_and_nothing_stays_in_it_after_an_hour(tmp_path: Path, clock: Moment) -> None:
    file = tmp_path / "responses.db"
    store = LocalResponses(file, clock=clock)
    await store.forget_old()
    assert not file.exists(), "nothing is opened for nothing"
    await store.put(response("1", b"what was said"))
    assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}
    clock.now += LIFETIME + 1
    await store.forget_old()
    clock.now -= LIFETIME
    assert await store.find("1") is None
    await store.close()


async def test_a_file_that_cannot_be_used_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    os.mkfifo(tmp_path / "responses")
    store = LocalResponses(tmp_path / "responses" / "responses.db")
    await store.put(response("1"))
    assert await store.find("1") is None
    await store.remove("1")
    assert "the stored responses" in caplog.text
    await store.close()


async def test_an_item_leads_to_its_response(store: ResponseStore, clock: Moment) -> None:
    await store.put(StoredResponse("r1", "key", b"{}", ("i1", "i2")))
    await store.put(StoredResponse("r2", "other", b"[]", ("i3",)))
    for asking in ("key", "other", "third"):
        assert await store.find_with_item("i2", asking) == StoredResponse("r1", "key", b"{}")
        assert await store.find_with_item("i3", asking) == StoredResponse("r2", "other", b"[]")
    assert await store.find_with_item("r1", "key") is None
    await store.remove("r1")
    assert await store.find_with_item("i2", "key") is None
    clock.now += LIFETIME + 1
    assert await store.find_with_item("i3", "other") is None
    await store.forget_old()
    assert await store.find_with_item("i3", "other") is None


async def test_two_principals_have_an_item_of_the_same_id_each(store: ResponseStore) -> None:
    await store.put(StoredResponse("r1", "key", b"1", ("msg_1",)))
    await store.put(StoredResponse("r2", "other", b"2", ("msg_1",)))
    await store.put(StoredResponse("r3", "key", b"3", ("msg_1",)))
    assert await store.find_with_item("msg_1", "key") == StoredResponse("r3", "key", b"3")
    assert await store.find_with_item("msg_1", "other") == StoredResponse("r2", "other", b"2")
    await store.close()


async def test_items_of_a_file_of_an_earlier_version_are_still_found(tmp_path: Path, clock: Moment) -> None:
    file = tmp_path / "responses.db"
    earlier = Database(file, "stored responses", MIGRATIONS[:2], ResponseStoreError)
    rows = [(b"r1", "key", clock.now, 2, b"{}"), (b"r2", "other", clock.now, 2, b"[]")]

    def write(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO responses (id, principal, at, size, value) VALUES (?, ?, ?, ?, ?)", rows)
        items = [(b"i1", b"r1"), (b"i2", b"r2"), (b"i3", b"gone")]
        connection.executemany("INSERT INTO response_items VALUES (?, ?)", items)

    earlier.use(write)
    earlier.close()
    store = IMPLEMENTATIONS["file"](tmp_path, clock)
    assert await store.find_with_item("i1", "key") == StoredResponse("r1", "key", b"{}")
    assert await store.find_with_item("i2", "key") == StoredResponse("r2", "other", b"[]")
    assert await store.find_with_item("i3", "key") is None
    await store.close()
