from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from mcptui.gateway.fronts.mcp import sessions
from mcptui.gateway.fronts.mcp.handshake import MAX_BATCH
from mcptui.gateway.fronts.mcp.sessions import owned_name
from tests.support.gateway import RunningGateway, key, state
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


def request(method: str, params: dict[str, Any] | None = None, id_: Any = 10) -> dict[str, Any]:
    return {"id": id_, "method": method, "params": params or {}}


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ],
)
async def test_initialize(gateway: RunningGateway, wire: Connect, asked: str, spoken: str) -> None:
    session = await wire(gateway).shake_hands(asked)
    assert session.version == spoken
    assert session.initialized["serverInfo"]["name"] == "mcptui"
    assert session.initialized["capabilities"]["tools"] == {"listChanged": True}
    assert "About a." in session.initialized["instructions"]
    assert session.id.isascii()
    assert session.id.isprintable()
    assert len(session.id) >= 32


async def test_a_session_is_for_its_key_and_its_path_only(
    gateway: RunningGateway, session: WireSession, http: httpx2.AsyncClient
) -> None:
    bodies = set()
    for headers, path in (
        ({"mcp-session-id": "unknown"}, "/mcp"),
        ({"authorization": "Bearer sk-second"}, "/mcp"),
        ({}, "/mcp/a"),
    ):
        for method in ("POST", "GET", "DELETE"):
            content = json.dumps({"jsonrpc": "2.0", **request("tools/list")}) if method == "POST" else None
            response = await http.request(
                method,
                gateway.url + path,
                content=content,
                headers={**session.headers, "content-type": "application/json", **headers},
            )
            assert response.status_code == 404, (method, path)
            bodies.add(response.content)
    assert len(bodies) == 1
    assert (await session.send(request("ping"))).status_code == 200


async def test_a_session_ends_when_it_is_deleted(
    gateway: RunningGateway, session: WireSession, a: ScriptedUpstream
) -> None:
    await session.send(request("tools/call", {"name": "a__echo"}))
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        assert (await session.delete()).status_code == 204
        assert await stream.rest() == []
    assert (await session.delete()).status_code == 404
    assert (await session.send(request("ping"))).status_code == 404
    assert len(gateway.entry.sessions) == 0
    await a.until(lambda: any(seen.http_method == "DELETE" for seen in a.seen))


@pytest.mark.parametrize("old", ["living", "ended", "never was"])
async def test_a_client_that_initializes_again_starts_anew(
    gateway: RunningGateway, session: WireSession, old: str
) -> None:
    if old == "ended":
        await session.delete()
    headers = {"mcp-session-id": "unknown"} if old == "never was" else {}
    response = await session.send(request("initialize", {"protocolVersion": "2025-06-18"}), **headers)
    assert (response.status_code, response.json()["result"]["protocolVersion"]) == (200, "2025-06-18")
    new = WireSession(session.wire, response.headers["mcp-session-id"], "2025-06-18", {})
    assert new.id != session.id
    assert (await new.send(request("ping"))).status_code == 200
    # Sent for another session than its own, which stays.
    assert (await session.send(request("ping"))).status_code == (200 if old == "never was" else 404)
    assert len(gateway.entry.sessions) == (2 if old == "never was" else 1)


async def test_initializing_with_the_session_of_somebody_else_leaves_it_alone(
    gateway: RunningGateway, session: WireSession
) -> None:
    theirs = await session.send(request("initialize", {}), authorization="Bearer sk-second")
    assert theirs.status_code == 200
    assert theirs.headers["mcp-session-id"] != session.id
    assert (await session.send(request("ping"))).status_code == 200


async def test_versions_are_checked_in_sessions(session: WireSession) -> None:
    response = await session.send(request("ping"), **{"mcp-protocol-version": "2024-11-05"})
    assert response.status_code == 200
    unknown = await session.wire.http.post(
        session.wire.url,
        json={"jsonrpc": "2.0", **request("ping")},
        headers={**session.headers, "mcp-protocol-version": "1999-01-01"},
    )
    assert unknown.status_code == 400


