from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcptui.model import Server, State
from mcptui.secrets.references import (
    Reference,
    references,
    references_in,
    substitute,
    unknown_references,
    uses_secret,
    without_references,
)


def test_references_are_found_in_order() -> None:
    text = "Bearer ${secret:server/a/token} ${env:HOME}${file: /run/x }"
    assert references(text) == (
        Reference("secret", "server/a/token"),
        Reference("env", "HOME"),
        Reference("file", "/run/x"),
    )
    assert str(references(text)[0]) == "${secret:server/a/token}"


@pytest.mark.parametrize(
    ("text", "name", "default"),
    [
        ("${env:A}", "A", None),
        ("${env: A }", "A", None),
        ("${env:A:-}", "A", ""),
        ("${env:A:-b}", "A", "b"),
        ("${env:A:-b:-c d}", "A", "b:-c d"),
        ("${env:A:-https://x.example/mcp}", "A", "https://x.example/mcp"),
        ("${file:/a:-b}", "/a:-b", None),
        ("${secret:a:-b}", "a:-b", None),
    ],
)
def test_a_variable_may_have_a_default(text: str, name: str, default: str | None) -> None:
    (found,) = references(text)
    assert (found.path, found.default) == (name, default)
    assert references(str(found)) == (found,)


@pytest.mark.parametrize("text", ["", "$HOME", "${HOME}", "${vault:x}", "${secret:a", "$ {env:A}"])
def test_other_text_holds_no_reference(text: str) -> None:
    assert references(text) == ()


def test_substitute_looks_at_values_only_once() -> None:
    result = substitute("<${env:A}>", lambda reference: "${env:B}" if reference.path == "A" else "never")
    assert result == "<${env:B}>"


@given(st.text(), st.text())
@settings(deadline=None)
def test_text_without_references_stays(before: str, after: str) -> None:
    text = before.replace("$", "") + after.replace("$", "")
    assert substitute(text, lambda _: "x") == text
    assert unknown_references(text) == ()


def test_unknown_references_are_named() -> None:
    assert unknown_references("${input:token} ${env:A} ${HOME}") == ("${input:token}", "${HOME}")
    assert unknown_references("${KEY2} ${} ${:a} ${2}") == ("${KEY2}", "${}", "${:a}")


def test_what_its_reader_replaces_is_not_named() -> None:
    text = "${HOME} ${HOME:-/root} ${HOME:a} ${KEY2} ${env:A} ${input:b}"
    assert unknown_references(text, {"HOME", "KEY2"}) == ("${HOME:a}", "${input:b}")


def test_a_description_says_which_secrets_it_uses() -> None:
    server = Server(
        name="s",
        url="https://s.example/${env:A}",
        headers={"x-a": "Bearer ${secret:server/s/a}"},
        args=("--token", "${secret: server/s/b }"),
        description="not ${secret",
    )
    assert {str(found) for found in references_in(server)} == {
        "${env:A}",
        "${secret:server/s/a}",
        "${secret:server/s/b}",
    }
    assert uses_secret(server)
    assert uses_secret(State(servers={"s": server}), "server/s/b")
    assert not uses_secret(server, "server/s")
    assert not uses_secret(Server(name="s", url="https://s.example/${env:A}"))


def test_other_characters_stay_where_they_are_without_references() -> None:
    assert without_references("a${secret:b/c}d${e}") == "a" + "_" * 13 + "d${e}"
