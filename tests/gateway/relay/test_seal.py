from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.relay import seal
from mcptui.gateway.relay.seal import RequestSeals, Sealer, binding
from mcptui.protocol.errors import INVALID_PARAMS, RpcError

SEALER = Sealer([b"1" * 32])


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text())
def test_what_was_sealed_opens_with_the_same_binding_only(value: str, bound: str) -> None:
    bound = bound.encode(errors="ignore").decode()
    sealed = SEALER.seal(value, bound)
    assert SEALER.open(sealed, bound) == value
    for opener, other in ((SEALER, bound + "x"), (Sealer([b"2" * 32]), bound)):
        with pytest.raises(RpcError, match="requestState is not valid") as caught:
            opener.open(sealed, other)
        assert caught.value.code == INVALID_PARAMS


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_nothing_else_opens(forged: Any) -> None:
    with pytest.raises(RpcError, match="requestState is not valid"):
        SEALER.open(forged, "b")


def test_the_first_key_seals_and_all_open() -> None:
    old, new = b"1" * 32, b"2" * 32
    rotated = Sealer([new, old])
    assert rotated.open(Sealer([old]).seal("x", "b"), "b") == "x"
    assert Sealer([new]).open(rotated.seal("y", "b"), "b") == "y"
    with pytest.raises(RpcError):
        Sealer([old]).open(rotated.seal("y", "b"), "b")


def test_a_state_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "LIFETIME", -1.0)
    with pytest.raises(RpcError):
        SEALER.open(SEALER.seal("x", "b"), "b")


def test_the_same_value_never_looks_the_same() -> None:
    assert SEALER.seal("x", "b") != SEALER.seal("x", "b")


def test_what_a_state_is_bound_to() -> None:
    params = {"name": "t", "arguments": {"a": 1, "b": 2}}
    bound = binding("key:k", "s", "tools/call", params)
    assert bound == binding("key:k", "s", "tools/call", {"arguments": {"b": 2, "a": 1}, "name": "t"})
    same: dict[str, Any]
    for same in ({"_meta": {"x": 1}}, {"requestState": "s"}, {"inputResponses": {}}):
        assert binding("key:k", "s", "tools/call", params | same) == bound
    for other in (
        binding("key:l", "s", "tools/call", params),
        binding("key:k", "t", "tools/call", params),
        binding("key:k", "s", "prompts/get", params),
        binding("key:k", "s", "tools/call", params | {"arguments": {"a": 1}}),
    ):
        assert other != bound


def test_what_the_seals_of_a_request_are_bound_to_is_asked_for_only_when_there_is_something_to_seal() -> None:
    asked: list[str] = []

    def bind() -> str:
        asked.append("asked")
        return "b"

    seals = RequestSeals(SEALER, bind)
    assert asked == []
    assert seals.open(seals.seal("x")) == "x"
    assert SEALER.open(seals.seal("x"), "b") == "x"
    with pytest.raises(RpcError):
        seals.open(SEALER.seal("x", "c"))
    assert asked
