"""The fields of forms as they follow from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

import pytest

from mcptui.model import GatewaySettings, Key, LlmModel, OAuth, Server, State, Team
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import about, changed
from mcptui.tui.settings.fields import (
    FormField,
    NameField,
    blank,
    read,
    setting_fields,
    texts_of,
    values_with_name,
)
from tests.support.settings_page import CLASSES

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
#: A form on a terminal of 120 columns, beside a probe.
LONGEST_HELP: Final = 66
STATE: Final = State(teams={"data": Team(name="data")})


def by_name(cls: type, **said: Any) -> Mapping[str, FormField]:
    return {field.name: field for field in setting_fields(cls, **said)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """The one class of a union that has a setting."""

    TYPE: ClassVar[str] = "paint"

    colour: str = field(default="", metadata=about("Colour", "of the paint", order=9))
    coats: int = field(default=1, metadata=about("Coats", "how often", order=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """The other one."""

    TYPE: ClassVar[str] = "bare"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A class with settings in groups."""

    size: int = field(default=1, metadata=about("Size", "in metres", order=3))
    cellar: bool = field(default=False, metadata=about("Cellar", "whether it has one", group="Below"))
    wall: Paint | Bare = field(default=Bare(), metadata=about("Wall", "what is on it", union_key="wall_type", order=2))
    owner: str = field(default="", metadata=about("Owner", "who has it"))
    deep: int = field(default=1, metadata=about("Depth", "in metres", group="Below", order=-1))


def test_the_order_follows_the_groups_and_what_has_no_effect_without_another_follows_that() -> None:
    assert [(each.group, each.title) for each in setting_fields(House)] == [
        ("", "Owner"),
        ("", "Wall"),
        ("", "Coats"),
        ("", "Colour"),
        ("", "Size"),
        ("Below", "Depth"),
        ("Below", "Cellar"),
    ]


def test_looks_follow_from_the_kinds() -> None:
    looks = {name: field.look for name, field in by_name(Server).items()}
    assert (looks["auth_value"], looks["oauth_client_secret"]) == ("secret", "secret")
    assert (looks["headers"], looks["env"]) == ("pairs", "pairs")
    assert (looks["transport"], looks["allow_all_keys"], looks["timeout"]) == ("choice", "choice", "line")


@pytest.mark.parametrize(
    ("name", "text", "is_hidden"),
    [
        ("auth_value", "abc", True),
        ("auth_value", "me:${secret:x}", False),
        ("proxy", "http://me:pw@p:1", True),
        ("proxy", "http://me:${secret:x}@p:1", False),
        ("proxy", "http://p:1", False),
        ("client_key", "-----BEGIN PRIVATE KEY-----", True),
        ("client_key", "/etc/key.pem", False),
        ("client_key_password", "abc", True),
        ("client_key_password", "${secret:x}", False),
        ("tls_server_name", "vault.example.com", False),
    ],
)
def test_what_is_covered_in_a_field(name: str, text: str, is_hidden: bool) -> None:
    found = next(each for each in setting_fields(Server) if each.name == name)
    assert found.look == "secret"
    assert found.hides(text) is is_hidden


def test_a_password_in_the_address_of_a_model_is_covered() -> None:
    found = next(each for each in setting_fields(LlmModel) if each.name == "base_url")
    assert found.hides("https://me:pw@a.example/v1")
    assert not found.hides("https://a.example/v1")


def test_choices_have_words() -> None:
    assert by_name(Server)["allow_all_keys"].choices == (
        ("no", "allowed keys only"),
        ("yes", "all enabled keys"),
    )
    assert by_name(Server)["environment"].choices[0] == ("", "not set")
    assert by_name(GatewaySettings)["survive_app"].choices == (
        ("", "asks once"),
        ("no", "ends with the app"),
        ("yes", "keeps running"),
    )
    assert dict(by_name(Server)["auth_type"].choices)["bearer_token"] == "bearer token"


