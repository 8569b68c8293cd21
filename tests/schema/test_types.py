from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.types import known_types


@pytest.mark.parametrize(
    ("written", "types"),
    [
        ("string", ("string",)),
        (["integer", "null"], ("integer", "null")),
        ("int", ("integer",)),
        (" Float ", ("number",)),
        ("dict", ("object",)),
        (["str", "string"], ("string",)),
        ("string | null", ("string", "null")),
        ("any", ()),
        (["string", "widget"], ()),
        (["string", 5], ()),
        ("", ()),
        ([], ()),
        (None, ()),
        ({"type": "string"}, ()),
    ],
)
def test_types_as_servers_write_them(written: Any, types: tuple[str, ...]) -> None:
    assert known_types(written) == types
