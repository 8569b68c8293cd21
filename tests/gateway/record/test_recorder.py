from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.record import recorder
from mcptui.gateway.record.recorder import KEPT_BYTES, RING, Recorder, presentable
from mcptui.gateway.record.redaction import is_masked
from mcptui.gateway.relay.failures import unavailable
from mcptui.gateway.scope import Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import State
from mcptui.model.runtime import CallRecord
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError, unknown_tool
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.state.loaded import Loaded
from mcptui.upstream.errors import UpstreamTimeoutError


def exchange(server: str | None = "s", **params: Any) -> Exchange:
    return Exchange(
        principal=KeyPrincipal("k"),
        snapshot=Snapshot(Loaded(State(), "r")),
        era="stateless",
        version="2026-07-28",
        method="tools/call",
        params=params,
        server=server,
    )


async def nowhere(_: Sequence[CallRecord]) -> None:
    """Keep nothing."""


def note(target: Recorder, what: Exchange, **more: Any) -> CallRecord:
    target.note(what, started=0.0, bytes_in=1, bytes_out=2, **more)
    return target.recent()[-1]


@pytest.mark.parametrize(
    ("more", "server", "outcome"),
    [
        ({"result": {}}, "s", "ok"),
        ({"result": {"isError": True}}, "s", "tool_error"),
        ({"error": RpcError(INTERNAL_ERROR, "x")}, "s", "error"),
        ({"error": unavailable("s", UpstreamTimeoutError("late"), exchange(), KnownSecrets())}, "s", "unreachable"),
        ({"error": unknown_tool("x")}, None, "denied"),
        ({"error": unknown_tool("x")}, "s", "denied"),
        # What a server says in the same words is its own answer.
        ({"error": RpcError.from_wire(unknown_tool("x").to_wire())}, "s", "error"),
        ({"cancelled": True}, "s", "cancelled"),
    ],
)
def test_outcomes(more: dict[str, Any], server: str | None, outcome: str) -> None:
    assert note(Recorder(nowhere), exchange(server), **more).outcome == outcome


def test_a_record() -> None:
    what = exchange(name="t", arguments={"a": 1}, _meta={"progressToken": 1})
    record = note(Recorder(nowhere), what, result={"content": []})
    assert (record.key, record.name, record.front, record.bytes_in, record.bytes_out) == ("k", "t", "2026-07-28", 1, 2)
    assert record.params == {"name": "t", "arguments": {"a": 1}}
    assert record.result == {"content": []}


def test_ids_grow_and_only_the_newest_are_kept() -> None:
    target = Recorder(nowhere)
    for _ in range(RING + 5):
        note(target, exchange()) if target.calls < 2 else target.note(exchange(), started=0, bytes_in=0, bytes_out=0)
    ids = [record.id for record in target.recent()]
    assert len(ids) == RING
    assert ids == sorted(set(ids))
    assert target.calls == RING + 5


def test_where_a_call_spent_its_time_and_what_was_said() -> None:
    what = exchange(name="s__t")
    what.sent, what.connect_ms, what.upstream_ms, what.tool = 0.002, 1.0, 5.0, "t"
    what.scope = Scope(("s", "o"))
    what.client_info = {"name": "Cursor", "version": "1"}
    what.events = [{"ms": 0.004, "kind": "notification", "method": "m", "value": {}}]
    record = note(Recorder(nowhere), what)
    assert (record.before_ms, record.connect_ms, record.upstream_ms) == (2.0, 1.0, 5.0)
    assert (record.tool, record.scope, record.client) == ("t", "s,o", "Cursor")
    assert record.events == [{"ms": 4.0, "kind": "notification", "method": "m", "value": {}}]


def test_hostile_names_are_kept_short() -> None:
    what = exchange(name="x" * 10_000)
    what.client_info = {"name": ["no", "text"]}
    record = note(Recorder(nowhere), what, error=RpcError(INTERNAL_ERROR, "y" * 100_000))
    assert len(record.name or "") == 500
    assert len(record.error or "") == 4_000
    assert record.client is None


@pytest.mark.parametrize("place", [*range(430, 510), 3_990])
def test_a_key_across_the_end_of_a_name_or_an_error_leaves_no_part(place: int) -> None:
    canary = "k" * 43
    text = "x" * place + " " + KEY_PREFIX + canary
    what = exchange(name=text)
    what.client_info = {"name": text}
    record = note(Recorder(nowhere), what, error=RpcError(INTERNAL_ERROR, text))
    assert "kk" not in f"{record.name}{record.client}{record.error}"


def test_large_values_are_cut() -> None:
    record = note(Recorder(nowhere), exchange(text="x" * 100_000), result={"big": 2**70})
    assert record.params["cut"] is True
    assert record.params["bytes"] > 100_000
    assert len(record.params["beginning"]) == KEPT_BYTES
    assert record.result == {"cut": True, "bytes": 30, "beginning": '{"big":1180591620717411303424}'}


