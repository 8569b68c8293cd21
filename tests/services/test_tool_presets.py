"""Rules for tools that are made of what the servers have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import RefusedError
from mcptui.model import Key, Server, State, Team
from mcptui.model.runtime import Listed
from mcptui.services.tool_presets import with_preset

STATE = State(
    servers={name: Server(name=name, url="http://x") for name in ("git", "mail")},
    teams={"data": Team(name="data", servers=("git",))},
)
LISTED = Listed(
    tools=[{"name": "git__read_file"}, {"name": "git__push"}, {"name": "mail__list"}],
    owners={"git__read_file": ("git", "read_file"), "git__push": ("git", "push"), "mail__list": ("mail", "list")},
)
KEY = Key(name="ci", hash="", team="data")


def test_read_only_names_the_tools_of_the_servers_that_it_may_use() -> None:
    assert with_preset(STATE, "key", KEY, "read-only", LISTED).tools == {"git": ("read_file",)}
    wider = replace(KEY, team=None, servers=("git", "mail"))
    assert with_preset(STATE, "key", wider, "read-only", LISTED).tools == {"git": ("read_file",), "mail": ("list",)}


def test_a_disabled_server_does_not_come_back_with_all_its_tools() -> None:
    off = replace(STATE, servers={name: replace(server, enabled=False) for name, server in STATE.servers.items()})
    assert with_preset(off, "key", KEY, "read-only", Listed()).tools == {"git": ()}


def test_rules_about_other_servers_stay() -> None:
    key = replace(KEY, tools={"mail": ("send",), "git": ("*",)})
    assert with_preset(STATE, "key", key, "read-only", LISTED).tools == {"mail": ("send",), "git": ("read_file",)}


def test_a_server_without_such_tools_allows_none() -> None:
    listed = Listed(tools=[{"name": "git__push"}], owners={"git__push": ("git", "push")})
    assert with_preset(STATE, "key", KEY, "read-only", listed).tools == {"git": ()}


@pytest.mark.parametrize("listed", [None, LISTED])
def test_all_unsets_the_rules(listed: Listed | None) -> None:
    key = replace(KEY, tools={"git": ("*",)})
    assert with_preset(STATE, "key", key, "all", listed).tools is None


def test_read_only_without_servers_is_refused_as_it_would_restrict_nothing() -> None:
    with pytest.raises(RefusedError, match="there are none"):
        with_preset(STATE, "key", replace(KEY, team=None), "read-only", LISTED)
