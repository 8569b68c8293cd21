"""Settings as the fields of the model declare them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

import pytest

from mcptui.model.limits import Limits
from mcptui.model.network import Network
from mcptui.model.setting import about, changed, make, settings_of, values_of
from tests.support.settings_page import CLASSES


@pytest.mark.parametrize("cls", CLASSES.values())
def test_every_field_but_the_name_is_a_setting(cls: type) -> None:
    bases = [base for base in (Network, Limits) if issubclass(cls, base)]
    shared = [field.name for base in bases for field in dataclasses.fields(base)]
    own = [field.name for field in dataclasses.fields(cls) if field.name not in ("name", *shared)]
    declared = dict.fromkeys(setting.union or setting.name for setting in settings_of(cls).values())
    assert list(declared) == [*own, *shared]


@pytest.mark.parametrize("cls", CLASSES.values())
def test_every_setting_has_a_title_and_says_what_it_does(cls: type) -> None:
    for setting in settings_of(cls).values():
        assert setting.about.title
        assert setting.about.help


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A class of a union, without settings."""

    TYPE: ClassVar[str] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweet:
    """Another, with one that it shares and one of its own."""

    TYPE: ClassVar[str] = "sweet"

    spoons: int = field(default=1, metadata=about("Spoons", "how many", order=2))
    honey: bool = field(default=False, metadata=about("Honey", "instead of sugar"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sour:
    """A third, which shares one."""

    TYPE: ClassVar[str] = "sour"

    spoons: int = field(default=1, metadata=about("Spoons", "how many", order=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tea:
    """A class with a setting of every sort."""

    name: str
    leaves: str = field(metadata=about("Leaves", "what it is made of", kind="filled"))
    cups: int | None = field(default=None, metadata=about("Cups", "how many"))
    hot: bool = field(default=True, metadata=about("Hot", "or with ice"))
    pot: Literal["china", "iron"] = field(default="china", metadata=about("Pot", "what it is of"))
    guests: tuple[str, ...] = field(default=(), metadata=about("Guests", "who drinks it"))
    biscuits: Mapping[str, tuple[str, ...]] = field(default_factory=dict, metadata=about("Biscuits", "for whom"))
    labels: Mapping[str, str] = field(default_factory=dict, metadata=about("Labels", "on the pot"))
    since: datetime | None = field(default=None, metadata=about("Since", "when it draws"))
    taste: Plain | Sweet | Sour = field(
        default=Plain(),
        metadata=about("Taste", "what is added", union_key="taste_type", applies_to="url", group="In it"),
    )
    #: Without `about` it is none.
    stirred: bool = False


def test_the_kind_follows_from_the_annotation_or_is_said() -> None:
    assert {name: setting.kind for name, setting in settings_of(Tea).items() if not setting.union} == {
        "leaves": "filled",
        "cups": "whole",
        "hot": "flag",
        "pot": "choice",
        "guests": "texts",
        "biscuits": "tool_rules",
        "labels": "text_map",
        "since": "moment",
    }


def test_choices_and_defaults_follow_from_the_field() -> None:
    settings = settings_of(Tea)
    pot, labels, cups = settings["pot"], settings["labels"], settings["cups"]
    assert (pot.choices, pot.default, pot.is_optional) == (("china", "iron"), "china", False)
    assert labels.default == {}
    assert (cups.default, cups.is_optional) == (None, True)
    assert [name for name, setting in settings.items() if setting.is_required] == ["leaves"]


def test_a_union_is_flat_with_the_settings_of_every_kind() -> None:
    settings = settings_of(Tea)
    key, spoons, honey = settings["taste_type"], settings["spoons"], settings["honey"]
    assert (key.choices, key.default, key.kind) == (("plain", "sweet", "sour"), "plain", "choice")
    assert (key.only_with, spoons.only_with, honey.only_with) == ((), ("sweet", "sour"), ("sweet",))
    assert (spoons.help, honey.help) == ("with sweet, sour: how many", "with sweet: instead of sugar")
    assert [(each.about.applies_to, each.about.group) for each in (key, spoons)] == [("url", "In it")] * 2


def test_flat_values_make_the_same_again() -> None:
    tea = Tea(name="t", leaves="green", taste=Sweet(spoons=2), guests=("ann",))
    values = values_of(tea)
    assert (values["taste_type"], values["spoons"], values["honey"]) == ("sweet", 2, False)
    assert values_of(Tea(name="u", leaves="black"))["spoons"] == 1
    assert make(Tea, {"name": "t", **values}) == tea


def test_another_kind_leaves_behind_what_only_the_one_before_had() -> None:
    tea = Tea(name="t", leaves="green", taste=Sweet(spoons=3, honey=True))
    assert changed(tea, {"taste_type": "sour"}).taste == Sour(spoons=3)
    assert changed(changed(tea, {"taste_type": "plain"}), {"taste_type": "sweet"}).taste == Sweet()
