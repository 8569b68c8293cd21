"""When a key works, and which API a model has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcptui.model import Key
from mcptui.model.entities import api_at

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("enabled", "expires", "works"),
    [
        (True, None, True),
        (True, NOW + SECOND, True),
        (True, NOW, False),
        (True, NOW - SECOND, False),
        (True, (NOW + SECOND).astimezone(timezone(timedelta(hours=9))), True),
        (True, (NOW - SECOND).astimezone(timezone(timedelta(hours=-9))), False),
        (False, None, False),
        (False, NOW + SECOND, False),
    ],
)
def test_a_key_works_while_it_is_enabled_and_has_not_expired(
    enabled: bool, expires: datetime | None, works: bool
) -> None:
    assert Key(name="k", hash="h", enabled=enabled, expires=expires).works(NOW) is works


def test_the_end_of_the_key_before_a_rotation_is_another_matter() -> None:
    assert Key(name="k", hash="h", previous_hash="g", previous_expires=NOW - SECOND).works(NOW)


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://api.openai.com/v1", "responses"),
        ("https://api.openai.com/v1/", "responses"),
        ("https://api.openai.com/v2", "chat"),
        ("https://api.openai.com.example/v1", "chat"),
        ("http://127.0.0.1:11434/v1", "chat"),
        ("${env:BASE}", "chat"),
    ],
)
def test_the_api_of_a_new_model_is_by_its_address(address: str, api: str) -> None:
    assert api_at(address) == api
