"""What a form field is, without any widget. Children are built when asked for: schemas may recurse."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from mcptui.schema.values import UNSET, Json, MaybeJson

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcptui.schema.document import Schema


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: ``name`` is the property's name, empty for the root and for items of a list."""

    name: str = ""
    title: str = ""
    description: str = ""
    required: bool = False
    nullable: bool = False
    default: MaybeJson = UNSET
    #: In words, e.g. "1 to 40 characters".
    constraints: tuple[str, ...] = ()
    schema: Schema = dataclass_field(default_factory=dict, repr=False)
    #: Of the root alone: the schema that all was built from, which values are validated against.
    whole: Json = dataclass_field(default=True, repr=False, compare=False)

    #: The kind of value in one word or two, e.g. "string".
    word: ClassVar[str] = "value"

    @property
    def label(self) -> str:
        """The label of the editor: the property's name, because that is what is sent."""
        return self.name or self.title or "value"

    @property
    def kind(self) -> str:
        """The kind of value in words; more precise than ``word`` where the field knows more."""
        return self.word


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """A string. ``format`` as the schema says it (date, uri, email, …), empty for none."""

    format: str = ""
    multiline: bool = False

    word: ClassVar[str] = "string"

    @property
    def kind(self) -> str:
        return self.format or self.word


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """A number or an integer."""

    integer: bool = False

    word: ClassVar[str] = "number"

    @property
    def kind(self) -> str:
        return "integer" if self.integer else self.word


@dataclass(frozen=True, kw_only=True)
class BooleanField(Field):
    """True, false or unset."""

    word: ClassVar[str] = "boolean"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enum and how it is called."""

    value: Json
    label: str


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of a few values, which may be of any JSON type."""

    choices: tuple[Choice, ...]

    word: ClassVar[str] = "choice"

    @property
    def kind(self) -> str:
        return f"one of {len(self.choices)}"


@dataclass(frozen=True, kw_only=True)
class ConstField(Field):
    """Exactly one value."""

    value: Json

    word: ClassVar[str] = "constant"


@dataclass(frozen=True, kw_only=True)
class ChecklistField(Field):
    """A list of values out of a few, each at most once."""

    choices: tuple[Choice, ...]

    word: ClassVar[str] = "array"

    @property
    def kind(self) -> str:
        return f"any of {len(self.choices)}"


@dataclass(frozen=True, kw_only=True)
class ListField(Field):
    """A list whose items have the same field."""

    load_item: Callable[[], Field] = dataclass_field(repr=False, compare=False)

    word: ClassVar[str] = "array"

    @cached_property
    def item(self) -> Field:
        """The field of each item."""
        return self.load_item()

    @property
    def kind(self) -> str:
        return f"array of {self.item.word}s"


@dataclass(frozen=True, kw_only=True)
class ObjectField(Field):
    """An object with known fields; others that a value has are kept."""

    load_fields: Callable[[], tuple[Field, ...]] = dataclass_field(repr=False, compare=False)

    word: ClassVar[str] = "object"

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The known fields, in the order of the schema."""
        return self.load_fields()


@dataclass(frozen=True, kw_only=True)
class VariantField(Field):
    """One of several shapes (anyOf, oneOf, several types)."""

    load_variants: Callable[[], tuple[Field, ...]] = dataclass_field(repr=False, compare=False)

    word: ClassVar[str] = "variant"

    @cached_property
    def variants(self) -> tuple[Field, ...]:
        """The shapes; each one's ``title`` says how it differs."""
        return self.load_variants()

    @property
    def kind(self) -> str:
        return f"one of {len(self.variants)} forms"


@dataclass(frozen=True, kw_only=True)
class JsonField(Field):
    """Any JSON value: what no other field can express. ``reason`` says why."""

    reason: str = ""

    word: ClassVar[str] = "JSON value"
