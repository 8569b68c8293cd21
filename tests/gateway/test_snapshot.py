"""One revision of the state: whose a credential is, what still holds, which servers a name means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.scope import Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Group, Server, State
from mcptui.model.auth import OAuth
from mcptui.protocol.keys import key_digest
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

NOW = datetime.now(UTC)
PAST, FUTURE = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def snapshot(*entries: Any, **more: Any) -> Snapshot:
    return Snapshot(Loaded(state(*entries, **more), "r"))


def rotated(until: datetime | None) -> Snapshot:
    """The key k, which was ``sk-before`` until then."""
    return snapshot(replace(key("k"), previous_hash=key_digest("sk-before"), previous_expires=until))


@pytest.mark.parametrize(
    ("found", "credential", "why"),
    [
        (snapshot(key("k")), "sk-k", None),
        (snapshot(key("k")), "sk-x", "unknown"),
        (snapshot(key("k")), "", "unknown"),
        (snapshot(key("k")), key_digest("sk-k"), "unknown"),
        (snapshot(key("k", enabled=False)), "sk-k", "disabled"),
        (snapshot(key("k", enabled=False, expires=PAST)), "sk-k", "disabled"),
        (snapshot(key("k", expires=PAST)), "sk-k", "expired"),
        (snapshot(key("k", expires=FUTURE)), "sk-k", None),
        (rotated(FUTURE), "sk-k", None),
        (rotated(FUTURE), "sk-before", None),
        (rotated(PAST), "sk-before", "expired"),
        (rotated(PAST), "sk-k", None),
        (rotated(None), "sk-before", "expired"),
    ],
)
def test_whose_a_credential_is(found: Snapshot, credential: str, why: str | None) -> None:
    owner, reason = found.key_with(key_digest(credential))
    assert reason == why
    assert (owner is None) is (why == "unknown")


@pytest.mark.parametrize(
    ("found", "principal", "valid"),
    [
        (snapshot(), OPERATOR, True),
        (snapshot(key("k")), KeyPrincipal("k"), True),
        (snapshot(key("k")), KeyPrincipal("other"), False),
        (snapshot(key("k", enabled=False)), KeyPrincipal("k"), False),
        (snapshot(key("k", expires=PAST)), KeyPrincipal("k"), False),
        (snapshot(key("k")), KeyPrincipal("k", key_digest("sk-k")), True),
        (snapshot(key("k")), KeyPrincipal("k", key_digest("sk-earlier")), False),
        (rotated(FUTURE), KeyPrincipal("k", key_digest("sk-before")), True),
        (rotated(PAST), KeyPrincipal("k", key_digest("sk-before")), False),
        (snapshot(key("k", networks=("10.0.0.0/8",))), KeyPrincipal("k", key_digest("sk-k"), "10.1.2.3"), True),
        (snapshot(key("k", networks=("10.0.0.0/8",))), KeyPrincipal("k", key_digest("sk-k"), "11.1.2.3"), False),
        (snapshot(key("k", networks=("10.0.0.0/8",))), KeyPrincipal("k", key_digest("sk-k"), None), False),
        # Of what was made in the key's name without a credential no address is known, and none is asked for.
        (snapshot(key("k", networks=("10.0.0.0/8",))), KeyPrincipal("k"), True),
    ],
)
def test_what_still_holds(found: Snapshot, principal: Any, valid: bool) -> None:
    assert found.is_valid(principal) is valid


def test_the_key_of_a_principal() -> None:
    found = snapshot(key("k"))
    assert found.key(KeyPrincipal("k")) is found.state.keys["k"]
    assert found.key(KeyPrincipal("gone")) is None
    assert found.key(OPERATOR) is None


def test_access_is_decided_once_for_each_principal() -> None:
    found = snapshot(Server(name="a", url="http://a"), key("k", servers=("a",)), key("l"))
    assert found.access(KeyPrincipal("k")) is found.access(KeyPrincipal("k", "another credential", "10.0.0.1"))
    assert found.access(KeyPrincipal("k")).allows_server("a")
    assert not found.access(KeyPrincipal("l")).allows_server("a")
    assert not found.access(KeyPrincipal("gone")).allows_server("a")
    assert found.access(OPERATOR).allows_server("a")


SERVERS = {name: Server(name=name, url=f"http://{name}") for name in ("a", "b", "c")}
GROUPS = {
    "dev": Group(name="dev", servers=("c", "a")),
    "all": Group(name="all", servers=("@dev", "b")),
    "b": Group(name="b", servers=("a",)),
    "empty": Group(name="empty"),
}


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("a", ("a",)),
        ("dev", ("a", "c")),
        ("@dev", ("a", "c")),
        ("all", ("a", "b", "c")),
        ("*", ("a", "b", "c")),
        # A server comes before a group of the same name.
        ("b", ("b",)),
        ("@b", ("a",)),
        ("empty", ()),
        ("nobody", ()),
        ("@nobody", ()),
        ("", ()),
        ("A", ()),
    ],
)
def test_which_servers_a_name_means(text: str, servers: tuple[str, ...]) -> None:
    found = Snapshot(Loaded(State(servers=SERVERS, groups=GROUPS), "r"))
    assert found.servers_named(text) == servers


@pytest.mark.parametrize(
    ("texts", "servers"),
    [(["c", "a"], ("c", "a")), (["b", "dev", "a"], ("b", "a", "c")), (["x"], ()), ([], ())],
)
def test_several_names_mean_each_server_once(texts: list[str], servers: tuple[str, ...]) -> None:
    found = Snapshot(Loaded(State(servers=SERVERS, groups=GROUPS), "r"))
    assert found.servers_in(texts) == servers


@pytest.mark.parametrize(
    ("named", "scope"),
    [
        ("a", Scope(("a",), bare=True)),
        (" a ", Scope(("a",), bare=True)),
        ("a,c", Scope(("a", "c"))),
        ("a, b", Scope(("a", "b"))),
        ("dev", Scope(("dev",))),
        ("@dev", Scope(("@dev",))),
        ("a,nobody", Scope(("a", "nobody"))),
        # Nothing that the key may use.
        ("b", None),
        ("b,nobody", None),
        ("nobody", None),
        ("empty", None),
        ("", None),
        (",", None),
    ],
)
def test_the_scope_that_a_path_names(named: str, scope: Scope | None) -> None:
    keys = {"k": key("k", servers=("a", "c"))}
    found = Snapshot(Loaded(State(servers=SERVERS, groups=GROUPS, keys=keys), "r"))
    assert found.scope(KeyPrincipal("k"), named) == scope


@pytest.mark.parametrize(
    "values",
    [["sk-k"], ["Bearer sk-k"], ["bearer  sk-k"], ["x", "sk-k"], ["sk-k", "sk-k"], ["x", "Bearer sk-k"], ["x, sk-k"]],
)
@pytest.mark.parametrize("name", ["x-mcp-auth", "x-mcp-a-token", "x-forwarded-token"])
def test_a_key_of_the_gateway_goes_to_no_server(name: str, values: list[str]) -> None:
    found = snapshot(Server(name="a", url="http://a", forward_headers=("x-forwarded-token",)), key("k"))
    assert found.client_headers({name: values}) is None
    assert found.client_headers({name: [value.replace("sk-k", "other") for value in values]}) is not None


def test_a_key_that_does_not_work_is_one_all_the_same() -> None:
    found = snapshot(Server(name="a", url="http://a"), key("k", enabled=False))
    assert found.client_headers({"x-mcp-auth": ["sk-k"]}) is None


@pytest.mark.parametrize(
    ("auth", "has_own"), [(OAuth(), False), (OAuth(credentials="per-key"), True)], ids=["shared", "per-key"]
)
def test_whether_keys_log_in_themselves_anywhere(auth: OAuth, has_own: bool) -> None:
    assert (
        snapshot(Server(name="a", url="http://a"), Server(name="b", url="http://b", auth=auth)).has_own_logins
        is has_own
    )
