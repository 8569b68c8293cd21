"""What a form of the app sets, a command sets, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import click
import pytest

from mcptui.access.subjects import KINDS
from mcptui.cli.main import main
from mcptui.model import GatewaySettings, Group, Key, LlmModel, Org, SecretSettings, Server, State, Team, User
from mcptui.model.setting import settings_of
from mcptui.tui.access import groups
from mcptui.tui.access.subject_form import subject_fields
from mcptui.tui.chat.model_dialog import model_fields
from mcptui.tui.gateway import settings_form
from mcptui.tui.servers import form_model
from mcptui.tui.settings.fields import FormField

#: The fields of a form, the command, and the classes whose settings they are.
FORMS: Final[Mapping[str, tuple[Sequence[FormField], str, tuple[type, ...]]]] = {
    "server": (form_model.FIELDS, "server edit", (Server,)),
    "org": (subject_fields("org", State()), "org edit", (Org,)),
    "team": (subject_fields("team", State()), "team edit", (Team,)),
    "user": (subject_fields("user", State()), "user edit", (User,)),
    "key": (subject_fields("key", State()), "key edit", (Key,)),
    "new model": (model_fields(is_new=True), "model add", (LlmModel,)),
    "model": (model_fields(is_new=False), "model edit", (LlmModel,)),
    "group": (groups.FIELDS, "group edit", (Group,)),
    "gateway": (settings_form.FIELDS, "settings set", (GatewaySettings,)),
    "secrets": (settings_form.FIELDS, "secret backend", (SecretSettings,)),
}
#: What a command takes in another way than as an option of the setting's name → the settings.
ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "target": ("url", "command", "args"),
    "key_file": ("key_file_consent",),
    "no_api_key": ("api_key",),
}
#: What no form has a field for, with the reason.
BESIDE_FORMS: Final[Mapping[tuple[str, str], str]] = {
    (kind, "servers"): "boxes, below the form of a new one and in the Access mode" for kind in KINDS
}


def command(words: str) -> click.Command:
    found: click.Command = main
    for word in words.split():
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), word)
        assert inner is not None
        found = inner
    return found


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_and_its_command_set_the_same(kind: str) -> None:
    fields, words, classes = FORMS[kind]
    known = {name for cls in classes for name in settings_of(cls)}
    in_form = {name for field in fields for name in field.sets} & known
    options = {name for each in command(words).params if each.name for name in ARGUMENTS.get(each.name, (each.name,))}
    beside = {name for form, name in BESIDE_FORMS if form == kind}
    assert in_form | beside == options & known


@pytest.mark.parametrize(("kind", "name"), BESIDE_FORMS)
def test_every_exception_is_needed(kind: str, name: str) -> None:
    fields, words, _ = FORMS[kind]
    assert name not in {each for field in fields for each in field.sets}
    assert name in {each.name for each in command(words).params}
