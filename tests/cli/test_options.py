from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from mcptui.cli.options import Duration, Expiry, Pair, chosen_names, tool_rules


def test_expiry_takes_a_length_or_a_date() -> None:
    in_a_day = Expiry().convert("1d", None, None)
    assert timedelta(hours=23, minutes=59) < in_a_day - datetime.now(UTC) <= timedelta(days=1)
    assert Expiry().convert("2027-01-31", None, None) == datetime(2027, 1, 31, tzinfo=UTC)
    assert Expiry().convert("2027-01-31T10:00:00+02:00", None, None) == datetime(2027, 1, 31, 8, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "text"), [(Expiry(), "soon"), (Duration(), "1 day"), (Pair(), "x"), (Pair(), "=x")])
def test_nonsense_is_a_usage_error(kind: click.ParamType[object], text: str) -> None:
    with pytest.raises(click.UsageError):
        kind.convert(text, None, None)


def test_a_pair_is_split_at_the_first_equals_sign() -> None:
    assert Pair().convert("Authorization=Basic a=b", None, None) == ("Authorization", "Basic a=b")


def test_tool_rules_of_one_server_add_up() -> None:
    assert tool_rules([("git", "read_*,!read_x"), ("git", "log"), ("time", "")]) == {
        "git": ("read_*", "!read_x", "log"),
        "time": (),
    }
    assert tool_rules([]) is None


def test_saying_nothing_is_not_none() -> None:
    assert chosen_names("model", (), none=False) is None
    assert chosen_names("model", (), none=True) == ()
    assert chosen_names("model", (("a", "b"), ("c",)), none=False) == ("a", "b", "c")
    with pytest.raises(click.UsageError, match="mutually exclusive"):
        chosen_names("model", (("m",),), none=True)
