"""Forms of settings on the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Button, Input, Static

from mcptui.model import GatewaySettings, Group, Key, LlmModel, NoAuth, OAuth, Server
from mcptui.model.auth import AuthKind
from mcptui.model.setting import about
from mcptui.protocol.text import marked
from mcptui.tui.servers.form_model import FIELDS, server_texts
from mcptui.tui.settings.fields import FormField, blank, setting_fields, texts_of
from mcptui.tui.settings.form import SettingsForm
from mcptui.tui.settings.pairs_field import PairsField
from mcptui.tui.settings.text import Text
from mcptui.tui.shell import app as _patched  # noqa: F401  fields draw as they do in the app
from mcptui.tui.widgets.choice_line import ChoiceLine
from mcptui.tui.widgets.secret_field import SecretField
from tests.support.pilot import press, settle
from tests.support.screens import terminal_output, text_grid, unsafe_texts

SECRET: Final = "canary-7Fh2kQ9x"


class FormApp(App[None]):
    """Only a form."""

    def __init__(self, cls: type) -> None:
        super().__init__()
        self.fields = setting_fields(cls)
        self.texts = texts_of(self.fields, blank(cls))
        self.entered: list[FormField] = []
        self.changes = 0

    def compose(self) -> ComposeResult:
        yield SettingsForm(self.fields, self.texts)

    @property
    def form(self) -> SettingsForm:
        return self.query_one(SettingsForm)

    @on(SettingsForm.Changed)
    def _count(self) -> None:
        self.changes += 1

    @on(SettingsForm.Entered)
    def _entered(self, event: SettingsForm.Entered) -> None:
        self.entered.append(event.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A class with a setting of most looks."""

    wall: str = field(default="", metadata=about("Wall", "what it is of", placeholder="brick"))
    paint: Literal["red", "green"] = field(default="red", metadata=about("Paint", "what it is painted with"))
    coats: int = field(default=1, metadata=about("Coats", "how often", unit="coats", group="Work"))
    guests: int | None = field(
        default=None, metadata=about("Guests", "at a time", unit="people", group="Work", placeholder="not known")
    )


async def test_every_setting_is_a_line_under_its_heading() -> None:
    app = FormApp(House)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        lines = [line.rstrip() for line in text_grid(app).splitlines() if line.strip()]
        assert lines == [
            "Wall    brick",
            "Paint   red                                                ▼",
            "Work",
            "Coats   1                                              coats",
            "Guests  not known                                     people",
        ]
        assert app.form.texts == app.texts


async def test_it_holds_what_it_is_filled_with_and_hides_what_has_no_effect() -> None:
    app = FormApp(Server)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        form = app.form
        headers = (("A", "b"), ("C", f"http://me:{SECRET}@p:1"))
        hidden = {"proxy": f"http://me:{SECRET}@p:1", "client_key": f"-----BEGIN PRIVATE KEY-----{SECRET}"}
        texts = {**app.texts, "auth_type": "token", "auth_value": SECRET, "headers": headers, **hidden}
        await form.fill(texts)
        await settle(pilot)
        assert form.texts == texts
        assert SECRET not in terminal_output(app)
        assert form.query_one("#auth_value", SecretField).display
        assert not form.query("#oauth_issuer")
        form.query_one("#auth_type", ChoiceLine).value = "oauth2"
        await settle(pilot)
        assert not form.query_one("#auth_value", SecretField).display
        assert form.query_one("#oauth_issuer", Input).display
        await form.fill({**texts, "headers": ()})
        await settle(pilot)
        assert form.query_one("#headers", PairsField).pairs == ()


