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
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, TypeVar

T = TypeVar("T")

#: What a value is: most kinds follow from the annotation of the field, the others are said.
Kind: TypeAlias = Literal[
    "text", "filled", "url", "reference", "key_hash", "choice", "flag", "whole", "seconds", "price", "moment",
    "texts", "names", "globs", "networks", "text_map", "tool_rules",
]  # fmt: skip
#: Of which servers a setting is: those with a URL, or those that are started by a command.
AppliesTo: TypeAlias = Literal["url", "command"]

_KEY: Final = "setting"
#: What is said of a setting that the gateway reads only when it starts.
RESTART: Final = "needs a restart"
_KINDS: Final[Mapping[object, Kind]] = {
    str: "text",
    bool: "flag",
    int: "whole",
    datetime: "moment",
    tuple[str, ...]: "texts",
    Mapping[str, str]: "text_map",
    Mapping[str, tuple[str, ...]]: "tool_rules",
}
#: Kinds whose value is a list.
_LISTS: Final = frozenset({"texts", "names", "globs", "networks"})
#: Kinds whose value is a table.
_TABLES: Final = frozenset({"text_map", "tool_rules"})


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
    #: What a text, every text of a list, or every name of a map has to match as a whole; how a message says that.
    pattern: re.Pattern[str] | None = None
    wanted: str = ""
    #: What stands in an empty field of a form.
    placeholder: str = ""
    #: What parts the items of a list in a field of a form: one of these characters.
    separators: str = ","
    #: Ready answers beside its field.
    suggestions: tuple[str, ...] = ()
    #: The label of a field of a form that it shares with others like it: each names an entry of the state, and only
    #: one of them may be set.
    one_of: str = ""
    #: Of those: the section that the entry stands in.
    section: str = ""
    #: What the default means, where its value does not say it.
    default_means: str = ""
    #: What choices, or yes and no, are called by people, where their value does not say it.
    words: Mapping[object, str] = field(default_factory=dict)
    #: Choices that earlier versions wrote, and what is written for them now.
    earlier: Mapping[str, str] = field(default_factory=dict)
    #: Its name in the secret store, where it is a secret and a reference stands in its place.
    kept_as: str = ""
    #: Of a secret: whether nothing works without it, so that the command line asks for it without being told to.
    is_asked: bool = False
    #: Whether an edit of it opens the connections of its server anew.
    reconnects: bool = True
    #: Whether the gateway reads it only when it starts.
    needs_restart: bool = False
    applies_to: AppliesTo | None = None
    #: Its option on the command line, where that is not called as the field.
    option: str | None = None
    #: Whether it is edited as a setting of its own: a key's hash is not, a switch with its own command is not.
    is_editable: bool = True
    #: Of a field whose value is one of several classes: the key of the file that says which, by their ``TYPE``.
    union_key: str = ""


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
    #: The field of a union that it belongs to, if it belongs to one.
    union: str = ""
    #: Of what says which class a union has: the classes by their ``TYPE``.
    classes: Mapping[str, type] = field(default_factory=dict)
    #: Of a setting of some classes of a union: their ``TYPE``.
    only_with: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether the file has to say it."""
        return self.default is dataclasses.MISSING

    @property
    def help(self) -> str:
        """What it does, with which classes of its union where not all have it, and whether it takes a restart."""
        text = f"with {', '.join(self.only_with)}: {self.about.help}" if self.only_with else self.about.help
        return f"{text}; {RESTART}" if self.about.needs_restart else text

    @property
    def has_nothing(self) -> bool:
        """Whether an empty list or text says something else than None: none at all, where None leaves it open."""
        is_said = self.kind in _LISTS or (self.about.pattern is not None and self.may_be_empty)
        return self.is_optional and is_said

    @property
    def may_be_empty(self) -> bool:
        """Whether an empty list, table or text is a value of it."""
        pattern = self.about.pattern
        if self.kind == "text":
            return pattern is None or pattern.fullmatch("") is not None
        return self.kind in _LISTS or self.kind in _TABLES

    @property
    def is_default_when_empty(self) -> bool:
        """Whether an empty field of a form means the default: nothing else can be meant by it."""
        return not self.is_required and (self.is_optional or not self.may_be_empty)


def about(title: str, text: str, **said: Any) -> dict[str, About]:
    """The metadata of a field that is a setting: its label, what it does, and the rest of :class:`About`."""
    return {_KEY: About(title=title, help=text, **said)}


def _settings_of(cls: type) -> Mapping[str, Setting]:
    # What a class shares with others comes after its own.
    shared = {
        each.name for base in cls.__mro__[1:] if dataclasses.is_dataclass(base) for each in dataclasses.fields(base)
    }
    fields = sorted(dataclasses.fields(cls), key=lambda each: each.name in shared)
    declared = {each: each.metadata[_KEY] for each in fields if _KEY in each.metadata}
    # Annotations of a class without settings may have names that are imported for checking only.
    hints = typing.get_type_hints(cls) if declared else {}
    found: dict[str, Setting] = {}
    for each, said in declared.items():
        if said.union_key:
            found |= _of_union(each, said, hints[each.name])
        else:
            found[each.name] = _setting(each, said, hints[each.name])
    return found


#: The settings of a dataclass by name, in the order of its fields, inherited ones last; a field without
#: :func:`about` is none.
settings_of: Final[Callable[[type], Mapping[str, Setting]]] = functools.cache(_settings_of)


def _of_union(declared: dataclasses.Field[Any], said: About, hint: object) -> Mapping[str, Setting]:
    """What says which class it is, then the settings of all classes: each once, with those that have it."""
    classes = {each.TYPE: each for each in typing.get_args(hint) or (hint,)}
    key = Setting(
        name=said.union_key,
        about=said,
        kind="choice",
        choices=tuple(classes),
        default=default_of(declared).TYPE,
        union=declared.name,
        classes=classes,
    )
    found = {key.name: key}
    for type_, each in classes.items():
        for name, setting in settings_of(each).items():
            before = found.get(name, setting)
            about_it = replace(setting.about, applies_to=said.applies_to, group=said.group)
            found[name] = replace(setting, about=about_it, union=declared.name, only_with=(*before.only_with, type_))
    return found


def _setting(declared: dataclasses.Field[Any], said: About, hint: object) -> Setting:
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


def value_of(entity: Any, setting: Setting) -> Any:
    """What ``entity`` has for ``setting``; the default where its class of the union has no such setting."""
    if not setting.union:
        return getattr(entity, setting.name)
    member = getattr(entity, setting.union)
    return member.TYPE if setting.classes else getattr(member, setting.name, setting.default)


def has_effect(entity: Any, setting: Setting) -> bool:
    """Whether the class that ``entity`` has in the union of ``setting``, if it belongs to one, knows the setting."""
    return not setting.only_with or getattr(entity, setting.union).TYPE in setting.only_with


def values_of(entity: Any) -> dict[str, Any]:
    """Every setting of ``entity`` by name, flat as in the state file."""
    return {name: value_of(entity, setting) for name, setting in settings_of(type(entity)).items()}


def make(cls: type[T], values: Mapping[str, Any]) -> T:
    """A value of ``cls`` from its name and flat settings; what its class of a union has no use for is left out."""
    rest = dict(values)
    for setting in settings_of(cls).values():
        if setting.classes:
            chosen = setting.classes[rest.pop(setting.name, setting.default)]
            of_union = [name for name, each in settings_of(cls).items() if each.union == setting.union]
            own = {name: rest.pop(name) for name in of_union if name in rest}
            rest[setting.union] = chosen(**{name: own[name] for name in settings_of(chosen) if name in own})
    return cls(**rest)


def changed(entity: T, values: Mapping[str, Any]) -> T:
    """``entity`` with other values of some settings, or another name."""
    name = getattr(entity, "name", None)
    return make(type(entity), {**({} if name is None else {"name": name}), **values_of(entity), **values})


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
