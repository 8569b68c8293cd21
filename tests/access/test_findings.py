"""Findings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mcptui.access import Ref
from mcptui.access.findings import Finding, findings
from mcptui.model import Group, Key, Server, State, Team

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)
SERVERS = {
    "git": Server(name="git", url="http://x"),
    "time": Server(name="time", url="http://x"),
    "off": Server(name="off", url="http://x", enabled=False),
}


def kinds(found: list[Finding]) -> list[str]:
    return [each.kind for each in found]


def test_keys_that_rest() -> None:
    state = State(
        servers=SERVERS,
        keys={
            "busy": Key(name="busy", hash="", servers=("*",), created=LONG_AGO),
            "rests": Key(name="rests", hash="", servers=("*",), created=LONG_AGO),
            "never": Key(name="never", hash="", servers=("*",), created=LONG_AGO),
            "fresh": Key(name="fresh", hash="", servers=("*",), created=NOW),
            "unknown": Key(name="unknown", hash="", servers=("*",)),
            "off": Key(name="off", hash="", servers=("*",), created=LONG_AGO, enabled=False),
            "over": Key(name="over", hash="", servers=("*",), expires=NOW - timedelta(days=2)),
        },
    )
    used = {"busy": NOW - timedelta(days=1), "rests": NOW - timedelta(days=40)}
    found = findings(state, used, NOW)
    assert [(each.kind, each.message) for each in found] == [
        ("unused_key", "key rests unused for 40 days"),
        ("unused_key", "key never never used in 100 days"),
        ("expired_key", "key over expired 2 days ago"),
    ]
    assert found[0].ref == Ref("key", "rests")
    assert kinds(findings(state, used, NOW, unused_after=timedelta(days=60))) == ["unused_key", "expired_key"]


def test_servers_that_nobody_reaches_and_keys_that_reach_none() -> None:
    state = State(
        servers=SERVERS,
        keys={
            "some": Key(name="some", hash="", servers=("git",)),
            "none": Key(name="none", hash="", servers=()),
            "over": Key(name="over", hash="", servers=("time",), enabled=False),
        },
    )
    found = findings(state, {}, NOW)
    assert [(each.kind, each.ref, each.server) for each in found] == [
        ("no_access", Ref("key", "none"), None),
        ("unreachable_server", None, "time"),
    ]


def test_without_a_key_there_is_one_finding() -> None:
    assert kinds(findings(State(servers=SERVERS), {}, NOW)) == ["no_keys"]
    assert findings(State(), {}, NOW) == []


def test_entries_that_change_nothing() -> None:
    state = State(
        servers={**SERVERS, "open": Server(name="open", url="http://x", allow_all_keys=True)},
        groups={"g": Group(name="g", servers=("git",)), "empty": Group(name="empty")},
        teams={"t": Team(name="t", servers=("@g", "git", "time", "@empty", "off", "nowhere", "!open"))},
        keys={
            "k": Key(name="k", hash="", team="t", servers=("git", "open", "time")),
            "l": Key(name="l", hash="", servers=("git", "time", "open")),
            "m": Key(name="m", hash="", team="t", servers=("*",)),
            "n": Key(name="n", hash="", servers=("git", "!git")),
        },
    )
    found = [(each.ref, each.entry, each.message.partition(", ")[2]) for each in findings(state, {}, NOW)]
    assert found == [
        (Ref("team", "t"), "@g", "and git includes it"),
        (Ref("team", "t"), "git", "and @g includes it"),
        (Ref("team", "t"), "@empty", "which has no servers"),
        (Ref("team", "t"), "off", "but server off is disabled"),
        (Ref("team", "t"), "nowhere", "which has no servers"),
        (Ref("key", "k"), "open", "but team t denies open with !open"),
        (Ref("key", "l"), "open", "but server open allows all keys"),
    ]
