"""Settings as the fields of the model declare them."""

from __future__ import annotations

import dataclasses

import pytest

from mcptui.model import GatewaySettings, Key, LlmModel, Server
from mcptui.model.setting import settings_of
from tests.support.settings_page import CLASSES


@pytest.mark.parametrize("cls", CLASSES.values())
def test_every_field_but_the_name_is_a_setting(cls: type) -> None:
    fields = [field.name for field in dataclasses.fields(cls) if field.name != "name"]
    assert list(settings_of(cls)) == fields


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
