from __future__ import annotations

import pytest

from mcptui.gateway.scope import Scope
from mcptui.model import Server
from mcptui.upstream.pool import CATALOGUE, Owner
from mcptui.upstream.server.audience import Audience, profile_of
from mcptui.upstream.server.lists import CacheHint, Lists, Offer, Reading
from tests.support.catalogue import World, names, tool, world
from tests.support.gateway import key, state

pytestmark = pytest.mark.usefixtures("no_connections")


def test_views_are_kept_until_something_changes() -> None:
    made = world()
    first = made.view("all")
    assert made.view("all") is first
    assert made.view("only-a") is not first
    made.put("a", Lists(tools=(tool("new"),)))
    assert names(made.view("all"))[0] == "a__new"


def test_clients_that_declare_something_see_what_they_are_offered() -> None:
    made, asking = world(), Audience(profile_of({"sampling": {}}), "s")
    everybody = made.view("all")
    assert made.view("all", audience=asking) is everybody
    running = made.registry.get("a")
    assert running is not None
    running.profiles.restore([(asking.profile, Offer(running.peer, Lists(tools=(tool("asks"),))))])
    made.registry._heard(running, "lists", {}, CATALOGUE)
    mine = made.view("all", audience=asking)
    assert names(mine) == ["a__asks", "bee__x", "bee__z"]
    assert made.view("all", audience=asking._replace(session="other")) is mine
    assert names(made.view("all")) == names(everybody)
    made.registry._heard(running, "lists", {}, Owner("", "s"))
    assert made.view("all", audience=asking) is not mine


def test_what_is_shown_to_all_keys_may_be_kept_by_all() -> None:
    hints = {"tools/list": Reading(hint=CacheHint(9, "public"))}
    for second, scope in ((key("two", servers=("*",)), "public"), (key("two", servers=("b",)), "private")):
        made = World(
            state(
                Server(name="a", url="http://a"), Server(name="b", url="http://b"), key("one", servers=("*",)), second
            )
        )
        made.put("a", Lists(readings=hints))
        assert made.view("one", Scope(("a",), bare=True)).hints["tools/list"] == CacheHint(9, scope)
