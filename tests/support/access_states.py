"""States with every kind of rule in them, made from a seed: the same ones in every test."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mcptui.model import Group, Key, Org, Server, State, Team, User

#: Every mark of the matrix stands in it.
STATE: Final = State(
    servers={
        "git": Server(name="git", url="http://x"),
        "time": Server(name="time", url="http://x"),
        "news": Server(name="news", url="http://x", allow_all_keys=True),
        "off": Server(name="off", url="http://x", enabled=False),
    },
    groups={"both": Group(name="both", servers=("git", "time"))},
    orgs={"acme": Org(name="acme", servers=("@both", "off"))},
    teams={
        "data": Team(name="data", org="acme", servers=("time", "git"), tools={"git": ("read_*",)}),
        "ops": Team(name="ops", org="acme", servers=("!git",)),
    },
    keys={
        "ci": Key(name="ci", hash="", team="data"),
        "bot": Key(name="bot", hash="", team="ops", servers=("git", "time")),
        "new": Key(name="new", hash=""),
        "gone": Key(name="gone", hash="", team="none"),
    },
)

#: Names that a level may write, for servers "a", "b" and "c" and groups "g" and "h".
_ENTRIES: Final = ("a", "b", "c", "*", "@g", "@h", "!a", "!b", "!@g", "nope", "@nope")
_GLOBS: Final = ("read", "read*", "*", "w?ite", "!read", "!*private", "!prompts", "!resources", "write")
_TABLES: Final = ("a", "b", "c", "*", "@g")


def access_state(seed: int, servers: Mapping[str, Server], key: Key) -> State:
    """A state of ``servers`` in which ``key`` belongs to any level, and every level says anything."""
    chance = random.Random(seed)
    parent: dict[str, Any] = chance.choice([{"user": "u"}, {"user": "u"}, {"team": "t"}, {"org": "o"}, {}])
    if chance.random() < 0.05:
        parent = {"team": "gone"}
    return State(
        servers={name: replace(server, **_own(chance)) for name, server in servers.items()},
        groups={name: Group(name=name, servers=_some(chance, _ENTRIES, 3)) for name in ("g", "h")},
        orgs={"o": Org(name="o", **_level(chance))},
        teams={"t": Team(name="t", org=chance.choice([None, "o", "o"]), **_level(chance))},
        users={"u": User(name="u", team=chance.choice([None, "t", "t", "t"]), **_level(chance))},
        keys={key.name: replace(key, **parent, **_level(chance))},
    )


def _some(chance: random.Random, choices: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(chance.choices(choices, k=chance.randint(0, most)))


def _level(chance: random.Random) -> dict[str, Any]:
    """Mostly wide, so that what is left to use is not always nothing."""
    servers = chance.choice([None, ("*",), ("*",), ("a", "b"), ("@g", "@h"), _some(chance, _ENTRIES, 4)])
    tables = {chance.choice(_TABLES): _some(chance, _GLOBS, 3) for _ in range(chance.choice([0, 0, 0, 1, 2]))}
    return {"servers": servers, "tools": tables or None}


def _own(chance: random.Random) -> dict[str, Any]:
    return {
        "enabled": chance.random() < 0.97,
        "allow_all_keys": chance.random() < 0.1,
        "allowed_tools": _some(chance, _GLOBS, 2) if chance.random() < 0.1 else None,
        "disallowed_tools": _some(chance, _GLOBS, 1) if chance.random() < 0.1 else (),
    }