def test_deep_values_do_not_break_the_traffic() -> None:
    deep: Any = "x"
    for _ in range(254):
        deep = {"a": deep}
    record = note(Recorder(nowhere), exchange(arguments=deep["a"]), result=[[{"a": deep}]])
    assert presentable(record, KnownSecrets()) == record


async def test_watching() -> None:
    target = Recorder(nowhere)
    watching = target.watch()
    first = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    note(target, exchange(name="t"))
    assert (await first).name == "t"
    await watching.aclose()
    note(target, exchange())


@pytest.mark.parametrize("noted", [0, 1, 1_005])
async def test_the_end_comes_to_whoever_watches(noted: int) -> None:
    target = Recorder(nowhere)
    watching = target.watch()
    first = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    for number in range(noted + 1):
        note(target, exchange(name=str(number)))
    target.end_watching()
    target.end_watching()
    note(target, exchange(name="later"))
    assert (await first).name == "0"
    assert [record.name async for record in watching] == [str(1 + number) for number in range(min(noted, 999))]


async def test_watching_from_a_record_on_loses_none() -> None:
    target = Recorder(nowhere)
    first = note(target, exchange(name="first"))
    second = note(target, exchange(name="second"))
    await target.flush()
    note(target, exchange(name="third"))
    watching = target.watch(first.id)
    assert await anext(watching) == second
    note(target, exchange(name="fourth"))  # while the earlier ones are still on their way
    assert [(await anext(watching)).name for _ in range(2)] == ["third", "fourth"]
    await watching.aclose()


async def test_the_history_is_written_masked_and_its_failure_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stored: list[CallRecord] = []
    written, full = asyncio.Event(), False

    async def store(records: Sequence[CallRecord]) -> None:
        if full:
            raise OSError("disk full")
        stored.extend(records)
        written.set()

    monkeypatch.setattr(recorder, "_FLUSH_EVERY", 0.0)
    target = Recorder(store)
    note(target, exchange(token="canary"))
    running = asyncio.create_task(target.run())
    await written.wait()
    assert stored[0].params == {"token": "••••"}
    full = True
    note(target, exchange())
    running.cancel()
    await asyncio.wait([running])
    assert "the history could not be written" in caplog.text
    await target.flush()
    assert len(stored) == 1


def test_what_cannot_be_stored_is_replaced() -> None:
    half = "half \ud83d"
    odd = exchange(name=half)
    odd.method = half
    record = note(Recorder(nowhere), odd, error=RpcError(INTERNAL_ERROR, half))
    assert (record.method, record.name, record.error) == ("half ?", "half ?", "half ?")
    assert is_masked(record.params)
    assert note(Recorder(nowhere), exchange(name="schön")).name == "schön"


def test_large_values_are_cut_at_once() -> None:
    recorder_ = Recorder(nowhere)
    large = {"content": [{"type": "text", "text": "x" * 300_000, "token": "t"}] * 5, "n": None}
    what = exchange(arguments={"password": "pp", "list": list(range(50_000))})
    recorder_.note(what, started=0.0, bytes_in=300_000, bytes_out=1_500_000, result=large)
    (record,) = recorder_.recent()
    for value, size, first in (
        (record.params, 300_000, '{"arguments":{"password"'),
        (record.result, 1_500_000, '{"con'),
    ):
        assert (value["cut"], value["bytes"]) == (True, size)
        assert value["beginning"].startswith(first)
        assert 1_000 < len(value["beginning"]) <= KEPT_BYTES
        assert is_masked(value)
    assert "pp" not in record.params["beginning"]


async def test_a_burst_is_written_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_FLUSH_EVERY", 3600.0)
    written: asyncio.Queue[int] = asyncio.Queue()

    async def store(records: Sequence[CallRecord]) -> None:
        written.put_nowait(len(records))

    target = Recorder(store)
    running = asyncio.create_task(target.run())
    for _ in range(2):
        for _ in range(RING):
            note(target, exchange(name="t"))
        async with asyncio.timeout(5):
            assert await written.get() == RING
    running.cancel()
    await asyncio.wait([running])


