"""What a field is called and of which kind it is; children are made when they are asked for, once."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.fields import (
    BooleanField,
    ChecklistField,
    Choice,
    ChoiceField,
    ConstField,
    Field,
    JsonField,
    ListField,
    NumberField,
    ObjectField,
    TextField,
    VariantField,
)

CHOICES = (Choice("a", "A"), Choice(None, "none"))


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ({}, "value"),
        ({"title": "The place"}, "The place"),
        # What is sent is the name, whatever the schema calls it for people.
        ({"name": "place", "title": "The place"}, "place"),
    ],
)
def test_the_label(said: dict[str, Any], label: str) -> None:
    assert Field(**said).label == label


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (TextField(), "string"),
        (TextField(format="date"), "date"),
        (NumberField(), "number"),
        (NumberField(integer=True), "integer"),
        (BooleanField(), "boolean"),
        (ChoiceField(choices=CHOICES), "one of 2"),
        (ChecklistField(choices=CHOICES), "any of 2"),
        (ConstField(value=None), "constant"),
        (ListField(load_item=TextField), "array of strings"),
        # Of what is in a list the plain word is enough.
        (ListField(load_item=lambda: NumberField(integer=True)), "array of numbers"),
        (ListField(load_item=lambda: ListField(load_item=TextField)), "array of arrays"),
        (ObjectField(load_fields=tuple), "object"),
        (VariantField(load_variants=lambda: (TextField(), NumberField(), JsonField())), "one of 3 forms"),
        (JsonField(reason="odd"), "JSON value"),
    ],
)
def test_the_kind_in_words(field: Field, kind: str) -> None:
    assert field.kind == kind


def test_children_are_made_when_they_are_asked_for_and_once() -> None:
    made: list[str] = []

    def item() -> Field:
        made.append("item")
        return TextField(name="x")

    def many() -> tuple[Field, ...]:
        made.append("many")
        return (TextField(name="x"),)

    fields: list[Any] = [ListField(load_item=item), ObjectField(load_fields=many), VariantField(load_variants=many)]
    assert made == []
    for field, member in zip(fields, ("item", "fields", "variants"), strict=True):
        assert getattr(field, member) is getattr(field, member)
    assert made == ["item", "many", "many"]


def test_a_field_of_itself_can_be_shown_and_compared() -> None:
    def again() -> ListField:
        return ListField(name="tree", load_item=again)

    assert again() == again()
    assert "tree" in repr(again())
    assert again().item.kind == "array of arrays"


def test_fields_that_differ_in_what_a_person_sees_differ() -> None:
    assert TextField(name="a", schema={"x": 1}) != TextField(name="a")
    assert TextField(name="a", whole={"x": 1}) == TextField(name="a")
    number: Field = NumberField(name="a")
    assert number != TextField(name="a")
