from __future__ import annotations

from typing import Any

import pytest

from mcptui.access import Access, Ref, decide, explain_model
from mcptui.model import Key, LlmModel, Org, State, Team


def access(org: Any = None, team: Any = None, key: Any = None) -> Access:
    """Models big and small, seen by a key in a team of an org that say this about models."""
    state = State(
        models={name: LlmModel(name=name, base_url="http://x/v1", model=name) for name in ("big", "small")},
        orgs={"o": Org(name="o", models=org)},
        teams={"t": Team(name="t", org="o", models=team)},
        keys={"k": Key(name="k", hash="sha256:0", team="t", models=key)},
    )
    return decide(state, "k")


@pytest.mark.parametrize(
    ("levels", "allowed"),
    [
        ({}, ("big", "small")),
        ({"team": ("small",)}, ("small",)),
        ({"org": ("big",), "key": ("small",)}, ()),
        ({"org": ("*",), "key": ("small",)}, ("small",)),
        ({"key": ()}, ()),
        ({"org": ("!big",)}, ("small",)),
        ({"org": ("!big",), "key": ("big", "small")}, ("small",)),
        ({"key": ("!*",)}, ()),
        ({"key": ("gone",)}, ()),
    ],
)
def test_models_of_all_levels(levels: dict[str, Any], allowed: tuple[str, ...]) -> None:
    assert access(**levels).models == allowed


def test_the_level_that_decides() -> None:
    decision = access(team=("small",)).model("big")
    assert (decision.level, decision.subject, decision.entry) == ("team", "t", 'models ["small"]')
    assert decision.reason == "team t does not allow big"
    assert access().model("nope").reason == "there is no model nope"


def test_a_parent_that_does_not_exist_allows_nothing() -> None:
    state = State(
        models={"m": LlmModel(name="m", base_url="http://x/v1", model="m")},
        keys={"k": Key(name="k", hash="sha256:0", team="gone")},
    )
    assert decide(state, "k").models == ()
    assert decide(state, None).models == ("m",)
    assert not decide(state, None).model("gone").allowed


def test_models_are_explained_as_servers_are() -> None:
    state = State(
        models={"big": LlmModel(name="big", base_url="http://x/v1", model="big")},
        teams={"t": Team(name="t", models=())},
        keys={"k": Key(name="k", hash="", team="t"), "free": Key(name="free", hash="")},
    )
    told = explain_model(state, "k", "big")
    assert (told.subject, told.allowed, told.reason) == ("model big", False, "team t does not allow big")
    assert [(row.level, row.says, row.effect, row.decides) for row in told.rows] == [
        ("team", "models []", "does not allow big", True),
        ("key", "", "not set", False),
    ]
    free = explain_model(state, Ref("key", "free"), "big")
    assert (free.allowed, free.reason) == (True, "no level sets models, so all are allowed")
    assert explain_model(state, "k", "big").who == "key k"
    assert explain_model(state, None, "big").who == "owner"
    assert explain_model(state, None, "big").rows[0].effect == "the owner has access to every model"
