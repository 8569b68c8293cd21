"""What a setting is called, means and may be: declared once, at its field.

Everything that shows, reads, checks or changes settings is derived from :func:`settings_of`: decoding of the state
file, options of the command line, fields of the app's forms, ``show``, the tables of docs/state-file.md, and whether
an edit opens a server's connections anew.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

#: What a value is: most kinds follow from the annotation of the field, the others are said.
Kind: TypeAlias = Literal[
    "text", "filled", "url", "key_hash", "choice", "flag", "whole", "seconds", "price", "moment",
    "texts", "globs", "networks", "text_map", "tool_rules",
]  # fmt: skip
#: Of which servers a setting is: those with a URL, or those that are started by a command.
AppliesTo: TypeAlias = Literal["url", "command"]

_KEY: Final = "setting"
_KINDS: Final[Mapping[object, Kind]] = {
    str: "text",
    bool: "flag",
    int: "whole",
    datetime: "moment",
    tuple[str, ...]: "texts",
    Mapping[str, str]: "text_map",
    Mapping[str, tuple[str, ...]]: "tool_rules",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a field says of its setting; name, choices and default follow from the field itself."""

    #: A label of a word or two.
    title: str
    #: What it does, as a phrase that stands alone.
    help: str
    kind: Kind | None = None
    #: The heading above it in forms; settings without one stand first.
    group: str = ""
    #: Where it stands in its group: lower first, alike as declared.
    order: int = 0
    #: What a number counts.
    unit: str = ""
    minimum: int = 1
    maximum: int | None = None
    #: What a text has to match as a whole, and how a message says that.
    pattern: re.Pattern[str] | None = None
    wanted: str = ""
    #: What stands in an empty field of a form.
    placeholder: str = ""
    #: What the default means, where its value does not say it.
    default_means: str = ""
    #: What choices are called by people, where their value does not say it.
    words: Mapping[object, str] = field(default_factory=dict)
    #: Whether it is kept in the secret store, with a reference in its place.
    is_secret: bool = False
    #: Whether an edit of it opens the connections of its server anew.
    reconnects: bool = True
    applies_to: AppliesTo | None = None
    #: Its option on the command line, where that is not called as the field.
    option: str | None = None
    #: Whether it is edited as a setting of its own: a key's hash is not, a switch with its own command is not.
    is_editable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of one class: what its field says, and what follows from it."""

    name: str
    about: About
    kind: Kind
    #: The valid values of a choice.
    choices: tuple[str, ...] = ()
    #: ``MISSING`` of a required one.
    default: Any = dataclasses.MISSING
    #: Whether None, which the file says by leaving it out, is another value than every one that can be written.
    is_optional: bool = False

    @property
    def is_required(self) -> bool:
        """Whether the file has to say it."""
        return self.default is dataclasses.MISSING


def about(title: str, text: str, **said: Any) -> dict[str, About]:
    """The metadata of a field that is a setting: its label, what it does, and the rest of :class:`About`."""
    return {_KEY: About(title=title, help=text, **said)}


def _settings_of(cls: type) -> Mapping[str, Setting]:
    hints = typing.get_type_hints(cls)
    return {each.name: _setting(each, hints[each.name]) for each in dataclasses.fields(cls) if _KEY in each.metadata}


#: The settings of a dataclass by name, in the order of its fields; a field without :func:`about` is none.
settings_of: Final[Callable[[type], Mapping[str, Setting]]] = functools.cache(_settings_of)


def _setting(declared: dataclasses.Field[Any], hint: object) -> Setting:
    said: About = declared.metadata[_KEY]
    bare, is_optional = _without_none(hint)
    choices = typing.get_args(bare) if typing.get_origin(bare) is Literal else ()
    return Setting(
        name=declared.name,
        about=said,
        kind=said.kind or ("choice" if choices else _KINDS[bare]),
        choices=choices,
        default=default_of(declared),
        is_optional=is_optional,
    )


def default_of(declared: dataclasses.Field[Any]) -> Any:
    """The value of a field that nothing is said about; ``MISSING`` for a required one."""
    if declared.default_factory is not dataclasses.MISSING:
        return declared.default_factory()
    return declared.default


def _without_none(hint: object) -> tuple[Any, bool]:
    """``T`` for ``T | None``, and whether it was one."""
    if not isinstance(hint, types.UnionType) and typing.get_origin(hint) is not typing.Union:
        return hint, False
    rest = [each for each in typing.get_args(hint) if each is not types.NoneType]
    return rest[0], True
