"""A field that is added to a class of settings is everywhere: decoded, checked, an option, in the form, shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import click
import pytest
from click.testing import CliRunner
from textual.app import App, ComposeResult
from textual.widgets import Input

from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import Server
from mcptui.model.setting import about, changed, make
from mcptui.state.decode import BadValueError, fields_of
from mcptui.tui.settings.fields import read, setting_fields, texts_of, values_with_name
from mcptui.tui.settings.form import SettingsForm
from mcptui.tui.widgets.choice_line import ChoiceLine
from tests.support.pilot import settle
from tests.support.screens import text_grid
from tests.support.settings_page import settings_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Server):
    """A server with one setting more."""

    paint: Literal["red", "green"] = field(
        default="red", metadata=about("Paint", "what it is painted with", reconnects=False)
    )
    coats: int = field(default=1, metadata=about("Coats", "how often", unit="coats", maximum=9))


PLAIN = Painted(name="x", url="http://x/mcp")
FIELDS = setting_fields(Painted)


def run(*words: str) -> dict[str, Any]:
    """What the options say."""
    found: dict[str, Any] = {}

    @click.command()
    @settings_options(Painted)
    @unset_option(Painted)
    def command(unset: tuple[str, ...], **options: Any) -> None:
        found.update(unset_values(Painted, unset) | said(Painted, options))

    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found


def test_it_is_decoded_and_checked() -> None:
    assert fields_of(Painted)["paint"]("green") == "green"
    with pytest.raises(BadValueError, match="is not one of red, green") as caught:
        fields_of(Painted)["paint"]("grean")
    assert caught.value.hint == 'Did you mean "green"?'


def test_it_is_an_option() -> None:
    assert run("--paint", "green", "--coats", "3", "--tag", "a") == {"paint": "green", "coats": 3, "tags": ("a",)}
    assert run("--unset", "paint") == {"paint": "red"}
    assert changed(PLAIN, run("--coats", "2")) == make(Painted, {"name": "x", "url": "http://x/mcp", "coats": 2})


class PaintedForm(App[None]):
    """Only the form."""

    def compose(self) -> ComposeResult:
        yield SettingsForm(FIELDS, texts_of(FIELDS, values_with_name(PLAIN)))


async def test_it_is_a_field_of_the_form() -> None:
    app = PaintedForm()
    async with app.run_test(size=(60, 60)) as pilot:
        await settle(pilot)
        rows = [line.split() for line in text_grid(app).splitlines()]
        assert ["Paint", "red", "▼"] in rows
        assert ["Coats", "1", "coats"] in rows
        form = app.query_one(SettingsForm)
        form.query_one("#paint", ChoiceLine).value = "green"
        form.query_one("#coats", Input).value = "3"
        before = values_with_name(PLAIN)
        found = read(FIELDS, form.texts, before, datetime.now(UTC))
        assert changed(PLAIN, found.values) == changed(PLAIN, {"paint": "green", "coats": 3})
        refused = read(FIELDS, {**form.texts, "coats": "10"}, before, datetime.now(UTC))
        assert refused.problems == {"coats": "must be a whole number from 1 to 9, not 10"}


def test_it_is_shown() -> None:
    rows = dict(setting_rows(changed(PLAIN, {"coats": 2})))
    assert (rows["paint"], rows["coats"]) == ("red", "2 coats")


def test_it_has_a_row_on_the_page() -> None:
    assert '| `paint` | `"red"` | what it is painted with (`red`, `green`) |' in settings_table(Painted).splitlines()


def test_it_says_whether_an_edit_reconnects() -> None:
    assert PLAIN.connects_like(changed(PLAIN, {"paint": "green"}))
    assert not PLAIN.connects_like(changed(PLAIN, {"coats": 2}))
