"""The fields of a form of settings: what they are called, what they hold, when they matter; no widgets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from mcptui.model import State
from mcptui.model.network import NETWORK
from mcptui.model.setting import RESTART, Setting, settings_of, values_of
from mcptui.secrets.references import references
from mcptui.state.decode import BadValueError
from mcptui.state.literals import secrets_in_setting
from mcptui.tui.settings.text import NO, YES, Text, shown, value_of_text

#: What stands in every field of a form, by its name.
Texts: TypeAlias = Mapping[str, Text]
#: Settings by name, and ``name``; flat as in the state file.
Values: TypeAlias = Mapping[str, Any]
Look: TypeAlias = Literal["line", "secret", "choice", "pairs"]

#: The field for what a server is: a URL or a command.
TARGET: Final = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField(ABC):
    """One field; those that follow from a setting are made by :func:`setting_fields`."""

    name: str
    title: str
    help: str = ""
    group: str = ""
    look: Look = "line"
    placeholder: str = ""
    #: Of pairs: what stands in their empty row.
    placeholders: tuple[str, str] = ("name", "value")
    unit: str = ""
    #: Texts and what people call them.
    choices: tuple[tuple[str, str], ...] = ()
    #: Ready answers: what they are called, and the text.
    suggestions: tuple[tuple[str, str], ...] = ()

    @property
    def sets(self) -> tuple[str, ...]:
        """The settings that it sets, by name."""
        return (self.name,)

    def show(self, values: Values) -> Text:
        """What stands in it for ``values``."""
        return str(values[self.name] or "")

    @abstractmethod
    def read(self, text: Text, now: datetime) -> Values:
        """What ``text`` in it means.

        Raises:
            BadValueError: nothing that can be.
        """

    def matters(self, texts: Texts) -> bool:
        """Whether it has an effect beside what stands in the others."""
        return True

    def hides(self, text: str) -> bool:
        """Of the look of a secret: whether ``text`` in it is covered."""
        return not references(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameField(FormField):
    """The name of an entry; ``problem`` says why one cannot be, or None."""

    name: str = "name"
    title: str = "Name"
    problem: Callable[[str], str | None]

    def read(self, text: Text, now: datetime) -> Values:
        name = str(text).strip()
        if (problem := self.problem(name)) is not None:
            raise BadValueError(problem)
        return {self.name: name}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField(FormField):
    """One setting."""

    setting: Setting
    #: Of a setting of some kinds of a union: the field that says which kind.
    union_key: str = ""

    def show(self, values: Values) -> Text:
        return shown(self.setting, values[self.name])

    def read(self, text: Text, now: datetime) -> Values:
        return {self.name: value_of_text(self.setting, text, now)}

    def matters(self, texts: Texts) -> bool:
        applies_to = self.setting.about.applies_to
        if applies_to is not None and TARGET in texts and is_url(str(texts[TARGET])) is not (applies_to == "url"):
            return False
        return not self.setting.only_with or texts[self.union_key] in self.setting.only_with

    def hides(self, text: str) -> bool:
        if self.setting.about.kept_as or self.setting.kind == "reference":
            return FormField.hides(self, text)
        return any(secrets_in_setting(self.name, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryField(FormField):
    """Settings of which one may name an entry of the state: what something belongs to."""

    settings: tuple[str, ...]

    @property
    def sets(self) -> tuple[str, ...]:
        return self.settings

    def show(self, values: Values) -> Text:
        return next((entry_text(name, values[name]) for name in self.settings if values[name] is not None), "")

    def read(self, text: Text, now: datetime) -> Values:
        setting, _, name = str(text).partition(":")
        return {**dict.fromkeys(self.settings), **({setting: name} if name else {})}


@dataclass(frozen=True, slots=True)
class Read:
    """What the fields of a form say, and what is wrong, by field."""

    values: Values
    problems: Mapping[str, str] = field(default_factory=dict)
    #: Settings whose fields were emptied.
    unset: frozenset[str] = frozenset()


def setting_fields(
    cls: type, *, but: Collection[str] = (), state: State | None = None, values: Values | None = None
) -> tuple[FormField, ...]:
    """A field for every setting of ``cls`` that is edited as one, in the order of a form.

    Args:
        but: settings that are edited elsewhere.
        state: where there is what others may belong to.
        values: what the form begins with; what an entry that is gone is called.
    """
    editable = [each for each in settings_of(cls).values() if each.about.is_editable and each.name not in but]
    keys = {each.union: each for each in settings_of(cls).values() if each.classes}
    groups = list(dict.fromkeys(["", *(each.about.group for each in editable)]))

    def place(setting: Setting) -> tuple[int, int, int, int]:
        """Settings of a union follow what says which of its kinds it is, kind by kind."""
        order, kind = setting.about.order, 0
        if setting.union:
            order = keys[setting.union].about.order
        if setting.only_with:
            kind = 1 + list(keys[setting.union].classes).index(setting.only_with[0])
        return groups.index(setting.about.group), order, kind, setting.about.order

    found: list[FormField] = []
    for setting in sorted(editable, key=place):
        label = setting.about.one_of
        if not label:
            found.append(_setting_field(setting, keys[setting.union].name if setting.only_with else ""))
        elif label not in [each.title for each in found]:
            found.append(
                _entry_field([each for each in editable if each.about.one_of == label], state or State(), values)
            )
    return tuple(found)


def values_with_name(entity: Any) -> Values:
    """Every setting of ``entity``, and its name."""
    return {**({"name": entity.name} if hasattr(entity, "name") else {}), **values_of(entity)}


def blank(cls: type) -> Values:
    """What a new entry begins with."""
    return {"name": "", **{name: None if each.is_required else each.default for name, each in settings_of(cls).items()}}


def texts_of(fields: Sequence[FormField], values: Values) -> dict[str, Text]:
    """What stands in ``fields`` for ``values``."""
    return {each.name: each.show(values) for each in fields}


def read(fields: Sequence[FormField], texts: Texts, before: Values | None, now: datetime) -> Read:
    """What ``texts`` say; a field that is as it was for ``before`` keeps that value.

    A field that has no effect beside the others is no problem.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    unset: set[str] = set()
    for each in fields:
        if before is not None:
            values |= {name: before[name] for name in each.sets}
            if texts[each.name] == each.show(before):
                continue
            if not texts[each.name]:
                unset.update(each.sets)
        try:
            values |= each.read(texts[each.name], now)
        except BadValueError as error:
            if each.matters(texts):
                problems[each.name] = f"{error.reason}. {error.hint}" if error.hint else error.reason
    return Read(values, problems, frozenset(unset))


