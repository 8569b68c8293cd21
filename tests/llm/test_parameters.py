from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm import parameters as module
from mcptui.llm.parameters import Parameters


def test_what_is_mended_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    tool = {"name": "one__t", "inputSchema": {"type": "object", "properties": {"a": {"type": "int"}}}}
    known = Parameters()
    first = known.of(tool)
    assert first["properties"] == {"a": {"type": "integer"}}
    assert known.of({**tool, "name": "other"}) is first
    (said,) = [record.getMessage() for record in caplog.records]
    assert said == "the schema of one__t is adapted for models: a: type 'int' is 'integer'"


def test_another_schema_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    known = Parameters()
    schemas: list[dict[str, Any]] = [{"type": "object", "title": str(number)} for number in range(5)]
    for schema in [*schemas, *schemas]:
        assert known.of({"inputSchema": schema})["title"] == schema["title"]
    assert len(known._known) == 2


def test_a_tool_without_a_schema() -> None:
    assert Parameters().of({"name": "a"}) == {"type": "object", "properties": {}}
