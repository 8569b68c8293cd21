"""The demo server's tools. They need no network and change nothing outside the process."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Annotated, Literal

import anyio
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, Image, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from mcptui.demo import arithmetic, notes
from mcptui.demo.bars import bars


def calculate(
    expression: Annotated[str, Field(description="For example (2 + 3) * 4 or sqrt(2)", max_length=500)] = "6 * 7",
) -> int | float:
    """Calculate an arithmetic expression."""
    try:
        return arithmetic.calculate(expression)
    except arithmetic.ArithmeticProblem as problem:
        raise ToolError(problem.message) from problem


class LocalTime(BaseModel):
    """One moment in two time zones."""

    source: str
    target: str
    hours_apart: float


def convert_time(
    time: Annotated[str, Field(description="Time of day as HH:MM", pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")],
    source_zone: Annotated[str, Field(description="IANA name, for example Europe/Berlin")] = "UTC",
    target_zone: Annotated[str, Field(description="IANA name, for example Asia/Tokyo")] = "Asia/Tokyo",
) -> LocalTime:
    """Convert a time of today from one time zone to another."""
    hour, minute = (int(part) for part in time.split(":"))
    today = dt.datetime.now(_zone(source_zone))
    moment = today.replace(hour=hour, minute=minute, second=0, microsecond=0)
    there = moment.astimezone(_zone(target_zone))
    apart = (there.utcoffset() or dt.timedelta()) - (moment.utcoffset() or dt.timedelta())
    return LocalTime(
        source=moment.strftime("%a %H:%M %Z"),
        target=there.strftime("%a %H:%M %Z"),
        hours_apart=apart.total_seconds() / 3600,
    )


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolError(f"there is no time zone {name!r}; use a name such as Europe/Berlin") from error


class FoundNote(BaseModel):
    """A note that a search found."""

    id: str
    title: str


def search_notes(
    query: Annotated[str, Field(description="Words to look for")],
    limit: Annotated[int, Field(ge=1, le=20)] = 5,
) -> list[FoundNote]:
    """Search the bundled notes; read one with read_note."""
    return [FoundNote(id=note.id, title=note.title) for note in notes.search(query, limit)]


def read_note(note_id: Annotated[str, Field(description="The id that search_notes gives")]) -> str:
    """Read one of the bundled notes."""
    note = notes.NOTES.get(note_id)
    if note is None:
        raise ToolError(f"there is no note {note_id!r}; there are {', '.join(notes.NOTES)}")
    return f"# {note.title}\n\n{note.text}"


def draw_bars(
    values: Annotated[tuple[float, ...], Field(description="Heights of the bars", min_length=1, max_length=24)],
) -> tuple[str, Image]:
    """Draw a bar chart; gives a picture and says what is on it."""
    if max(values) <= 0:
        raise ToolError("a bar needs a height above 0")
    return f"{len(values)} bars, the highest is {max(values):g}.", Image(data=bars(values), format="png")


async def slow_count(
    ctx: Context,
    to: Annotated[int, Field(ge=1, le=100)] = 5,
    seconds: Annotated[float, Field(description="Pause before each number", ge=0, le=10)] = 1.0,
) -> str:
    """Count slowly and report progress. Can be cancelled."""
    for number in range(1, to + 1):
        await anyio.sleep(seconds)
        await ctx.report_progress(number, to, f"{number} of {to}")
    return f"Counted to {to}."


class TripDetails(BaseModel):
    """What plan_trip needs to know."""

    days: int = Field(title="Days", description="How long the trip is", ge=1, le=14)
    season: Literal["spring", "summer", "autumn", "winter"] = Field(default="summer", title="Season")
    with_children: bool = Field(default=False, title="Children come along")


def _ask_details(destination: str, days: int | None) -> TripDetails | Elicit[TripDetails]:
    if days is not None:
        return TripDetails(days=days)
    return Elicit(f"How long will you stay in {destination}?", TripDetails)


def plan_trip(
    destination: Annotated[str, Field(min_length=1, max_length=80)],
    details: Annotated[ElicitationResult[TripDetails], Resolve(_ask_details)],
    days: Annotated[int | None, Field(description="Asked for when missing", ge=1, le=14)] = None,
) -> str:
    """Plan a trip. Asks back for how long it is, unless days is given."""
    if not isinstance(details, AcceptedElicitation):
        return f"No plan for {destination}: the question was not answered."
    trip = details.data
    ideas = ["a walk through the old town", "a museum", "a market", "a boat or a tram", "a day without a plan"]
    if trip.with_children:
        ideas[1:2] = ["the zoo", "an ice cream"]
    lines = [f"Day {day}: {ideas[(day - 1) % len(ideas)]}" for day in range(1, trip.days + 1)]
    return "\n".join([f"{trip.days} day{'s' if trip.days > 1 else ''} in {destination}, {trip.season}:", *lines])


def fail(message: Annotated[str, Field(max_length=200)] = "this tool always fails") -> str:
    """Fail on purpose, to see what a failure looks like."""
    raise ToolError(message)


class Person(BaseModel):
    """A participant."""

    name: str = Field(min_length=1)
    email: str | None = Field(default=None, json_schema_extra={"format": "email"})


class Weekly(BaseModel):
    """The booking is repeated every week."""

    every: Literal["week"] = "week"
    times: int = Field(ge=2, le=52)


class UntilDate(BaseModel):
    """The booking is repeated every day up to a date."""

    every: Literal["day"] = "day"
    until: dt.date


class Booking(BaseModel):
    """A confirmed booking."""

    number: str
    room: str
    begins: str
    ends: str
    people: int


def book_room(
    room: Literal["Atlas", "Borealis", "Ceres"],
    date: Annotated[dt.date, Field(description="Day of the meeting")],
    organizer: Person,
    start: Annotated[dt.time, Field(description="Local time, for example 09:30")] = dt.time(9),
    hours: Annotated[float, Field(gt=0, le=8, multiple_of=0.25)] = 1.0,
    attendees: Annotated[tuple[Person, ...], Field(max_length=20)] = (),
    equipment: Annotated[
        frozenset[Literal["projector", "whiteboard", "video"]], Field(description="What the room needs")
    ] = frozenset(),
    repeat: Annotated[Weekly | UntilDate | None, Field(description="Leave empty for a single meeting")] = None,
    remark: Annotated[str | None, Field(max_length=500)] = None,
) -> Booking:
    """Book a meeting room of the demo office. Nothing is really booked."""
    begins = dt.datetime.combine(date, start)
    ends = begins + dt.timedelta(hours=hours)
    people = 1 + len(attendees)
    if people > {"Atlas": 20, "Borealis": 8, "Ceres": 4}[room]:
        raise ToolError(f"{room} is too small for {people} people")
    suffix = "".join(sorted(item[0] for item in equipment)) + ("r" if repeat else "") + ("n" if remark else "")
    return Booking(
        number=f"{room[0]}{begins:%y%m%d%H%M}{suffix}",
        room=room,
        begins=begins.isoformat(timespec="minutes"),
        ends=ends.isoformat(timespec="minutes"),
        people=people,
    )
