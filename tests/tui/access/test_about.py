"""Facts about subjects."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcptui.access.subjects import Ref, put
from mcptui.access.visibility import Sight, VisibleServer
from mcptui.model import Key
from mcptui.tui.access.about import head, key_state, preview, sight_content
from tests.support.scenes import data

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (Key(name="k", hash=""), "active"),
        (Key(name="k", hash="", enabled=False, expires=NOW + timedelta(days=1)), "disabled"),
        (Key(name="k", hash="", expires=NOW + timedelta(days=3)), "expires in 3 days"),
        (Key(name="k", hash="", expires=NOW - timedelta(hours=2)), "expired 2 hours ago"),
    ],
)
def test_key_states_are_words(key: Key, words: str) -> None:
    assert key_state(key, NOW)[0] == words


def test_the_head_of_each_kind() -> None:
    assert "org acme › team data › user alice" in head(data.STATE, Ref("key", "cursor-laptop"), NOW).plain
    assert "1,200 requests per minute" in head(data.STATE, Ref("team", "platform"), NOW).plain
    assert head(data.STATE, Ref("key", "none"), NOW).plain == ""
    rotated = Key(
        name="k",
        hash="",
        tools={"a": ("x", "!y")},
        description="[x] for \x1b[1m",
        previous_expires=NOW + timedelta(hours=5),
    )
    text = head(put(data.STATE, rotated), Ref("key", "k"), NOW).plain
    assert "Tools" not in text, "the rules are in the explanation below"
    assert "old key valid until 2026-11-22 05:00 UTC, in 5 hours" in text
    assert "[x] for \\u001b[1m" in text


def test_the_preview_names_tools_as_the_gateway_lists_them() -> None:
    ref = Ref("key", "cursor-laptop")
    text = preview(data.STATE, ref, ("deepwiki", "files", "github"), data.LISTED["cursor-laptop"]).plain
    assert "deepwiki  read_wiki_structure, read_wiki_contents, ask_question" in text
    assert "does not allow github" in text or "github" not in text.split("Why")[0]
    without = preview(data.STATE, ref, (), None).plain
    assert "no server" in without
    team = preview(data.STATE, Ref("team", "data"), None, None).plain
    assert "user alice, key cursor-laptop" in team
    assert "no servers" in preview(data.STATE, Ref("user", "nobody"), None, None).plain


@pytest.mark.parametrize(
    ("servers", "last"), [(40, "s39  tool_0, "), (41, "and 1 more server"), (60, "and 20 more servers")]
)
def test_forty_servers_are_shown_with_their_tools(servers: int, last: str) -> None:
    tools = tuple(f"tool_{n}" for n in range(100))
    seen = Sight(tuple(VisibleServer(f"s{n}", tools) for n in range(servers)), {}, ())
    lines = sight_content(seen, known=True).plain.splitlines()[1:]
    assert len(lines) == min(servers, 41)
    assert {len(line.partition("  ")[2]) for line in lines[:40]} == {400}
    assert lines[-1].startswith(last)


def test_why_has_the_tool_rules_of_every_level() -> None:
    team = replace(data.STATE.teams["data"], tools={"files": ("!write_*",)})
    key = replace(data.STATE.keys["cursor-laptop"], servers=None, tools={"files": ("read_*",)})
    text = preview(put(put(data.STATE, team), key), Ref("key", "cursor-laptop"), None, None).plain
    why = text.split("Why")[1]
    assert "team data: allows deepwiki, files, time" in why
    assert 'key cursor-laptop: not set\n  restricts tools:\n  tools.files ["read_*"]' in why
    assert 'tools.files ["!write_*"]' in why
    of_team = preview(put(data.STATE, team), Ref("team", "data"), team.servers, None).plain
    assert 'Tool rules\n  tools.files ["!write_*"]' in of_team
