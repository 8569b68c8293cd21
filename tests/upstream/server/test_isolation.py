from __future__ import annotations

from typing import Literal

import pytest

from mcptui.protocol.versions import Era
from mcptui.upstream.lease import CATALOGUE, SHARED, Owner
from mcptui.upstream.server.isolation import holder_of

#: Two sessions of one key; its clients without a session, of which one can be asked; and another key.
S1, S2, KEY, ASKABLE, OTHER = Owner("a", "1"), Owner("a", "2"), Owner("a"), Owner("a", capabilities="d"), Owner("b")
EVERYBODY = (S1, S2, KEY, ASKABLE, OTHER, CATALOGUE)

Kind = Literal["http", "stdio"]


def holders(isolation: str, era: Era | None, kind: Kind, *, both: bool = False) -> tuple[Owner, ...]:
    return tuple(
        holder_of(owner, isolation, era, is_stdio=kind == "stdio", also_handshake=both)  # type: ignore[arg-type]
        for owner in EVERYBODY
    )


@pytest.mark.parametrize("kind", ["http", "stdio"])
@pytest.mark.parametrize("era", ["handshake", None])
def test_at_a_handshake_server_every_session_has_its_own(kind: Kind, era: Era | None) -> None:
    assert holders("session", era, kind) == EVERYBODY
    assert holders("key", era, kind) == (KEY, KEY, KEY, KEY, OTHER, CATALOGUE)


def test_a_stateless_server_keeps_nothing_in_an_http_connection() -> None:
    for isolation in ("session", "key"):
        assert set(holders(isolation, "stateless", "http")) == {SHARED}


def test_a_stateless_process_has_a_memory() -> None:
    assert holders("session", "stateless", "stdio") == (S1, S2, KEY, KEY, OTHER, CATALOGUE)
    assert holders("key", "stateless", "stdio") == (KEY, KEY, KEY, KEY, OTHER, CATALOGUE)


def test_at_a_server_of_both_eras_sessions_shake_hands() -> None:
    one, two = S1._replace(beside=True), S2._replace(beside=True)
    assert holders("session", "stateless", "http", both=True) == (one, two, SHARED, SHARED, SHARED, SHARED)
    assert holders("session", "stateless", "stdio", both=True) == (one, two, KEY, KEY, OTHER, CATALOGUE)
    of_key = KEY._replace(beside=True)
    assert holders("key", "stateless", "http", both=True) == (of_key, of_key, SHARED, SHARED, SHARED, SHARED)
    assert holders("key", "stateless", "stdio", both=True) == (of_key, of_key, KEY, KEY, OTHER, CATALOGUE)


@pytest.mark.parametrize("kind", ["http", "stdio"])
@pytest.mark.parametrize("era", ["handshake", "stateless", None])
@pytest.mark.parametrize("both", [True, False])
def test_only_the_operator_has_everybody_share(kind: Kind, era: Era | None, both: bool) -> None:
    assert set(holders("shared", era, kind, both=both)) == {SHARED}
    for isolation in ("session", "key"):
        of_a, of_b = (
            {holder for holder, asks in zip(holders(isolation, era, kind, both=both), EVERYBODY, strict=True)
             if asks.principal == name}
            for name in ("a", "b")
        )  # fmt: skip
        assert (of_a & of_b) <= {SHARED}
        assert SHARED not in of_a | of_b or (era, kind) == ("stateless", "http")
