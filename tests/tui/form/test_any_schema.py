"""Forms for whatever schema comes: they open, hold their values, and give them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from mcptui.schema import UNSET, build, skeleton
from tests.support.forms import EditorApp, check_round_trip, open_fill_toggle
from tests.support.schemas import JSON_VALUES, schemas

_SUITE = Path(__file__).parents[2] / "data" / "json-schema-test-suite" / "draft2020-12.json"


def suite() -> Iterator[tuple[str, Any, list[Any]]]:
    """Name, schema and fitting values of each case of the official test suite."""
    for name, cases in json.loads(_SUITE.read_text(encoding="utf-8")).items():
        for case in cases:
            yield f"{name}: {case['description']}", case["schema"], case["valid"]


@pytest.mark.parametrize(
    "step", [10, pytest.param(1, marks=[pytest.mark.soak, pytest.mark.timeout(600)])], ids=["sample", "all"]
)
async def test_the_schemas_of_the_official_suite_lose_nothing(step: int) -> None:
    async with EditorApp().run_test():
        for what, schema, values in list(suite())[::step]:
            for value in [*values, skeleton(build(schema)), {}, None, {"unknown": [1, {"x": None}]}]:
                check_round_trip(what, schema, value)


async def test_generated_schemas_lose_nothing() -> None:
    # Hypothesis wants a plain function; the editors want an app around them.
    @settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(schemas(), JSON_VALUES)
    def lose_nothing(schema: Any, value: Any) -> None:
        check_round_trip(repr(schema), schema, value)

    async with EditorApp().run_test():
        lose_nothing()


async def test_a_sample_of_the_official_suite_on_the_screen() -> None:
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        for what, schema, values in list(suite())[::40]:
            await open_fill_toggle(app, what, schema, values[0] if values else UNSET)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_the_official_suite_on_the_screen() -> None:
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        for what, schema, values in suite():
            for value in [UNSET, *values]:
                await open_fill_toggle(app, what, schema, value)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(8))
async def test_two_thousand_generated_schemas_on_the_screen(part: int) -> None:
    found: list[tuple[Any, Any]] = []

    @seed(part)
    @settings(
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        max_examples=250,
        database=None,
        derandomize=False,
    )
    @given(schemas(), JSON_VALUES)
    def collect(schema: Any, value: Any) -> None:
        found.append((schema, value))

    collect()
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        for schema, value in found:
            check_round_trip(repr(schema), schema, value)
            await open_fill_toggle(app, repr(schema), schema, value)