@pytest.mark.parametrize(
    ("auth_type", "target", "shown"),
    [
        ("none", "https://x/mcp", {"transport", "auth_type", "headers"}),
        ("token", "https://x/mcp", {"transport", "auth_type", "auth_value", "headers"}),
        ("oauth2", "https://x/mcp", {"transport", "auth_type", "oauth_flow", "credentials", "headers"}),
        ("oauth2", "npx x --url=https://x/mcp", {"env", "cwd"}),
        ("none", "", {"env", "cwd"}),
    ],
)
def test_a_field_matters_beside_what_the_others_say(auth_type: str, target: str, shown: set[str]) -> None:
    fields = by_name(Server)
    texts = {**texts_of(list(fields.values()), blank(Server)), "auth_type": auth_type, "target": target}
    asked = {"transport", "auth_type", "auth_value", "oauth_flow", "credentials", "headers", "env", "cwd"}
    assert {name for name in asked if fields[name].matters(texts)} == shown


def test_what_something_belongs_to_is_one_choice() -> None:
    key = Key(name="k", hash="", user="gone")
    field = by_name(Key, state=STATE, values=values_with_name(key))["belongs_to"]
    assert field.choices == (
        ("", "none"),
        ("team:data", "team data"),
        ("user:gone", "user gone (does not exist)"),
    )
    assert field.show(values_with_name(key)) == "user:gone"
    assert field.read("team:data", NOW) == {"user": None, "team": "data", "org": None}
    assert field.read("", NOW) == {"user": None, "team": None, "org": None}


def test_the_ready_answer_for_the_default_is_an_empty_field() -> None:
    assert by_name(Key)["expires"].suggestions[-2:] == (("365d", "365d"), ("never", ""))


def test_what_was_not_edited_stays_even_where_its_text_would_say_something_else() -> None:
    server = Server(name="x", url="http://x/mcp", tags=("a, b", ""), auth=OAuth(oauth_scopes=("read write",)))
    fields = setting_fields(Server)
    before = values_with_name(server)
    texts = texts_of(fields, before)
    assert changed(server, read(fields, texts, before, NOW).values) == server
    edited = changed(server, read(fields, {**texts, "description": "d"}, before, NOW).values)
    assert edited == changed(server, {"description": "d"})


def test_a_field_without_effect_is_no_problem_and_keeps_what_it_was() -> None:
    server = Server(name="x", url="http://x/mcp", auth=OAuth(oauth_issuer="https://i"))
    fields = setting_fields(Server)
    before = values_with_name(server)
    texts = {**texts_of(fields, before), "oauth_issuer": "nonsense", "max_processes": "many"}
    found = read(fields, {**texts, "target": "http://x/mcp"}, before, NOW)
    assert list(found.problems) == ["oauth_issuer"]
    found = read(fields, {**texts, "target": "http://x/mcp", "auth_type": "none"}, before, NOW)
    assert found.problems == {}
    assert (found.values["oauth_issuer"], found.values["max_processes"]) == ("https://i", 16)


def test_problems_have_their_hints() -> None:
    fields = setting_fields(LlmModel)
    found = read(fields, {**texts_of(fields, blank(LlmModel)), "base_url": "localhost", "model": "x"}, None, NOW)
    assert found.problems == {"base_url": "is not a URL. It must start with http:// or https://"}


def test_a_name_is_checked() -> None:
    field = NameField(problem=subject_name_problem)
    assert read([field], {"name": " ann "}, None, NOW).values == {"name": "ann"}
    assert "must be 1 to 64" in read([field], {"name": "[x]"}, None, NOW).problems["name"]


@pytest.mark.parametrize("cls", CLASSES.values())
def test_what_a_field_says_of_itself_fits_on_the_border_of_a_form(cls: type) -> None:
    assert [field.help for field in setting_fields(cls) if len(field.help) > LONGEST_HELP] == []
