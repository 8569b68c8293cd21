from __future__ import annotations

import pytest

from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.services.collections.variables import UnknownVariableError, filled_in


def test_variables_are_filled_in_everywhere_and_keep_their_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "t")
    value = {"n": "{{n}}", "list": ["{{ n }} of {{m}}", 3, None], "env": "{{env:TOKEN}}", "plain": "{n} {{}}"}
    expected = {"n": 1, "list": ["1 of [\n  2\n]", 3, None], "env": "t", "plain": "{n} {{}}"}
    assert filled_in(value, {"n": 1, "m": [2]}, KnownSecrets()) == expected


@pytest.mark.parametrize("text", ["{{n}}", "x {{n}}", "{{env:NO_SUCH_VARIABLE}}"])
def test_a_variable_that_is_not_set_is_an_error(text: str) -> None:
    with pytest.raises(UnknownVariableError, match="is not set"):
        filled_in(text, {}, KnownSecrets())


def test_what_may_be_a_secret_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY", "canary-of-the-environment")
    monkeypatch.setenv("URL", "http://127.0.0.1:8080")
    secrets = KnownSecrets()
    variables = {"token": "canary-of-a-variable", "city": "Constantinople"}
    text = filled_in("{{env:ANY}} {{env:URL}} {{token}} {{city}}", variables, secrets)
    shown = secrets.without(str(text))
    assert shown == f"{SECRET_MARK} http://127.0.0.1:8080 {SECRET_MARK} Constantinople"