async def test_without_a_session_nobody_can_be_asked(
    gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient, a: ScriptedUpstream
) -> None:
    async def ask(incoming: Incoming) -> dict[str, Any]:
        answer = await incoming.ask("roots/list", {})
        return text(json.dumps(answer["error"]["code"]))

    a.tools["echo"] = ask
    client = wire(gateway)
    headers = {**client.headers, "accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    call = {"jsonrpc": "2.0", **request("tools/call", {"name": "a__echo"})}
    response = await http.post(client.url, json=call, headers=headers)
    assert response.json()["result"] == text("-32601")
    assert (await http.get(client.url, headers=headers)).status_code == 405
    assert (await http.delete(client.url, headers=headers)).status_code == 405


async def test_ids_keep_their_type_and_may_be_anything(session: WireSession) -> None:
    for id_ in ("7", 7, "", 0, -1, 2**53 + 1, "x" * 5_000):
        assert (await session.send(request("ping", id_=id_))).json()["id"] == id_


async def test_an_id_in_use_is_refused(session: WireSession, a: ScriptedUpstream) -> None:
    a.tools["echo"] = hang
    call = asyncio.create_task(session.send(request("tools/call", {"name": "a__echo"}, id_=5)))
    await a.until(lambda: bool(a.messages("tools/call")))
    assert (await session.send(request("ping", id_=5))).status_code == 400
    assert (await session.send(request("ping", id_="5"))).status_code == 200
    await cancel(session, 5)
    await call


async def hang(incoming: Incoming) -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


async def cancel(session: WireSession, id_: Any) -> None:
    note = {"method": "notifications/cancelled", "params": {"requestId": id_}}
    assert (await session.send(note)).status_code == 202


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/event-stream"])
async def test_cancelling(session: WireSession, a: ScriptedUpstream, accept: str) -> None:
    a.tools["echo"] = hang
    nonsense: Any
    for nonsense in (99, "99", {}, None, True):
        await cancel(session, nonsense)
    call = asyncio.create_task(session.send(request("tools/call", {"name": "a__echo"}, id_=5), accept=accept))
    await a.until(lambda: bool(a.messages("tools/call")))
    await cancel(session, 5)
    async with asyncio.timeout(10):
        assert (await call).json()["error"]["code"] == -32800
        await a.until(lambda: len(a.messages("notifications/cancelled")) == 1)
    await cancel(session, 5)


async def test_another_keys_session_cancels_nothing(
    gateway: RunningGateway, wire: Connect, session: WireSession, a: ScriptedUpstream
) -> None:
    a.tools["echo"] = hang
    other = await wire(gateway, "second").shake_hands()
    call = asyncio.create_task(session.send(request("tools/call", {"name": "a__echo"}, id_=5)))
    await a.until(lambda: bool(a.messages("tools/call")))
    await cancel(other, 5)
    assert a.messages("notifications/cancelled") == []
    assert not call.done()
    await cancel(session, 5)
    await call


async def test_older_clients_get_no_empty_event(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    session = await wire(gateway).shake_hands("2025-06-18")
    async with asyncio.timeout(10), session.listen() as stream:
        a.tools["new"] = a.tools["echo"]
        await a.listened()
        a.announce("notifications/tools/list_changed")
        assert (await stream.event()).data


async def test_what_was_missed_comes_after_a_reconnect(
    gateway: RunningGateway, session: WireSession, wire: Connect
) -> None:
    servers = gateway.core.snapshot.state.servers
    keys = [key("all", servers=("a",)), key("second", servers=("*",))]
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        gateway.put(state(*servers.values(), *keys))
        first = [await stream.message() for _ in range(3)]
        position = stream.last_id
    gateway.put(state(*servers.values(), key("all", servers=("*",)), keys[1]))
    other = await wire(gateway, "second").shake_hands()
    async with asyncio.timeout(10), session.listen(position) as stream:
        again = [await stream.message() for _ in range(3)]
    assert sorted(each["method"] for each in first) == sorted(each["method"] for each in again)
    for foreign in ("get-99-1", "s1-0", "1", "get", "", "get-x", f"{session.id}-1"):
        async with other.listen(foreign) as stream:
            if stream.response.status_code == 200:
                assert foreign.startswith("get-")
            else:
                assert stream.response.status_code == 404


async def test_a_broken_answer_stream_is_resumed(session: WireSession, a: ScriptedUpstream) -> None:
    go = asyncio.Event()

    async def slow(incoming: Incoming) -> dict[str, Any]:
        await incoming.notify("notifications/message", {"level": "info", "data": "begun"})
        await go.wait()
        return text("late")

    a.tools["echo"] = slow
    async with asyncio.timeout(10), session.open(5, "tools/call", {"name": "a__echo"}) as reader:
        assert (await reader.message())["params"]["data"] == "begun"
    go.set()
    async with asyncio.timeout(10), session.listen(reader.last_id) as resumed:
        messages = await resumed.rest()
    assert [message["result"] for message in messages] == [text("late")]
    assert len(a.messages("tools/call")) == 1
    assert a.messages("notifications/cancelled") == [], "losing the connection cancels nothing in this era"


async def test_a_revoked_key_ends_streams_and_calls(
    gateway: RunningGateway, session: WireSession, a: ScriptedUpstream
) -> None:
    a.tools["echo"] = hang
    call = asyncio.create_task(session.send(request("tools/call", {"name": "a__echo"})))
    await a.until(lambda: bool(a.messages("tools/call")))
    async with asyncio.timeout(10), session.listen() as stream:
        await stream.event()
        now = gateway.core.snapshot.state
        gateway.put(replace(now, keys={"all": replace(now.keys["all"], enabled=False)}))
        assert await stream.rest() == []
        await a.until(lambda: len(a.messages("notifications/cancelled")) == 1)
        assert "access to this ended" in (await call).json()["error"]["message"]
    assert (await session.send(request("ping"))).status_code == 401
    assert len(gateway.entry.sessions) == 0


# -- batches ------------------------------------------------------------------------------------------------


@pytest.fixture
async def old(gateway: RunningGateway, wire: Connect) -> WireSession:
    return await wire(gateway).shake_hands("2025-03-26")


async def test_a_batch(old: WireSession, a: ScriptedUpstream) -> None:
    response = await old.send(
        [
            request("ping", id_=1),
            {"method": "notifications/x"},
            request("tools/call", {"name": "a__echo"}, id_="two"),
            request("tools/call", {"name": "none"}, id_=3),
        ]
    )
    answers = {answer["id"]: answer for answer in response.json()}
    assert set(answers) == {1, "two", 3}
    assert answers["two"]["result"] == text("{}")
    assert answers[3]["error"]["code"] == -32602
    assert (await old.send([{"method": "notifications/x"}])).status_code == 202


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [request("ping", id_=1), request("ping", id_=1)],
        [request("initialize", {"protocolVersion": "2025-03-26"})],
        [request("ping"), {"nonsense": 1}],
        [request("ping", id_=n) for n in range(MAX_BATCH + 1)],
    ],
    ids=["empty", "same id", "initialize", "malformed", "long"],
)
async def test_batches_that_are_refused(old: WireSession, batch: list[Any]) -> None:
    response = await old.send(batch)
    assert (response.status_code, response.json()["error"]["code"]) == (400, -32600)