@pytest.mark.parametrize(
    "others", [{"target": "npx x"}, {"auth_type": "oauth2"}, {"target": "npx", "auth_type": "token"}]
)
async def test_a_field_that_gets_an_effect_stands_where_it_belongs(others: dict[str, str]) -> None:
    app = FormApp(Server)
    app.fields = FIELDS
    app.texts = dict(server_texts())
    texts = {**app.texts, "env": (("A", "b"),), "oauth_issuer": "https://i", "auth_value": SECRET}
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        for each in (texts, {**texts, **others}, texts, {**texts, **others}):
            await app.form.fill(each)
            assert app.form.texts == each
            await settle(pilot)
            shown = [field.name for field in app.fields if field.matters(each)]
            titles = [str(label.content) for label in app.query(".label").results(Static) if label.display]
            assert titles == [field.title for field in app.fields if field.name in shown]
            rows = [(label.region.y, str(label.content)) for label in app.query(Static) if label.display]
            assert rows == sorted(rows, key=lambda row: row[0])
            groups = [field.group for field in app.fields if field.name in shown and field.group]
            headings = [str(each.content) for each in app.query(".heading").results(Static) if each.display]
            assert headings == list(dict.fromkeys(groups))
        assert app.changes == 0


async def test_a_problem_stands_under_its_field_until_that_is_edited() -> None:
    app = FormApp(Key)
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        await app.form.show_problems({"rpm": "must be [a] number " * 5, "networks": "are none"})
        await settle(pilot)
        lines = text_grid(app).splitlines()
        row = next(place for place, line in enumerate(lines) if line.startswith("Rate limit"))
        assert lines[row + 1].startswith("                ✗ must be [a] number")
        assert app.focused is app.form.query_one("#rpm")
        await press(pilot, "5")
        assert [str(each.content) for each in app.query(".problem").results(Static) if each.display] == ["✗ are none"]
        await app.form.show_problems({})
        await settle(pilot)
        assert not app.query(".problem")


async def test_ready_answers_fill_their_field() -> None:
    app = FormApp(Key)
    async with app.run_test(size=(80, 20)) as pilot:
        await settle(pilot)
        buttons = {str(button.label): button for button in app.query(Button)}
        buttons["30d"].press()
        await settle(pilot)
        assert app.form.texts["expires"] == "30d"
        buttons["never"].press()
        await settle(pilot)
        assert app.form.texts["expires"] == ""


async def test_it_says_which_field_has_the_cursor() -> None:
    app = FormApp(Server)
    async with app.run_test(size=(80, 50)) as pilot:
        await settle(pilot)
        app.form.focus_field("timeout")
        await settle(pilot)
        app.form.query_one("#env Input", Input).focus()
        await settle(pilot)
        assert [field.name for field in app.entered[-2:]] == ["timeout", "env"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(AuthKind):
    """A kind of auth with a setting that stands where OAuth's stand."""

    TYPE: ClassVar[str] = "signed"

    method: str = field(default="", metadata=about("Method", "how it is signed", order=3))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedServer(Server):
    """A server that can be signed in to in one way more."""

    auth: NoAuth | OAuth | Signed = field(  # type: ignore[assignment]
        default=NoAuth(), metadata=about("Sign-in", "how", union_key="auth_type", order=2)
    )


def test_the_settings_of_a_kind_stand_together() -> None:
    titles = [each.title for each in setting_fields(SignedServer) if getattr(each, "union_key", "")]
    ordinary = [each.title for each in setting_fields(Server) if getattr(each, "union_key", "")]
    assert titles == [*ordinary[1:], "Method"]


#: Characters that do not stay in the line, or in the cell, that they are in; one of each sort.
ODD: Final = "a\nb\rc\td\x1b[2Je\x85f\u2028g\u202eh\u200bi" + "\u0301" * 20 + "j"


@pytest.mark.parametrize("cls", [Server, Key, LlmModel, Group, GatewaySettings])
async def test_no_text_leaves_its_field_and_none_is_changed_by_being_shown(cls: type) -> None:
    app = FormApp(cls)
    texts: dict[str, Text] = {}
    for each in app.fields:
        if each.look in ("line", "secret"):
            texts[each.name] = ODD
        elif each.look == "pairs":
            texts[each.name] = ((ODD, ODD),)
        else:
            texts[each.name] = app.texts[each.name]
    app.texts = texts
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        assert unsafe_texts(app) == []
        assert marked(ODD) in text_grid(app)
        assert app.form.texts == texts
