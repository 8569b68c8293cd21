from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.model.limits import Limits
from mcptui.protocol.errors import METHOD_NOT_FOUND
from mcptui.upstream import stdio
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.connect import ConnectionDeps, Identity
from mcptui.upstream.errors import FloodError, MessageTooLargeError, NotMcpError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.launch import launch
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.stdio import StdioConnection
from tests.support.processes import all_gone

Opener = Callable[..., Awaitable[StdioConnection]]


def server(*kinds: str, **more: Any) -> Server:
    module = ("-m", "tests.support.stdio_server", *kinds)
    return Server(name="small", command=sys.executable, args=module, **{"timeout": 10.0, **more})


@pytest.fixture
async def open_(tools: ConnectionDeps) -> AsyncIterator[Opener]:
    opened: list[StdioConnection] = []

    async def open_(*kinds: str, remembered: Negotiated | None = None, **more: Any) -> StdioConnection:
        config = server(*kinds, **more)
        config.env["PYTHONPATH"] = ":".join(sys.path)  # type: ignore[index]
        connection = await launch(config, tools, Identity(), remembered or Negotiated(), lambda *_: None)
        opened.append(connection)
        return connection

    yield open_
    await asyncio.gather(*(connection.close() for connection in opened))


async def use(connection: StdioConnection, tool: str, *, timeout: float = 10, **arguments: Any) -> str:
    call = Call(method="tools/call", params={"name": tool, "arguments": arguments}, timeout=timeout)
    text: str = (await connection.request(call))["content"][0]["text"]
    return text


@pytest.mark.parametrize(("kinds", "era"), [((), "handshake"), (("stateless",), "stateless")])
async def test_both_eras_are_found_out_and_remembered(open_: Opener, kinds: tuple[str, ...], era: str) -> None:
    remembered = Negotiated()
    first = await open_(*kinds, remembered=remembered)
    assert first.peer.era == remembered.era == era
    assert remembered.transport == "stdio"
    assert first.peer.server_info == ({"name": "small", "version": "1"} if era == "handshake" else None)
    second = await open_(*kinds, remembered=remembered)
    assert second.peer.era == era
    assert await use(second, "echo", x=1) == '{"x": 1}'


async def test_calls_side_by_side(open_: Opener) -> None:
    connection = await open_()
    texts = await asyncio.gather(*(use(connection, "echo", n=n) for n in range(50)))
    assert [json.loads(text)["n"] for text in texts] == list(range(50))


async def test_a_very_long_line(open_: Opener) -> None:
    assert len(await use(await open_(), "long")) == 5_000_000


async def test_long_lines_are_read_within_a_budget(tools: ConnectionDeps) -> None:
    mb = 1024 * 1024
    connection = await launch(
        server(), replace(tools, limits=lambda: Limits(max_large_bytes=mb)), Identity(), Negotiated(), lambda *_: None
    )
    large = connection.large
    with large.reading("another", lambda: None) as other:
        await other.holds(20 * mb)
        answer = asyncio.ensure_future(use(connection, "long"))
        async with asyncio.timeout(20):
            while large.held == 20 * mb:  # noqa: ASYNC110  nothing says so
                await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert large.held < 22 * mb
        assert not answer.done()
    assert len(await answer) == 5_000_000
    assert large.held == 0
    await connection.close()