@pytest.mark.parametrize("version", ["2024-11-05", "2025-06-18", "2025-11-25"])
async def test_no_other_revision_has_batches(gateway: RunningGateway, wire: Connect, version: str) -> None:
    session = await wire(gateway).shake_hands(version)
    assert (await session.send([request("ping")])).status_code == 400


@pytest.mark.parametrize(
    ("sizes", "statuses"), [([2, 2, 1, 1], [200, 200, 200, 429]), ([4, 5], [200, 429]), ([6], [429])]
)
async def test_every_request_of_a_batch_counts(
    gateway: RunningGateway, wire: Connect, sizes: list[int], statuses: list[int]
) -> None:
    state = gateway.core.snapshot.state
    gateway.put(replace(state, keys={**state.keys, "all": replace(state.keys["all"], rpm=5)}))
    client, got = wire(gateway), []
    for size in sizes:
        batch = [*(request("ping", id_=number) for number in range(size)), {"method": "notifications/x"}]
        # Without a session and a header the revision is the one that has batches.
        messages = [{"jsonrpc": "2.0", **message} for message in batch]
        got.append((await client.http.post(client.url, json=messages, headers=client.headers)).status_code)
    assert got == statuses


# -- bounds -------------------------------------------------------------------------------------------------


async def test_sessions_are_bounded_and_expire(
    gateway: RunningGateway, wire: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = gateway.core.snapshot.state
    gateway.put(replace(state, gateway=replace(state.gateway, max_sessions=2)))
    first, second, third = [await wire(gateway).shake_hands() for _ in range(3)]
    assert len(gateway.entry.sessions) == 2
    assert (await first.send(request("ping"))).status_code == 404
    assert (await third.send(request("ping"))).status_code == 200
    owners = gateway.core.stores.owners
    owned = [await owners.owner(owned_name(session.id)) for session in (first, second, third)]
    assert owned[0] is None
    assert owned[1] is not None, "the other replicas know whose it is"
    assert owned[1] == owned[2]
    monkeypatch.setattr(sessions, "IDLE", -1.0)
    gateway.entry.sessions.end_idle()
    assert len(gateway.entry.sessions) == 0
    assert (await second.send(request("ping"))).status_code == 404
    assert await owners.owner(owned_name(second.id)) is None
