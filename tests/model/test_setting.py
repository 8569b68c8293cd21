"""Settings as the fields of the model declare them."""

from __future__ import annotations

import dataclasses

import pytest

from mcptui.model import GatewaySettings, Key, LlmModel, OAuth, Server, Token
from mcptui.model.setting import changed, make, settings_of, values_of
from tests.support.settings_page import CLASSES


@pytest.mark.parametrize("cls", CLASSES.values())
def test_every_field_but_the_name_is_a_setting(cls: type) -> None:
    fields = [field.name for field in dataclasses.fields(cls) if field.name != "name"]
    declared = dict.fromkeys(setting.union or setting.name for setting in settings_of(cls).values())
    assert list(declared) == fields


@pytest.mark.parametrize("cls", CLASSES.values())
def test_every_setting_has_a_title_and_says_what_it_does(cls: type) -> None:
    for setting in settings_of(cls).values():
        assert setting.about.title
        assert setting.about.help


def test_the_kind_follows_from_the_annotation_or_is_said() -> None:
    kinds = {name: setting.kind for name, setting in settings_of(Key).items()}
    assert kinds["rpm"] == "whole"
    assert kinds["tools"] == "tool_rules"
    assert kinds["expires"] == "moment"
    assert kinds["networks"] == "networks"
    assert settings_of(GatewaySettings)["survive_app"].kind == "flag"


def test_choices_and_defaults_follow_from_the_field() -> None:
    api = settings_of(LlmModel)["api"]
    assert (api.choices, api.default, api.is_optional) == (("responses", "chat"), "responses", False)
    assert settings_of(Server)["headers"].default == {}
    assert settings_of(LlmModel)["base_url"].is_required
    assert settings_of(Server)["environment"].is_optional


def test_a_union_is_flat_with_the_settings_of_every_kind() -> None:
    settings = settings_of(Server)
    assert settings["auth_type"].choices[0] == settings["auth_type"].default == "none"
    assert settings["auth_value"].only_with == ("api_key", "bearer_token", "basic", "authorization", "token")
    assert settings["oauth_issuer"].only_with == ("oauth2",)
    assert settings["oauth_issuer"].about.applies_to == "url"


def test_flat_values_make_the_same_server_again() -> None:
    server = Server(name="s", url="http://s/mcp", auth=OAuth(oauth_scopes=("a",)), tags=("x",))
    values = values_of(server)
    assert (values["auth_type"], values["oauth_scopes"], values["auth_value"]) == ("oauth2", ("a",), None)
    assert make(Server, {"name": "s", **values}) == server


def test_another_kind_leaves_behind_what_only_the_one_before_had() -> None:
    server = Server(name="s", url="http://s/mcp", auth=OAuth(oauth_client_id="me"))
    assert changed(server, {"auth_type": "token", "auth_value": "t"}).auth == Token(auth_value="t")
    assert changed(changed(server, {"auth_type": "none"}), {"auth_type": "oauth2"}).auth == OAuth()
