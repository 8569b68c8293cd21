from __future__ import annotations

import pytest

from mcptui.services.collections.variables import UnknownVariableError, filled_in


def test_variables_are_filled_in_everywhere_and_keep_their_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "t")
    value = {"n": "{{n}}", "list": ["{{ n }} of {{m}}", 3, None], "env": "{{env:TOKEN}}", "plain": "{n} {{}}"}
    expected = {"n": 1, "list": ["1 of [\n  2\n]", 3, None], "env": "t", "plain": "{n} {{}}"}
    assert filled_in(value, {"n": 1, "m": [2]}) == expected


@pytest.mark.parametrize("text", ["{{n}}", "x {{n}}", "{{env:NO_SUCH_VARIABLE}}"])
def test_a_variable_that_is_not_set_is_an_error(text: str) -> None:
    with pytest.raises(UnknownVariableError, match="is not set"):
        filled_in(text, {})
