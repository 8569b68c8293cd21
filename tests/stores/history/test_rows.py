"""Calls as rows."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.rows import BODY, HEAD, body_row, head_row, record_of, size_of


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


@pytest.mark.parametrize("name", [field.name for field in fields(CallRecord) if field.type in ("str", "str | None")])
def test_every_text_counts_for_the_size(name: str) -> None:
    record = CallRecord(id=7, at=1.0, key="", method="")
    values: dict[str, Any] = {name: "x" * 1_000}
    assert size_of(head_row(replace(record, **values))) == size_of(head_row(record)) + 1_000
