"""A field that is added to a class of settings is an option, is unset and is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import click
import pytest
from click.testing import CliRunner

from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import Server
from mcptui.model.setting import about, changed, make
from mcptui.state.decode import BadValueError, fields_of
from tests.support.settings_page import settings_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Server):
    """A server with one setting more."""

    paint: Literal["red", "green"] = field(
        default="red", metadata=about("Paint", "what it is painted with", reconnects=False)
    )
    coats: int = field(default=1, metadata=about("Coats", "how often", unit="coats", maximum=9))


PLAIN = Painted(name="x", url="http://x/mcp")


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


def test_it_is_shown() -> None:
    rows = dict(setting_rows(changed(PLAIN, {"coats": 2})))
    assert (rows["paint"], rows["coats"]) == ("red", "2 coats")


def test_it_has_a_row_on_the_page() -> None:
    assert '| `paint` | `"red"` | what it is painted with (`red`, `green`) |' in settings_table(Painted).splitlines()


def test_it_says_whether_an_edit_reconnects() -> None:
    assert PLAIN.connects_like(changed(PLAIN, {"paint": "green"}))
    assert not PLAIN.connects_like(changed(PLAIN, {"coats": 2}))
