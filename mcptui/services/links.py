"""Names that refer to something: what follows a rename, and what a removal leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from mcptui.model import Group, State, Subject
from mcptui.model.entities import SubjectKind

_Listing = TypeVar("_Listing", bound=Subject | Group)

SECTIONS: Final[Mapping[SubjectKind, str]] = {"org": "orgs", "team": "teams", "user": "users", "key": "keys"}
#: Sections whose entities may name a parent of that kind.
_CHILDREN: Final[Mapping[SubjectKind, tuple[str, ...]]] = {
    "org": ("teams", "keys"),
    "team": ("users", "keys"),
    "user": ("keys",),
    "key": (),
}
_NAMING_SERVERS: Final = ("groups", *SECTIONS.values())


def rename_server(state: State, old: str, new: str) -> State:
    """``state`` with every mention of server ``old`` in lists and tools tables following it."""

    def entry(text: str) -> str:
        return text.removesuffix(old) + new if text in {old, f"!{old}"} else text

    return _each_listing(state, lambda listing: _with_entries(listing, entry))


def forget_servers(state: State, names: Iterable[str]) -> State:
    """``state`` without any mention of ``names``; a list that becomes empty allows nothing, as it did."""
    gone = {text for name in names for text in (name, f"!{name}")}
    return _each_listing(state, lambda listing: _with_entries(listing, lambda text: None if text in gone else text))


def rename_parent(state: State, kind: SubjectKind, old: str, new: str | None) -> State:
    """``state`` with the members of ``old`` belonging to ``new``; None for no parent."""
    for section in _CHILDREN[kind]:
        members: Mapping[str, Any] = getattr(state, section)
        state = with_section(
            state,
            section,
            {
                name: replace(member, **{kind: new}) if getattr(member, kind) == old else member
                for name, member in members.items()
            },
        )
    return state


def with_section(state: State, section: str, entities: Mapping[str, Any]) -> State:
    """``state`` with another content of one section."""
    changes: dict[str, Any] = {section: entities}
    return replace(state, **changes)


def renamed_key(items: Mapping[str, Any], old: str, new: str, value: Any) -> dict[str, Any]:
    """``items`` with ``old`` called ``new`` and holding ``value``, at the same place."""
    return {(new if name == old else name): (value if name == old else item) for name, item in items.items()}


def _each_listing(state: State, change: Callable[[Any], Any]) -> State:
    for section in _NAMING_SERVERS:
        entities: Mapping[str, Any] = getattr(state, section)
        state = with_section(state, section, {name: change(entity) for name, entity in entities.items()})
    return state


def _with_entries(listing: _Listing, entry: Callable[[str], str | None]) -> _Listing:
    changes: dict[str, Any] = {}
    if listing.servers is not None:
        changes["servers"] = tuple(new for old in listing.servers if (new := entry(old)) is not None)
    if not isinstance(listing, Group) and listing.tools is not None:
        renamed = ((entry(name), globs) for name, globs in listing.tools.items())
        changes["tools"] = {name: globs for name, globs in renamed if name is not None}
    return replace(listing, **changes)
