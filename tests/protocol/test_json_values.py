from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol import json_values
from mcptui.protocol.json_values import has_more_values

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab,:[{"\\\n', max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text('ab,:[{"\\', max_size=4), inner, max_size=5),
    max_leaves=40,
)


def values_in(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + (sum(1 + values_in(each) for each in value.values()) or 1)
    if isinstance(value, list):
        return 1 + (sum(map(values_in, value)) or 1)
    return 1


@given(_JSON, st.sampled_from([None, 1]), st.integers(1, 9))
def test_values_are_counted_without_reading_them(value: Any, indent: int | None, step: int) -> None:
    text = json.dumps(value, indent=indent).encode()
    count = values_in(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_values, "_STEP", step)
        assert not has_more_values(text, count)
        # A text of less than two bytes a value is never looked at.
        assert has_more_values(text, count - 1) is (len(text) > 2 * (count - 1))


@pytest.mark.parametrize(
    ("text", "has_more"),
    [
        (b"[" + b"{}," * 2_000_000 + b"{}]", True),
        (b"[" * 9_000_000, True),
        (b'"' * 9_000_000, False),
        (b"[" + b'"",' * 2_000_000 + b'""]', True),
        (b'"' + b"," * 20_000_000 + b'"', False),
        (b'"' + b'\\"' * 9_000_000 + b'"', False),
        (b'"' + b"\\\\" * 9_000_000 + b'"', False),
        (b"\\" * 9_000_000, False),
        (b"x" * 9_000_000, False),
    ],
)
def test_large_texts(text: bytes, has_more: bool) -> None:
    assert has_more_values(text, 500_000) is has_more