async def test_a_long_line_that_stops_in_the_middle_fails_its_call_only(
    open_: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await open_()
    hanging = asyncio.ensure_future(use(connection, "half"))
    async with asyncio.timeout(20):
        while not connection.large.held:  # noqa: ASYNC110  nothing says so
            await asyncio.sleep(0)
    connection._give_up()
    with pytest.raises(UpstreamError, match="stopped in the middle of a large message"):
        await hanging
    assert connection.large.held == 0
    # The rest of the line comes before the next answer, and is nobody's.
    assert await use(connection, "echo") == "{}"
    assert not connection.closed


async def test_a_banner_is_skipped_and_a_flood_of_stderr_blocks_nothing(open_: Opener) -> None:
    connection = await open_("banner", "flood")
    assert await use(connection, "echo") == "{}"
    assert connection.process.printed


async def test_bytes_that_are_not_utf8_cost_themselves_only(open_: Opener) -> None:
    connection = await open_()
    assert await use(connection, "latin") == "caf\ufffd"
    assert connection.process.unreadable == 1
    assert any(line.startswith("not UTF-8: ") for line in connection.process.printed)
    assert await use(connection, "echo") == "{}"


@pytest.mark.parametrize("kind", ["broken", "nameless"])
async def test_an_answer_that_cannot_be_read_fails_its_call_at_once(open_: Opener, kind: str) -> None:
    connection = await open_()
    with pytest.raises(UpstreamError, match="cannot be read") as caught:
        await use(connection, kind, timeout=60)
    assert caught.value.ran
    assert await use(connection, "echo") == "{}"


@pytest.mark.parametrize(
    ("limits", "says"),
    [(Limits(max_message_bytes=100_000), "more than 100,000 bytes"), (Limits(max_json_values=2), "2 JSON values")],
)
async def test_an_answer_that_is_too_large_fails_its_call_only(
    tools: ConnectionDeps, limits: Limits, says: str
) -> None:
    in_effect = Limits()
    config = server()
    connection = await launch(
        config, replace(tools, limits=lambda: in_effect), Identity(), Negotiated(), lambda *_: None
    )
    try:
        waiting = asyncio.create_task(use(connection, "hang", timeout=60))
        in_effect = limits
        with pytest.raises(MessageTooLargeError, match=says):
            await use(connection, "many" if says.endswith("values") else "long", timeout=60)
        in_effect = Limits()
        assert await use(connection, "echo") == "{}"
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
    finally:
        await connection.close()


@pytest.mark.parametrize("pings", [20_000, 200_000])
async def test_a_flood_of_questions_ends_the_connection_and_holds_up_nobody(open_: Opener, pings: int) -> None:
    connection = await open_()
    loop, gaps = asyncio.get_running_loop(), [0.0]

    async def beat() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0)
            gaps.append(loop.time() - before)

    beating = asyncio.create_task(beat())
    with pytest.raises(FloodError, match="more than 100 times a second") as caught:
        await use(connection, "pings", timeout=60, number=pings)
    beating.cancel()
    assert caught.value.ran
    assert caught.value.public == "asks its client more than 100 times a second"
    assert connection.closed
    assert len(gaps) > 2, "others had their turn meanwhile"
    await connection.process.exited.wait()


async def test_it_fails_no_other_call(open_: Opener) -> None:
    connection = await open_()
    waiting = asyncio.create_task(use(connection, "hang", timeout=60))
    with pytest.raises(UpstreamError, match="cannot be read"):
        await use(connection, "broken", timeout=60)
    with pytest.raises(UpstreamTimeoutError):
        await use(connection, "nameless", timeout=0.2)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])


async def test_text_beside_the_messages_is_counted_and_kept(open_: Opener) -> None:
    connection = await open_()
    assert await use(connection, "talk") == "{}"
    assert connection.process.unreadable == 2
    assert list(connection.process.printed) == ["stdout: {'level': 'info'}", "stdout: loading…"]


async def test_progress_and_questions(open_: Opener) -> None:
    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append((method, params))

    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"roots": [method]}

    connection = await open_()
    params = {"name": "progress", "_meta": {"progressToken": "mine"}}
    await connection.request(Call(method="tools/call", params=params, notify=notify))
    assert heard == [("notifications/progress", {"progressToken": "mine", "progress": step}) for step in (1, 2)]
    result = await connection.request(Call(method="tools/call", params={"name": "ask"}, ask=ask))
    assert json.loads(result["content"][0]["text"]) == {"roots": ["roots/list"]}
    assert json.loads(await use(connection, "ask"))["code"] == METHOD_NOT_FOUND


