from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.owners import askable, identity_of, owner_of
from mcptui.upstream.lease import Owner
from tests.support.exchanges import exchange

ROOTS: dict[str, Any] = {"roots": {"listChanged": True}}


async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {}


@pytest.mark.parametrize("capabilities", [{}, ROOTS])
def test_a_session_is_its_own_owner_whatever_it_declares(capabilities: dict[str, Any]) -> None:
    assert owner_of(exchange(session="s", capabilities=capabilities)) == Owner("key:k", "s")


def test_clients_without_a_session_are_told_apart_by_what_they_declare() -> None:
    nothing, roots = exchange(era="stateless"), exchange(era="stateless", capabilities=ROOTS)
    also, more = (exchange(era="stateless", capabilities={**ROOTS, name: {}}) for name in ("tasks", "extensions"))
    assert owner_of(nothing) == Owner("key:k")
    assert owner_of(roots) == owner_of(also)
    assert len({owner_of(nothing), owner_of(roots), owner_of(more)}) == 3
    assert owner_of(roots).session == ""


def test_a_server_is_told_all_that_the_client_of_a_session_declares_but_tasks_of_its_own() -> None:
    said = {**ROOTS, "extensions": {"x/y": {}}, "vendor": {}, "tasks": {"requests": {}}}
    made = exchange(session="s", capabilities=said, client_info={"name": "c"}, ask_outside=ask)
    identity = identity_of(made)
    assert identity.capabilities == {**ROOTS, "extensions": {"x/y": {}}, "vendor": {}}
    assert identity.client_info == {"name": "c"}
    assert identity.client.ask is ask
    assert askable(made) == ROOTS


def test_clients_that_share_a_connection_declare_what_tells_them_apart() -> None:
    identity = identity_of(exchange(era="stateless", capabilities={**ROOTS, "vendor": {}, "tasks": {}}))
    assert identity.capabilities == {**ROOTS, "vendor": {}}
    assert identity.client.ask is None
