"""What a change does to whom, before it is applied."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mcptui.access import Ref, decide
from mcptui.access.drafts import drafted
from mcptui.access.preview import Effect, LineChange, ToolsEffect, preview
from mcptui.access.subjects import put, walk
from mcptui.model import Group, Key, LlmModel, Org, Server, State, Team
from tests.support.access_states import access_state

STATE = State(
    servers={name: Server(name=name, url="http://x") for name in ("git", "time")},
    groups={"g": Group(name="g", servers=("git",))},
    orgs={"acme": Org(name="acme", servers=("*",))},
    teams={"data": Team(name="data", org="acme", servers=("git",)), "ops": Team(name="ops")},
    keys={
        "ci": Key(name="ci", hash="1", team="data"),
        "bot": Key(name="bot", hash="2", team="data", servers=("time",)),
        "off": Key(name="off", hash="3", team="data", enabled=False),
    },
    models={"big": LlmModel(name="big", base_url="http://x/v1", model="big")},
)
TOOLS = {"git": ("read", "push"), "time": ("now",)}


def test_who_gains_and_loses_servers() -> None:
    after = put(STATE, replace(STATE.teams["data"], servers=("time",)))
    shown = preview(STATE, after, TOOLS)
    assert shown.lines == (LineChange(Ref("team", "data"), "servers", 'servers ["git"]', 'servers ["time"]'),)
    assert shown.effects == (
        Effect(Ref("team", "data"), ("time",), ("git",)),
        Effect(Ref("key", "ci"), ("time",), ("git",)),
        Effect(Ref("key", "bot"), ("time",)),
    )


def test_tools_by_name_where_they_are_known() -> None:
    after = put(STATE, replace(STATE.teams["data"], tools={"git": ("!push",)}))
    named = preview(STATE, after, TOOLS)
    assert named.effects[1] == Effect(Ref("key", "ci"), tools=(ToolsEffect("git", (), ("push",)),))
    assert preview(after, STATE, TOOLS).effects[1].tools == (ToolsEffect("git", ("push",), ()),)
    unnamed = preview(STATE, after)
    assert unnamed.effects[1].tools == (ToolsEffect("git", (), ("push",)),), "a rule names it"
    by_pattern = put(STATE, replace(STATE.teams["data"], tools={"git": ("!pu*",)}))
    assert preview(STATE, by_pattern).effects[1].tools == (ToolsEffect("git"),)
    assert unnamed.lines[0].after == 'tools.git ["!push"]'
    without_effect = put(STATE, replace(STATE.teams["data"], tools={"git": ("!nothing",)}))
    assert preview(STATE, without_effect, TOOLS).effects == ()
    assert not preview(STATE, without_effect, TOOLS).is_empty


def test_models_are_part_of_it() -> None:
    after = put(STATE, replace(STATE.orgs["acme"], models=()))
    effects = preview(STATE, after).effects
    assert [effect.ref.name for effect in effects] == ["acme", "data", "ci", "bot"]
    assert effects[0] == Effect(Ref("org", "acme"), models_lost=("big",))
    assert not effects[0].is_empty


def test_new_removed_and_switched_keys() -> None:
    added = put(STATE, Key(name="new", hash="4", org="acme"))
    assert preview(STATE, added).effects == (Effect(Ref("key", "new"), ("git", "time"), models_gained=("big",)),)
    removed = Effect(Ref("key", "new"), lost=("git", "time"), models_lost=("big",))
    assert preview(added, STATE).effects == (removed,)
    revoked = put(STATE, replace(STATE.keys["ci"], enabled=False))
    shown = preview(STATE, revoked)
    assert shown.lines == (LineChange(Ref("key", "ci"), "enabled", "enabled True", "enabled False"),)
    assert shown.effects[0].lost == ("git",)


def test_servers_and_groups_concern_everybody() -> None:
    after = replace(STATE, servers={**STATE.servers, "news": Server(name="news", url="http://x", allow_all_keys=True)})
    assert [effect.gained for effect in preview(STATE, after).effects] == [("news",)] * 5
    assert preview(STATE, replace(STATE, groups={})).effects == ()


def test_nothing_is_nothing() -> None:
    shown = preview(STATE, STATE)
    assert shown.is_empty
    rotated = put(STATE, replace(STATE.keys["ci"], hash="9", hint="…"))
    assert preview(STATE, rotated).is_empty
    described = put(STATE, replace(STATE.teams["ops"], description="ops"))
    assert preview(STATE, described).lines == (LineChange(Ref("team", "ops"), "description", None, "description ops"),)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_effects_are_exactly_the_differences(one: int, other: int) -> None:
    servers = {name: Server(name=name, url="http://x") for name in ("a", "b", "c")}
    before, mixed = (access_state(seed, servers, Key(name="k", hash="")) for seed in (one, other))
    after = drafted(
        before,
        {ref: table[ref.name] for ref, table in ((Ref("team", "t"), mixed.teams), (Ref("key", "k"), mixed.keys))},
    )
    tools = dict.fromkeys(servers, ("read", "read_private", "write"))
    effects = {effect.ref: effect for effect in preview(before, after, tools).effects}
    for ref, _ in walk(after):
        old, new = decide(before, ref), decide(after, ref)
        gained, lost = set(new.servers) - set(old.servers), set(old.servers) - set(new.servers)
        changed = {
            (server, tool)
            for server in set(old.servers) & set(new.servers)
            for tool in tools[server]
            if old.allows_tool(server, tool) != new.allows_tool(server, tool)
        }
        effect = effects.get(ref, Effect(ref))
        assert (set(effect.gained), set(effect.lost)) == (gained, lost)
        assert {(each.server, tool) for each in effect.tools for tool in (*each.gained, *each.lost)} == changed