async def test_it_prints_text_instead_of_messages(open_: Opener) -> None:
    with pytest.raises(NotMcpError, match="Welcome to the") as caught:
        await open_("garbage", start_timeout=2.0, spec_version="2025-11-25")
    assert "stdio" in str(caught.value.hint)


async def test_it_says_nothing(open_: Opener) -> None:
    with pytest.raises(UpstreamTimeoutError, match=r"did not answer within 0\.3 s of its start and printed nothing"):
        await open_("silent", start_timeout=0.3, spec_version="2025-11-25")


async def test_silence_on_the_new_question_is_followed_by_the_old_one(
    open_: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "SILENCE", 0.01)
    assert (await open_()).peer.era == "handshake"
    with pytest.raises(UpstreamTimeoutError):
        await open_("silent", start_timeout=0.3)


async def test_giving_up_while_it_says_nothing_leaves_no_question_open(
    open_: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stdio, "SILENCE", 60)
    asked, discover = asyncio.Event(), StdioConnection._discover

    async def asking(connection: StdioConnection, call: Call) -> Peer:
        asked.set()
        return await discover(connection, call)

    monkeypatch.setattr(StdioConnection, "_discover", asking)
    opening = asyncio.ensure_future(open_("silent"))
    await asyncio.wait_for(asked.wait(), 10)
    opening.cancel()
    await asyncio.wait([opening])
    del opening  # its traceback holds all that it started
    assert "discover" not in {task.get_name() for task in asyncio.all_tasks()}
    gc.collect()
    assert not [record for record in caplog.records if record.name == "asyncio"]


async def test_it_exits_at_once(open_: Opener) -> None:
    with pytest.raises(UpstreamError, match="exited with code 7: no configuration found") as caught:
        await open_("exit")
    assert caught.value.stderr[-1] == "no configuration found"


async def test_it_dies_in_the_middle_of_a_call(open_: Opener) -> None:
    connection = await open_()
    with pytest.raises(UpstreamError, match="exited with code 9: out of cheese") as caught:
        await use(connection, "die")
    assert caught.value.ran
    assert connection.closed
    with pytest.raises(UpstreamError, match="code 9"):
        await use(connection, "echo")


async def test_it_dies_while_its_child_holds_the_pipes(open_: Opener) -> None:
    connection = await open_("child")
    _, child = json.loads(await use(connection, "pids"))
    async with asyncio.timeout(8):
        with pytest.raises(UpstreamError, match="exited with code 9"):
            await use(connection, "die", timeout=30)
    assert await all_gone([child])


async def test_one_that_closed_its_output_is_not_left_running(open_: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.upstream.process._GRACE", 0.2)
    connection = await open_("mute", "deaf")
    with pytest.raises(UpstreamError, match="closed its output"):
        await use(connection, "echo")
    assert await all_gone([connection.process.pid])


async def test_a_call_that_never_ends_is_cancelled(open_: Opener) -> None:
    connection = await open_()
    with pytest.raises(UpstreamTimeoutError):
        await use(connection, "hang", timeout=0.05)
    assert await use(connection, "echo") == "{}", "the connection lives on"


async def test_a_listener_that_does_not_read_holds_up_nobody(open_: Opener) -> None:
    """One client of a shared process stops reading its stream."""
    connection, stuck = await open_(), asyncio.Event()

    async def notify(method: str, params: dict[str, Any]) -> None:
        stuck.set()
        await asyncio.Event().wait()

    params = {"name": "progress", "_meta": {"progressToken": 1}}
    slow = asyncio.create_task(connection.request(Call(method="tools/call", params=params, notify=notify, timeout=30)))
    async with asyncio.timeout(10):
        await stuck.wait()
        assert await use(connection, "echo") == "{}"
    slow.cancel()
    await asyncio.wait([slow])


async def test_closing_ends_the_process_and_its_children(open_: Opener) -> None:
    connection = await open_("child")
    pids = json.loads(await use(connection, "pids"))
    await connection.close()
    assert await all_gone(pids)
    await connection.close()
