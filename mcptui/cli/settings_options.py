"""Settings on the command line: options, what ``--unset`` takes, and rows of ``show``, from their one declaration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final, Literal, TypeVar, cast

import click

from mcptui.cli.completion import Complete, names_of
from mcptui.cli.options import Expiry, Names, Pair, chosen_names, tool_rules
from mcptui.model.setting import Kind, Setting, settings_of, value_of
from mcptui.services.setting_words import value_words

F = TypeVar("F", bound=Callable[..., Any])

#: Kinds whose option may be given several times.
_REPEATABLE: Final[frozenset[Kind]] = frozenset({"texts", "names", "networks", "text_map", "tool_rules"})
_TYPES: Final[Mapping[Kind, click.ParamType[Any]]] = {
    "names": Names(),
    "networks": Names(),
    "text_map": Pair(),
    "tool_rules": Pair(),
    "moment": Expiry(),
    "seconds": click.FloatRange(min=0, min_open=True),
    "price": click.FloatRange(min=0),
}
_METAVARS: Final[Mapping[Kind, str]] = {
    "url": "URL",
    "reference": "REFERENCE",
    "text": "TEXT",
    "filled": "TEXT",
    "whole": "N",
    "seconds": "SECONDS",
    "price": "USD",
    "texts": "TEXT",
    "names": "NAME,…",
    "globs": "GLOB,…",
    "networks": "CIDR,…",
    "tool_rules": "SERVER=GLOB,…",
}


class SettingName(click.Choice[str]):
    """The name of a setting, with ``-`` or ``_`` between its words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name with ``-``."""
        return super().convert(str(value).replace("_", "-"), param, ctx)


def settings_options(cls: type, *, but: Collection[str] = ()) -> Callable[[F], F]:
    """An option for every editable setting of ``cls`` except those of ``but``."""

    def decorate(function: F) -> F:
        for setting in reversed(_editable(cls)):
            if setting.name not in but:
                for option in _options(setting):
                    function = option(function)
        return function

    return decorate


def unset_option(cls: type) -> Callable[[F], F]:
    """``--unset``, for every setting that has a default."""
    names = [name.replace("_", "-") for name in _unsettable(cls)]
    return click.option(
        "--unset", multiple=True, type=SettingName(names), help="Reset a field to its default; repeatable."
    )


def unset_values(cls: type, names: Collection[str]) -> dict[str, Any]:
    """What ``--unset`` says, by setting."""
    return {name: default for name, default in _unsettable(cls).items() if name.replace("_", "-") in names}


def said(cls: type, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say, by setting; omitted options and secrets are left out.

    Raises:
        click.UsageError: an option and its negation both stand there.
    """
    asked = (each for each in _editable(cls) if each.name in options and not each.about.kept_as)
    found = {each.name: _said(each, options) for each in asked}
    return {name: value for name, value in found.items() if value is not None}


def asked_for(cls: type, options: Mapping[str, Any]) -> list[Setting]:
    """The secrets to prompt for."""
    return [each for each in _editable(cls) if each.about.kept_as and options.get(each.name)]


def setting_rows(entity: Any, *, but: Collection[str] = ()) -> Iterator[tuple[str, object]]:
    """A line of ``show`` for every setting that people edit and that has a value."""
    for setting in _editable(type(entity)):
        kinds = setting.only_with
        if setting.name not in but and (not kinds or getattr(entity, setting.union).TYPE in kinds):
            yield setting.name.replace("_", " "), value_words(setting, value_of(entity, setting))


def option_name(setting: Setting) -> str:
    """How its option is called."""
    return f"--{setting.about.option or setting.name.replace('_', '-')}"


def _editable(cls: type) -> list[Setting]:
    return [setting for setting in settings_of(cls).values() if setting.about.is_editable]


def _unsettable(cls: type) -> dict[str, Any]:
    return {each.name: each.default for each in _editable(cls) if not each.is_required}


def _options(setting: Setting) -> Iterator[Callable[[F], F]]:
    name = option_name(setting).removeprefix("--")
    text = setting.help[0].upper() + setting.help[1:]
    if setting.kind == "names" and setting.is_optional:
        none = "Allow none (not the same as unset)."
        yield click.option(f"--no-{name}s", f"no_{setting.name}", is_flag=True, help=none)
    if setting.about.kept_as:
        yield click.option(f"--{name}", setting.name, is_flag=True, help=f"{text}: prompted for, or read from stdin.")
    elif setting.kind == "flag":
        yield click.option(f"--{name}/--no-{name}", setting.name, default=None, help=f"{text}.")
    else:
        is_repeatable = setting.kind in _REPEATABLE
        yield click.option(
            f"--{name}",
            setting.name,
            type=_type(setting),
            shell_complete=_names(setting),
            metavar=None if setting.choices else _METAVARS.get(setting.kind),
            multiple=is_repeatable,
            help=f"{text}{'; repeatable' if is_repeatable else ''}.",
        )


def _names(setting: Setting) -> Complete | None:
    """Names for the options that refer to something by name."""
    if setting.kind == "names":
        return names_of("model") if setting.about.option == "model" else names_of("server", is_list=True)
    if setting.name in ("org", "team", "user"):
        return names_of(cast('Literal["org", "team", "user"]', setting.name))
    return None


def _type(setting: Setting) -> click.ParamType[Any]:
    if setting.choices:
        return click.Choice(setting.choices)
    if setting.kind == "whole":
        return click.IntRange(min=setting.about.minimum, max=setting.about.maximum)
    return _TYPES.get(setting.kind, click.STRING)


def _said(setting: Setting, options: Mapping[str, Any]) -> Any:
    value = options[setting.name]
    if setting.kind == "names":
        kind = setting.about.option or setting.name
        return chosen_names(kind, value, options.get(f"no_{setting.name}", False))
    if setting.kind == "networks":
        return tuple(network for listed in value for network in listed) or None
    if setting.kind == "tool_rules":
        return tool_rules(value)
    if setting.kind == "globs":
        return None if value is None else tuple(glob for glob in value.split(",") if glob)
    if setting.kind == "text_map":
        return dict(value) or None
    return (value or None) if setting.kind == "texts" else value
