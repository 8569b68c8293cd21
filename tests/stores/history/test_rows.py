"""Calls as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.rows import BODY, HEAD, body_row, head_row, record_of


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({}, None),
        ({"params": {"a": [1, "é"]}}, (7, '{"a":[1,"é"]}', None, None)),
        ({"result": []}, (7, None, "[]", None)),
        ({"events": [{"ms": 1.0}]}, (7, None, None, '[{"ms":1.0}]')),
        ({"denied": {"level": "key"}, "outcome": "denied"}, None),
    ],
)
def test_there_and_back(values: dict[str, Any], body: tuple[Any, ...] | None) -> None:
    record = CallRecord(id=7, at=1.0, key="k", method="ping", **values)
    assert body_row(record) == body
    rest = (None, None, None) if body is None else body[1:]
    assert record_of((*head_row(record), *rest)) == record
    head = record_of(head_row(record))
    assert (head.params, head.result, list(head.events)) == (None, None, [])
    assert head.denied == record.denied


def test_every_field_of_a_call_has_a_column() -> None:
    assert sorted((*HEAD, *BODY)) == sorted(field.name for field in fields(CallRecord))
