"""The form of orgs, teams, users and keys: what it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from textual.screen import Screen

from mcptui.access.subjects import KIND_OF
from mcptui.model import Key, Org, State, Subject, Team, User
from mcptui.model.entities import SubjectKind
from mcptui.model.setting import changed
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.subject_form import subject_fields, subject_of
from mcptui.tui.settings.fields import Read, Texts, blank, read, texts_of, values_with_name
from mcptui.tui.widgets.choice_line import ChoiceLine
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, save, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
STATE: Final = State(orgs={"acme": Org(name="acme")}, teams={"t": Team(name="t")})

SUBJECTS: list[Subject] = [
    Org(name="acme", servers=("a",), description="d"),
    Team(name="data", org="acme", tools={"a": ("x",)}, rpm=5),
    User(name="ann", team="data", servers=(), models=()),
    Key(name="k", hash="sha256:1", hint="…1", user="ann", expires=datetime(2027, 1, 1, tzinfo=UTC), rpm=3),
    Key(name="k", hash="sha256:1", networks=("::1",), max_concurrent=2, models=("*",)),
    Key(name="k", hash="sha256:1", enabled=False),
]


def edited(found: Subject, **texts: Any) -> Subject:
    """``found`` after an edit of some fields."""
    before = values_with_name(found)
    fields = subject_fields(KIND_OF[type(found)], STATE, before)
    result = read(fields, {**texts_of(fields, before), **texts}, before, NOW)
    assert result.problems == {}
    return changed(found, result.values)


def new(kind: SubjectKind, **texts: Any) -> Read:
    fields = subject_fields(kind, STATE)
    values: Texts = texts_of(fields, blank(type(subject_of(kind, {"name": "x"}))))
    return read(fields, {**values, **texts}, None, NOW)


@pytest.mark.parametrize("found", SUBJECTS, ids=lambda found: type(found).__name__)
def test_editing_without_a_change_changes_nothing(found: Subject) -> None:
    assert edited(found) == found


def test_new_subjects() -> None:
    assert subject_of("org", new("org", name="acme", description="d").values) == Org(name="acme", description="d")
    team = new("team", name="t", belongs_to="org:acme", rpm="7").values
    assert subject_of("team", team) == Team(name="t", org="acme", rpm=7)
    assert subject_of("user", new("user", name="u", belongs_to="team:t").values) == User(name="u", team="t")
    key = new("key", name="k", belongs_to="team:t", expires="30d", networks="10.0.0.0/8", max_concurrent="3").values
    expires = datetime(2026, 12, 22, tzinfo=UTC)
    expected = Key(name="k", hash="", team="t", expires=expires, networks=("10.0.0.0/8",), max_concurrent=3)
    assert subject_of("key", key) == expected


def test_another_parent_replaces_the_one_before() -> None:
    before = Key(name="k", hash="sha256:1", user="ann", expires=NOW, rpm=3)
    after = edited(before, belongs_to="org:acme", expires="", rpm="")
    assert after == replace(before, user=None, org="acme", expires=None, rpm=None)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "[x]"}, "name"),
        ({"expires": "soon"}, "expires"),
        ({"networks": "here"}, "networks"),
        ({"max_concurrent": "0"}, "max_concurrent"),
        *(({"rpm": text}, "rpm") for text in ("0", "-3", "many", "²")),
    ],
)
def test_problems_stand_at_their_fields(texts: Texts, field: str) -> None:
    assert list(new("key", **{"name": "k", **texts}).problems) == [field]


async def test_a_new_key_with_read_only_tools(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "n", "k", *"phone")
        form: Screen[Any] = app.screen
        assert not form.query("#tools")
        form.query_one(ServerBoxes).focus()
        await press(pilot, "j", "j", "space")
        form.query_one("#preset", ChoiceLine).value = "read-only"
        await save(pilot)
        assert isinstance(app.screen, KeyDialog)
        made = app.state.keys["phone"]
        assert made.servers
        assert made.tools is not None
        assert set(made.tools) == set(made.servers)


async def test_read_only_tools_need_servers(make_app: MakeApp) -> None:
    app = make_app(State(servers=data.STATE.servers), gateway=demo_gateway())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "n", "k", *"phone")
        app.screen.query_one("#preset", ChoiceLine).value = "read-only"
        await save(pilot)
        assert "✗ needs allowed servers" in text_grid(app)
        assert not app.state.keys


async def test_rules_are_shown_to_choose_and_unset_by_all(make_app: MakeApp) -> None:
    key = replace(data.STATE.keys["ci"], servers=("files",), tools={"files": ("read_*",)})
    app = make_app(replace(data.STATE, keys={"ci": key}), gateway=FakeGateway())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await app.reveal("key", "ci")
        await press(pilot, "e")
        form: Screen[Any] = app.screen
        assert form.query_one("#tools").is_on_screen
        form.query_one("#preset", ChoiceLine).value = "read-only"
        await save(pilot)
        assert "✗ needs the tools" in text_grid(app)
        form.query_one("#preset", ChoiceLine).value = "all"
        await save(pilot)
        assert app.state.keys["ci"].tools is None
