from __future__ import annotations

import pytest

from mcptui.gateway.scope import ALL, Scope
from mcptui.model import Group, Key, Server
from mcptui.upstream.lease import CATALOGUE, Owner
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


PUBLIC = Lists(readings={"tools/list": Reading(hint=CacheHint(9, "public"))})
A = Scope(("a",), bare=True)


@pytest.mark.parametrize(
    ("second", "scope", "who", "said"),
    [
        # Kept for the one and shown to the other, the list would hide a server.
        (key("two", servers=("a", "b")), ALL, "one", "private"),
        (key("two", servers=("a", "b")), Scope(("a", "b")), "one", "private"),
        (key("two", servers=("a", "b")), Scope(("@both",)), "one", "private"),
        (key("two", servers=("a", "b")), ALL, "two", "private"),
        (key("two", servers=("a", "b")), A, "one", "public"),
        (key("two", servers=("a",)), ALL, "one", "public"),
        (key("two", servers=("a",)), Scope(("a", "b")), "two", "public"),
        # And here it would tell of one.
        (key("two", servers=("b",)), ALL, "one", "private"),
        (key("two", servers=()), ALL, "one", "private"),
    ],
)
def test_a_list_is_everybodys_where_every_key_reaches_the_same_servers(
    second: Key, scope: Scope, who: str, said: str
) -> None:
    servers = Server(name="a", url="http://a"), Server(name="b", url="http://b")
    made = World(
        state(*servers, key("one", servers=("a",)), second, groups={"both": Group(name="both", servers=("a", "b"))})
    )
    made.put("a", PUBLIC)
    made.put("b", PUBLIC)
    assert made.view(who, scope).hints["tools/list"] == CacheHint(9, said)


def test_a_list_without_what_only_others_may_see_is_not_everybodys() -> None:
    servers = Server(name="a", url="http://a"), Server(name="b", url="http://b")
    made = World(state(*servers, key("one", servers=("*",), tools={"b": ("!prompts",)}), key("two", servers=("*",))))
    for server in ("a", "b"):
        made.put(server, Lists(readings={"prompts/list": Reading(hint=CacheHint(9, "public"))}))
    assert made.view("one").hints["prompts/list"].scope == "private"


def test_what_is_offered_to_some_clients_is_not_everybodys() -> None:
    asking = Audience(profile_of({"sampling": {}}), "s")
    made = World(state(Server(name="a", url="http://a"), key("one", servers=("*",))))
    made.put("a", PUBLIC)
    assert made.view("one").hints["tools/list"].scope == "public"
    running = made.registry.get("a")
    assert running is not None
    running.profiles.restore([(asking.profile, Offer(running.peer, PUBLIC))])
    made.registry._heard(running, "lists", {}, CATALOGUE)
    assert made.view("one", audience=asking).hints["tools/list"].scope == "private"
    assert made.view("one").hints["tools/list"].scope == "public"
