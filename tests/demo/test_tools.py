from __future__ import annotations

import datetime as dt

import pytest
from mcp.server.elicitation import AcceptedElicitation, CancelledElicitation
from mcp.server.mcpserver.exceptions import ToolError

from mcptui.demo import tools


def test_calculate() -> None:
    assert tools.calculate("6 * 7") == 42
    with pytest.raises(ToolError, match="division by zero"):
        tools.calculate("1 / 0")


def test_convert_time() -> None:
    there = tools.convert_time("12:30", "UTC", "Asia/Tokyo")
    assert there.source.endswith("12:30 UTC")
    assert there.target.endswith("21:30 JST")
    assert there.hours_apart == 9


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "", "\0"])
def test_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(ToolError, match="there is no time zone"):
        tools.convert_time("12:30", zone)


def test_notes() -> None:
    found = tools.search_notes("pancakes")
    assert found[0].id == "pancakes"
    assert tools.read_note("pancakes").startswith("# Pancakes for four\n\n")
    with pytest.raises(ToolError, match="there is no note 'nope'"):
        tools.read_note("nope")


def test_plan_trip() -> None:
    plan = tools.plan_trip("Lisbon", AcceptedElicitation(data=tools.TripDetails(days=2)))
    assert plan.splitlines()[0] == "2 days in Lisbon, summer:"
    family = tools.TripDetails(days=3, season="winter", with_children=True)
    assert "Day 2: the zoo" in tools.plan_trip("Lisbon", AcceptedElicitation(data=family))
    assert tools.plan_trip("Lisbon", CancelledElicitation()).startswith("No plan")


def test_book_room() -> None:
    ann = tools.Person(name="Ann")
    booking = tools.book_room(
        "Ceres",
        dt.date(2026, 5, 4),
        ann,
        hours=1.5,
        equipment=frozenset({"video"}),
        repeat=tools.Weekly(times=2),
        remark="x",
    )
    assert booking.model_dump() == {
        "number": "C2605040900vrn",
        "room": "Ceres",
        "begins": "2026-05-04T09:00",
        "ends": "2026-05-04T10:30",
        "people": 1,
    }
    with pytest.raises(ToolError, match="Ceres is too small for 5 people"):
        tools.book_room("Ceres", dt.date(2026, 5, 4), ann, attendees=(ann,) * 4)


def test_bars() -> None:
    words, picture = tools.draw_bars((1, 2.5))
    assert words == "2 bars, the highest is 2.5."
    assert picture.to_image_content().mime_type == "image/png"
    with pytest.raises(ToolError, match="a height above 0"):
        tools.draw_bars((0, -1))
