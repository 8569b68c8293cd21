from __future__ import annotations

import asyncio

import pytest

from mcptui.tasks import LARGE
from mcptui.upstream import large_messages
from mcptui.upstream.large_messages import LargeMessages, Reading

MB = 1024 * 1024


class Scene:
    """A budget of 8 MB, and who was given up."""

    def __init__(self) -> None:
        self.large = LargeMessages(lambda: 8 * MB)
        self.given_up: list[str] = []

    def reading(self, server: str, key: str = "") -> Reading:
        def give_up() -> None:
            self.given_up.append(server)
            reading.end()

        reading = self.large.reading(server, give_up, key)
        return reading


@pytest.fixture
def scene() -> Scene:
    return Scene()


def goes_on(reading: Reading, size: int) -> asyncio.Task[None]:
    return asyncio.ensure_future(reading.holds(size))


async def turn() -> None:
    """Whoever may go on has done so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_small_messages_are_not_counted_and_never_wait(scene: Scene) -> None:
    await scene.reading("a").holds(100 * MB)
    waits = goes_on(scene.reading("b"), 20 * MB)
    await turn()
    assert not waits.done()
    await scene.reading("b").holds(LARGE)
    assert scene.large.held == 120 * MB
    waits.cancel()


async def test_beyond_the_budget_one_after_another_goes_on(scene: Scene) -> None:
    readings = [scene.reading("a") for _ in range(3)]
    tasks = [goes_on(reading, 5 * MB) for reading in readings]
    for reading, task in zip(readings, tasks, strict=True):
        await turn()
        assert task.done()
        assert sum(each.done() for each in tasks) == tasks.index(task) + 1
        reading.end()
    assert scene.large.held == 0


async def test_a_server_holds_no_more_than_half(scene: Scene) -> None:
    first, second, other = scene.reading("a"), scene.reading("a"), scene.reading("b")
    await first.holds(5 * MB)
    waits = goes_on(second, MB)
    await turn()
    assert not waits.done()
    await other.holds(MB)
    first.end()
    await waits


async def test_servers_and_keys_take_turns(scene: Scene) -> None:
    holder = scene.reading("c")
    await holder.holds(20 * MB)
    order: list[str] = []

    async def read(server: str, key: str) -> None:
        with scene.reading(server, key) as reading:
            await reading.holds(20 * MB)
            order.append(server + key)

    tasks = [asyncio.ensure_future(read(*whose)) for whose in ("a1", "a1", "a1", "a2", "b1")]
    await turn()
    assert not order
    holder.end()
    await asyncio.gather(*tasks)
    assert order == ["a1", "a2", "b1", "a1", "a1"]


async def test_nobody_waits_for_ever_where_all_hold_a_part(scene: Scene) -> None:
    async def read() -> None:
        with scene.reading("a") as reading:
            for size in range(MB, 30 * MB, MB):
                await reading.holds(size)
                most.append(scene.large.held)
                await asyncio.sleep(0)

    most: list[int] = []
    await asyncio.gather(*(read() for _ in range(20)))
    assert scene.large.held == 0
    # What was read before the budget was used up, one that has a turn, and what each has read when it is told to wait.
    assert max(most) <= 4 * MB + 30 * MB + 20 * MB


async def test_who_stops_in_the_middle_loses_its_turn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_messages, "TURN", 0.0)
    stopped = scene.reading("a")
    await stopped.holds(6 * MB)
    await scene.reading("b").holds(5 * MB)
    assert not scene.given_up
    assert stopped.held == 6 * MB


async def test_who_has_stopped_is_given_up_where_too_much_is_held(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_messages, "TURN", 0.0)
    await scene.reading("a").holds(20 * MB)
    await scene.reading("b").holds(MB)
    await scene.reading("b").holds(4 * MB)
    assert scene.given_up == ["a"]


async def test_who_goes_on_or_is_being_decoded_keeps_its_turn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_messages, "TURN", 0.0)
    first = scene.reading("a")
    await first.holds(10 * MB)
    waits = goes_on(scene.reading("b"), 10 * MB)
    for size in range(12, 40, 2):
        await first.holds(size * MB)
        await asyncio.sleep(0)
    first.is_whole = True
    await turn()
    assert not waits.done()
    first.end()
    await waits


async def test_who_no_longer_waits_leaves_the_line(scene: Scene) -> None:
    holder, gone, last = scene.reading("a"), scene.reading("a"), scene.reading("a")
    await holder.holds(10 * MB)
    with gone:
        leaves = goes_on(gone, 10 * MB)
        waits = goes_on(last, 10 * MB)
        await turn()
        leaves.cancel()
        await turn()
    holder.end()
    await waits
    assert scene.large.held == 10 * MB


async def test_who_gives_up_as_its_turn_comes_lets_the_next_go_on(scene: Scene) -> None:
    holder, gone, last = scene.reading("a"), scene.reading("a"), scene.reading("a")
    await holder.holds(10 * MB)
    leaves = goes_on(gone, 10 * MB)
    waits = goes_on(last, 10 * MB)
    await turn()
    holder.end()
    leaves.cancel()
    await turn()
    gone.end()
    await waits


async def test_of_a_stream_the_next_message_is_counted_anew(scene: Scene) -> None:
    stream = scene.reading("a")
    await stream.holds(10 * MB)
    waits = goes_on(scene.reading("b"), 10 * MB)
    await turn()
    assert not waits.done()
    await stream.holds(10)
    await waits
    assert scene.large.held == 10 * MB
