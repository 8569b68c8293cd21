"""Sets up a model, or changes one: an OpenAI key, or any compatible address; how much it takes and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mcptui.model import LlmModel
from mcptui.model.entities import OPENAI_URL, api_at
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import settings_of
from mcptui.tui.settings.dialog import Save, SettingsDialog
from mcptui.tui.settings.fields import (
    FormField,
    NameField,
    Read,
    SettingField,
    Values,
    blank,
    setting_fields,
    values_with_name,
)
from mcptui.tui.settings.text import Text

_BY_ADDRESS: Final = ("", "auto (Responses for api.openai.com)")
_PRICES: Final = ("input_price", "output_price")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiField(SettingField):
    """The API of a new model, which may be left to the base URL."""

    def read(self, text: Text, now: datetime) -> Values:
        return SettingField.read(self, text, now) if text else {}


def model_fields(*, is_new: bool) -> tuple[FormField, ...]:
    """The fields of a model, in the order of the screen; the name of one that there is stays."""
    return tuple(_with_name(setting_fields(LlmModel)) if is_new else setting_fields(LlmModel))


def _with_name(fields: tuple[FormField, ...]) -> Iterator[FormField]:
    for field in fields:
        if field.name == "api":
            shown = {name: getattr(field, name) for name in ("name", "title", "help", "look")}
            yield ApiField(**shown, choices=(_BY_ADDRESS, *field.choices), setting=settings_of(LlmModel)["api"])
            # People know the name at the provider, and need another one rarely.
            yield NameField(title="Alias", placeholder="same as the model", problem=_name_problem)
        else:
            yield field


def _name_problem(name: str) -> str | None:
    return subject_name_problem(name) if name else None


class ModelDialog(SettingsDialog):
    """Returns what was saved, or None.

    Args:
        save: keeps it.
        store: where its API key goes.
        model: the model to edit; None adds one.
    """

    def __init__(self, save: Save, store: str, model: LlmModel | None = None) -> None:
        values = {**blank(LlmModel), "base_url": OPENAI_URL, "api": ""} if model is None else values_with_name(model)
        super().__init__(
            "New model" if model is None else f"Model {model.name}",
            model_fields(is_new=model is None),
            values,
            save,
            is_new=model is None,
            note=f"Any OpenAI-compatible API. The API key is saved in the secret store ({store}).",
        )

    def read(self) -> Read:
        found = super().read()
        values: dict[str, Any] = dict(found.values)
        problems = dict(found.problems)
        if "base_url" in values:
            values["base_url"] = values["base_url"].rstrip("/")
        if self._is_new and not problems:
            values["name"] = values["name"] or values["model"]
            if (problem := subject_name_problem(values["name"])) is not None:
                problems["name"] = problem
            values.setdefault("api", api_at(values["base_url"]))
        missing = [name for name in _PRICES if name not in problems and values.get(name) is None]
        if len(missing) == 1:
            problems.setdefault(missing[0], "costs need both prices")
        return replace(found, values=values, problems=problems)
