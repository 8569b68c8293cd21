"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from mcptui.cli.completion import names_of
from mcptui.model.times import parse_duration, parse_moment

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
key_option = click.option(
    "--key", shell_complete=names_of("key"), metavar="NAME", help="Act as this key instead of the owner."
)


class Pair(click.ParamType[tuple[str, str]]):
    """``NAME=VALUE`` on the command line."""

    name = "NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split at the first ``=``."""
        if isinstance(value, tuple):
            return value
        name, equals, rest = str(value).partition("=")
        if not (name and equals):
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, rest


class Names(click.ParamType[tuple[str, ...]]):
    """Names with commas between them: ``a,b,@group``."""

    name = "NAME,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split at the commas."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip() for part in str(value).split(","))
        if not all(names):
            self.fail(f"{value!r} has an empty name", param, ctx)
        return names


class Expiry(click.ParamType[datetime]):
    """A moment in the future: ``30d``, ``12h``, or a date such as 2027-01-31."""

    name = "30d|DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Both forms as a UTC time."""
        if isinstance(value, datetime):
            return value
        moment = parse_moment(str(value), datetime.now(UTC))
        if moment is None:
            self.fail(f"{value!r} is neither a duration (30d, 12h) nor a date (2027-01-31)", param, ctx)
        return moment


class Duration(click.ParamType[timedelta]):
    """A length of time: ``30s``, ``15m``, ``12h``, ``30d``, ``2w``."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length, never negative."""
        if isinstance(value, timedelta):
            return value
        length = parse_duration(str(value))
        if length is None:
            self.fail(f"{value!r} is not a duration such as 30s, 15m, 12h, 30d", param, ctx)
        return length


def tool_rules(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]] | None:
    """``--tools github=read_*,!read_private`` (repeatable) as rules by server; None when not given."""
    rules: dict[str, tuple[str, ...]] = {}
    for server, globs in pairs:
        rules[server] = (*rules.get(server, ()), *(glob for glob in globs.split(",") if glob))
    return rules or None


def chosen_names(kind: str, given: tuple[tuple[str, ...], ...], none: bool) -> tuple[str, ...] | None:
    """What ``--KIND`` (repeatable) and ``--no-KINDs`` say together; None where neither stands there.

    Raises:
        click.UsageError: both stand there.
    """
    names = tuple(name for listed in given for name in listed)
    if names and none:
        raise click.UsageError(f"--{kind} and --no-{kind}s are mutually exclusive")
    return names if names or none else None
