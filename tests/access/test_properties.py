from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcptui.access import Ref, decide, explain
from mcptui.access.levels import levels_of
from mcptui.model import Group, Key, Org, Server, State, Team, User

SERVERS = ("a", "b", "c")
TOOLS = ("read", "read_private", "write", "prompts")

entries = st.sampled_from(["a", "b", "c", "*", "@g", "@h", "!a", "!b", "!@g", "nope", "@nope"])
globs = st.sampled_from(["read", "read*", "*", "w?ite", "!read", "!*private", "!prompts", "!resources"])
server_lists = st.none() | st.lists(entries, max_size=4).map(tuple)
glob_lists = st.lists(globs, max_size=3).map(tuple)
tool_tables = st.none() | st.dictionaries(st.sampled_from([*SERVERS, "*", "@g"]), glob_lists, max_size=3)
levels: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({"servers": server_lists, "tools": tool_tables})
own: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "enabled": st.booleans(),
        "allow_all_keys": st.booleans(),
        "allowed_tools": st.none() | glob_lists,
        "disallowed_tools": glob_lists,
    }
)


@st.composite
def states(draw: st.DrawFn) -> State:
    parent: dict[str, Any] = draw(st.sampled_from([{"user": "u"}, {"team": "t"}, {"org": "o"}, {"team": "gone"}, {}]))
    members = st.lists(entries, max_size=3).map(tuple)
    return State(
        servers={name: Server(name=name, command="x", **draw(own)) for name in SERVERS},
        groups={"g": Group(name="g", servers=draw(members)), "h": Group(name="h", servers=draw(members))},
        orgs={"o": Org(name="o", **draw(levels))},
        teams={"t": Team(name="t", org=draw(st.sampled_from([None, "o"])), **draw(levels))},
        users={"u": User(name="u", team=draw(st.sampled_from([None, "t", "gone"])), **draw(levels))},
        keys={"k": Key(name="k", hash="", **parent, **draw(levels))},
    )


def usable(state: State) -> set[tuple[str, str]]:
    """Everything that key k can do, as pairs."""
    access = decide(state, "k")
    found = {(server, "") for server in access.servers}
    found |= {(server, tool) for server in SERVERS for tool in TOOLS if access.allows_tool(server, tool)}
    found |= {(server, "<prompts>") for server in SERVERS if access.allows_prompts(server)}
    found |= {(server, "<resources>") for server in SERVERS if access.allows_resources(server)}
    return found


def with_level(state: State, kind: str, **changes: Any) -> State:
    table = f"{kind}s"
    name = {"org": "o", "team": "t", "user": "u", "key": "k"}[kind]
    subjects = dict(getattr(state, table))
    subjects[name] = replace(subjects[name], **changes)
    tables: dict[str, Any] = {table: subjects}
    return replace(state, **tables)


def level_of(state: State, kind: str) -> Any:
    return next(iter(getattr(state, f"{kind}s").values()))


kinds = st.sampled_from(["org", "team", "user", "key"])


@given(states(), kinds, st.sampled_from(["!a", "!b", "!@g", "!*"]))
def test_excluding_a_server_never_widens(state: State, kind: str, entry: str) -> None:
    before = level_of(state, kind).servers
    if before == ():
        return  # [] allows nothing at all; a list of exclusions is another thing
    narrowed = with_level(state, kind, servers=(*(before or ()), entry))
    assert usable(narrowed) <= usable(state)


@given(states(), kinds, st.sampled_from(SERVERS), globs.filter(lambda glob: glob.startswith("!")))
def test_denying_a_tool_never_widens(state: State, kind: str, server: str, glob: str) -> None:
    tables = dict(level_of(state, kind).tools or {})
    if tables.get(server) == ():
        return
    tables[server] = (*tables.get(server, ()), glob)
    assert usable(with_level(state, kind, tools=tables)) <= usable(state)


@given(states(), kinds, st.sampled_from(SERVERS), glob_lists)
def test_a_level_that_starts_to_speak_about_tools_never_widens(
    state: State, kind: str, server: str, listed: tuple[str, ...]
) -> None:
    tables = dict(level_of(state, kind).tools or {})
    if server in tables:
        return
    assert usable(with_level(state, kind, tools={**tables, server: listed})) <= usable(state)


@given(states(), kinds, st.lists(entries, max_size=3).map(tuple))
def test_a_level_that_starts_to_speak_about_servers_never_widens_another(
    state: State, kind: str, listed: tuple[str, ...]
) -> None:
    if level_of(state, kind).servers is not None:
        return
    speaking = [level.subject for level in levels_of(state, Ref("key", "k")) if level.subject and level.subject.servers]
    if any(not entry.startswith("!") for subject in speaking for entry in subject.servers or ()):
        assert usable(with_level(state, kind, servers=listed)) <= usable(state)


@given(states())
def test_order_never_matters(state: State) -> None:
    def reverse(subject: Any) -> Any:
        servers = None if subject.servers is None else subject.servers[::-1]
        tools = (
            None
            if subject.tools is None
            else {name: listed[::-1] for name, listed in reversed(list(subject.tools.items()))}
        )
        return replace(subject, servers=servers, tools=tools)

    turned = replace(
        state,
        servers=dict(reversed(list(state.servers.items()))),
        groups={
            name: replace(group, servers=group.servers[::-1]) for name, group in reversed(list(state.groups.items()))
        },
        orgs={name: reverse(org) for name, org in state.orgs.items()},
        teams={name: reverse(team) for name, team in state.teams.items()},
        users={name: reverse(user) for name, user in state.users.items()},
        keys={name: reverse(key) for name, key in state.keys.items()},
    )
    assert usable(turned) == usable(state)


@given(states(), st.sampled_from([None, "k", "gone"]))
def test_list_call_and_explanation_agree(state: State, key: str | None) -> None:
    access = decide(state, key)
    assert list(access.servers) == [name for name in SERVERS if access.server(name).allowed]
    for server in (*SERVERS, "nope"):
        explained = explain(state, key, server)
        assert explained.allowed == access.server(server).allowed == (server in access.servers)
        assert [row.decides for row in explained.rows].count(True) == 1
        for tool in TOOLS:
            decision = access.tool(server, tool)
            assert decision.allowed == access.allows_tool(server, tool)
            assert server in access.servers or not decision.allowed
            told = explain(state, key, server, tool)
            assert (told.allowed, told.reason) == (decision.allowed, decision.reason)
            decider = next(row for row in told.rows if row.decides)
            assert (decider.level, decider.name, decider.says or None) == (
                decision.level,
                decision.subject,
                decision.entry,
            )


@given(states())
def test_nobody_has_more_than_the_owner(state: State) -> None:
    owner = set(decide(state, None).servers)
    assert {server for server, _ in usable(state)} <= owner