def is_url(target: str) -> bool:
    """Whether what stands in the field of the target is a URL, and not a command."""
    return "://" in target.split(" ", 1)[0]


def entry_text(setting: str, name: str) -> str:
    """An entry of the state as the text of an :class:`EntryField`."""
    return f"{setting}:{name}"


def _setting_field(setting: Setting, union_key: str) -> SettingField:
    about = setting.about
    look: Look = "line"
    if about.kept_as:
        look = "secret"
    elif setting.kind in ("text_map", "tool_rules"):
        look = "pairs"
    elif setting.kind in ("choice", "flag"):
        look = "choice"
    elif about.group == NETWORK or setting.kind == "url":
        look = "secret"
    return SettingField(
        setting=setting,
        union_key=union_key,
        name=setting.name,
        title=about.title,
        help=about.help,
        group=about.group,
        look=look,
        placeholder=_placeholder(setting),
        placeholders=("server", about.placeholder) if setting.kind == "tool_rules" else ("name", "value"),
        unit=_beside(setting) if look == "line" else "",
        choices=tuple(_choices(setting)) if look == "choice" else (),
        suggestions=tuple((each, "" if each == about.default_means else each) for each in about.suggestions),
    )


def _beside(setting: Setting) -> str:
    """What is said beside a field."""
    return ", ".join(word for word in (setting.about.unit, RESTART if setting.about.needs_restart else "") if word)


def _placeholder(setting: Setting) -> str:
    """The default, where an empty field means one that has a value, and what is said of the field."""
    default = shown(setting, setting.default) if setting.is_default_when_empty else ""
    return ", ".join(word for word in (default, setting.about.placeholder) if isinstance(word, str) and word)


def _choices(setting: Setting) -> list[tuple[str, str]]:
    words = setting.about.words
    none = [("", setting.about.default_means or "not set")] if setting.is_optional else []
    if setting.kind == "flag":
        return [*none, (NO, words.get(False, NO)), (YES, words.get(True, YES))]
    return [*none, *((each, words.get(each, each.replace("_", " "))) for each in setting.choices)]


def _entry_field(settings: Sequence[Setting], state: State, values: Values | None) -> EntryField:
    about = settings[0].about
    choices = {"": about.default_means}
    for each in settings:
        choices |= {entry_text(each.name, name): f"{each.name} {name}" for name in getattr(state, each.about.section)}
    names = tuple(each.name for each in settings)
    for name in names:
        if values is not None and values[name] is not None:
            choices.setdefault(entry_text(name, values[name]), f"{name} {values[name]} (does not exist)")
    return EntryField(
        name=about.one_of.lower().replace(" ", "_"),
        title=about.one_of,
        help=about.help if len(settings) == 1 else "",
        group=about.group,
        look="choice",
        choices=tuple(choices.items()),
        settings=names,
    )
