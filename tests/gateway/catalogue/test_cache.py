"""The lists of the servers across a restart: whose they are, and what of another version is not taken for them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from mcptui.gateway.catalogue.cache import CatalogueCache, source
from mcptui.model import Server
from mcptui.model.auth import BearerToken
from mcptui.stores.catalogues import LocalCatalogues
from mcptui.upstream.call import Peer
from mcptui.upstream.server.audience import Audience, profile_of
from mcptui.upstream.server.lists import CacheHint, Lists, Offer, Reading
from mcptui.upstream.server.profile_lists import ProfileLists

PEER = Peer(era="stateless", version="2026-07-28", capabilities={"tools": {}}, server_info={"name": "s"})
LISTS = Lists(
    tools=({"name": "t"},),
    prompts=({"name": "p"},),
    resources=({"uri": "r"},),
    templates=({"uriTemplate": "x"},),
    readings={"tools/list": Reading(("odd",), 1, CacheHint(5, "public")), "prompts/list": Reading()},
)
PROFILES = [
    (profile_of({"roots": {}}), None),
    (profile_of({"sampling": {"tools": {}}}), Offer(PEER, Lists(tools=({"name": "asks"},)))),
]
BY_URL = Server(name="s", url="https://x/mcp?key=canary")
BY_COMMAND = Server(name="s", command="npx", args=("--token", "canary"))


class Fake:
    """A server as far as this is about it."""

    def __init__(self, config: Server, peer: Peer | None = None, lists: Lists | None = None) -> None:
        self.config, self.peer, self.lists = config, peer, lists or Lists()
        #: What it was given counts as read.
        self.is_settled = False
        nothing: Any = None
        self.profiles = ProfileLists(lambda: Offer(self.peer, self.lists), nothing, nothing)

    def offer(self, _: Audience) -> Offer:
        return Offer(self.peer, self.lists)

    def restore(self, peer: Peer, lists: Lists) -> None:
        self.peer, self.lists, self.is_settled = peer, lists, True

    def show(self, peer: Peer, lists: Lists) -> None:
        self.peer, self.lists, self.is_settled = peer, lists, False


def fake(*given: Any) -> Any:
    return Fake(*given)


@pytest.mark.parametrize("config", [BY_URL, BY_COMMAND])
def test_what_was_noted_is_restored_after_a_restart(config: Server) -> None:
    store = LocalCatalogues()
    running = fake(config, PEER, LISTS)
    running.profiles.restore(PROFILES)
    CatalogueCache(store).note(running)
    # A file holds JSON.
    again = LocalCatalogues()
    again.put("s", json.loads(json.dumps(store.get("s"))))
    fresh = fake(config)
    CatalogueCache(again).restore(fresh)
    assert (fresh.peer, fresh.lists, fresh.is_settled) == (PEER, LISTS, True)
    assert fresh.profiles.known() == PROFILES
    assert [profile.capabilities for profile, _ in fresh.profiles.known()] == [
        {"roots": {}},
        {"sampling": {"tools": {}}},
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(BY_COMMAND, env={"TOKEN": "another canary"}),
        replace(BY_COMMAND, env={}),
        replace(BY_COMMAND, inherit_env=("AWS_*",)),
    ],
)
def test_in_another_environment_it_is_shown_and_read_again(other: Server) -> None:
    store = LocalCatalogues()
    CatalogueCache(store).note(fake(replace(BY_COMMAND, env={"TOKEN": "canary"}), PEER, LISTS))
    fresh = fake(other)
    CatalogueCache(store).restore(fresh)
    assert (fresh.peer, fresh.lists, fresh.is_settled) == (PEER, LISTS, False)
    assert "canary" not in json.dumps(store.get("s"))


def test_a_server_that_was_not_read_is_not_noted() -> None:
    store = LocalCatalogues()
    CatalogueCache(store).note(fake(BY_URL, None, LISTS))
    assert store.get("s") is None
    fresh = fake(BY_URL)
    CatalogueCache(store).restore(fresh)
    assert fresh.peer is None


@pytest.mark.parametrize("config", [BY_URL, BY_COMMAND])
def test_no_secret_of_the_description_is_kept(config: Server) -> None:
    store = LocalCatalogues()
    CatalogueCache(store).note(fake(config, PEER, LISTS))
    assert "canary" not in json.dumps(store.get("s"))


@pytest.mark.parametrize(
    "other",
    [
        Server(name="s", url="https://y/mcp"),
        Server(name="s", url="https://x/other"),
        Server(name="s", url="https://x/mcp", transport="sse"),
        Server(name="s", url="https://x/mcp", spec_version="2025-03-26"),
        BY_COMMAND,
        Server(name="s", command="npx"),
        Server(name="s", command="npx", args=("--token", "canary"), cwd="/x"),
        Server(name="s", command="npx", args=("--token canary",)),
    ],
)
def test_another_server_of_the_same_name_gets_nothing(other: Server) -> None:
    config = BY_URL if other is BY_COMMAND or other.url else BY_COMMAND
    store = LocalCatalogues()
    CatalogueCache(store).note(fake(config, PEER, LISTS))
    fresh = fake(other)
    CatalogueCache(store).restore(fresh)
    assert fresh.peer is None


@pytest.mark.parametrize(
    "same",
    [
        Server(name="s", url="https://x/mcp?key=another"),
        Server(name="s", url="https://me:pw@x/mcp"),
        Server(name="s", url="https://x/mcp", auth=BearerToken(auth_value="t"), headers={"A": "b"}),
        Server(name="s", url="https://x/mcp", description="d", timeout=1.0, prefix="p"),
        Server(name="t", url="https://x/mcp"),
    ],
)
def test_a_server_is_the_same_with_another_credential(same: Server) -> None:
    assert source(same) == source(BY_URL)


@pytest.mark.parametrize(
    "change",
    [
        {"peer": None},
        {"peer": []},
        {"peer": {**asdict(PEER), "of_another_version": 1}},
        {"peer": {"era": "stateless"}},
        {"lists": None},
        {"lists": {"tools": []}},
        {"lists": {"tools": 5, "prompts": [], "resources": [], "templates": []}},
        {"lists": []},
        {"readings": None},
        {"readings": {"tools/list": [1]}},
        {"readings": {"tools/list": [[], 0, [5]]}},
    ],
)
def test_what_another_version_has_written_is_as_good_as_nothing(change: dict[str, Any]) -> None:
    store = LocalCatalogues()
    CatalogueCache(store).note(fake(BY_URL, PEER, LISTS))
    entry = dict(store.get("s") or {})
    others: list[dict[str, Any]] = [{"of": None}, {"profiles": None}, {"profiles": [{}]}]
    for other in (*others, {"offer": {**entry["offer"], **change}}):
        store.put("s", {**entry, **other})
        fresh = fake(BY_URL)
        CatalogueCache(store).restore(fresh)
        assert fresh.peer is None


def test_servers_that_are_configured_no_more_are_forgotten() -> None:
    store = LocalCatalogues()
    cache = CatalogueCache(store)
    for name in ("a", "b"):
        cache.note(fake(Server(name=name, url="https://x"), PEER, LISTS))
    cache.forget_all_but(["b", "c"])
    assert (store.get("a"), store.get("b") is None) == (None, False)