class SlowStore:
    """It writes once it may."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may = asyncio.Event()
        self.written: list[CallRecord] = []

    async def write(self, records: Sequence[CallRecord]) -> None:
        self.begun.set()
        await self.may.wait()
        self.written += records


async def test_whoever_flushes_waits_for_what_is_being_written_already() -> None:
    store = SlowStore()
    target = Recorder(store.write)
    first = note(target, exchange(name="first"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(target.flush())
        await store.begun.wait()
        second = note(target, exchange(name="second"))
        later = tasks.create_task(target.flush())
        nothing_new = tasks.create_task(target.flush())
        await asyncio.sleep(0)
        assert (later.done(), nothing_new.done()) == (False, False)
        assert [record.id for record in target.recent()] == [first.id, second.id]
        store.may.set()
    assert [record.id for record in store.written] == [first.id, second.id]


async def test_nothing_is_done_while_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_FLUSH_EVERY", 0.0)
    flushes = 0

    class Counted(Recorder):
        async def flush(self) -> None:
            nonlocal flushes
            flushes += 1
            await super().flush()

    running = asyncio.create_task(Counted(nowhere).run())
    for _ in range(100):
        await asyncio.sleep(0)
    assert flushes == 0
    running.cancel()
    await asyncio.wait([running])
    assert flushes == 1


async def test_what_is_being_written_when_the_gateway_ends_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_FLUSH_EVERY", 0.0)
    store = SlowStore()
    target = Recorder(store.write)
    first = note(target, exchange(name="first"))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(target.run())
        await store.begun.wait()
        second = note(target, exchange(name="second"))
        running.cancel()
        await asyncio.sleep(0)
        store.may.set()
    assert [record.id for record in store.written] == [first.id, second.id]


def ping() -> Exchange:
    what = exchange(server=None)
    what.method = "ping"
    return what


async def test_pings_are_counted_and_push_nothing_out() -> None:
    written: list[CallRecord] = []

    async def store(records: Sequence[CallRecord]) -> None:
        written.extend(records)

    target = Recorder(store)
    for _ in range(5_000):
        target.note(ping(), started=0, bytes_in=1, bytes_out=1, result={})
    target.note(exchange(name="t"), started=0, bytes_in=1, bytes_out=1, result={})
    target.note(ping(), started=0, bytes_in=1, bytes_out=1, error=RpcError(INTERNAL_ERROR, "x"))
    assert target.calls == 5_002
    await target.flush()
    assert [(record.method, record.times) for record in written] == [("ping", 1), ("tools/call", 1), ("ping", 1)]
    await target.flush_all()
    assert [(record.method, record.times) for record in written[3:]] == [("ping", 4_999)]
    ids = [record.id for record in written]
    assert ids == sorted(set(ids))


def test_numbers_go_on_behind_the_newest_of_the_history() -> None:
    target = Recorder(nowhere)
    target.begin_after(41)
    assert [note(target, exchange()).id for _ in range(2)] == [42, 43]


async def test_the_state_says_that_nothing_is_recorded_and_the_log_says_it_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    full = True

    async def store(_: Sequence[CallRecord]) -> None:
        if full:
            raise OSError("no space left on device")

    target = Recorder(store)
    for _ in range(3):
        note(target, exchange())
        await target.flush()
    assert target.error == "no space left on device"
    assert len(caplog.records) == 1
    full = False
    note(target, exchange())
    await target.flush()
    assert target.error is None


@pytest.mark.parametrize("column", ["method", "server", "name", "tool", "scope", "client", "error"])
@pytest.mark.parametrize("secret", ["canary-value", KEY_PREFIX + "c" * 43])
def test_no_column_has_a_secret(column: str, secret: str) -> None:
    known = KnownSecrets()
    known.add("${secret:a}", "canary-value")
    values: dict[str, Any] = {"id": 1, "at": 0.0, "key": "k", "method": "m", column: f"a {secret} b"}
    assert "c" not in str(getattr(presentable(CallRecord(**values), known), column)).replace("secret", "")


@pytest.mark.parametrize("size", [1, 300_000])
def test_no_part_of_a_known_secret_is_in_what_was_said(size: int) -> None:
    known = KnownSecrets()
    known.add("${secret:a}", "Q" * 30)
    target = Recorder(nowhere, known=known)
    for place in (0, KEPT_BYTES - 40, KEPT_BYTES - 20, KEPT_BYTES - 5, KEPT_BYTES + 5):
        text = "x" * place + "Q" * 30 + "y" * size
        what = exchange(name="x" * 480 + "Q" * 30, text=text)
        error = RpcError(INTERNAL_ERROR, "x" * 3_985 + "Q" * 30, {"Q" * 30: text})
        target.note(what, started=0.0, bytes_in=len(text), bytes_out=len(text), error=error)
        assert "QQ" not in str(target.recent()[-1])


def test_a_number_that_is_a_known_secret_is_left_out() -> None:
    known = KnownSecrets()
    known.add("${secret:pin}", "12345678")
    record = CallRecord(id=1, at=0.0, key="k", method="m", params={"pin": 12345678, "other": 1, "is": True})
    assert presentable(record, known).params == {"pin": SECRET_MARK, "other": 1, "is": True}
    assert is_masked(presentable(record, known).params)
