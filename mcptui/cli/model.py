"""``mcptui model``: models of OpenAI-compatible providers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar, get_args

import click

from mcptui.cli.context import confirm, find, read_secret, report, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, table
from mcptui.errors import RefusedError
from mcptui.model import LlmModel
from mcptui.model.entities import ModelApi
from mcptui.services.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])

#: What ``--unset`` can take away.
_UNSETTABLE: Final = ("api-key", "context-size", "input-price", "output-price", "cached-input-price")
_PRICES: Final = (
    ("--input-price", "US dollars for a million tokens that the model reads."),
    ("--output-price", "US dollars for a million tokens that it writes."),
    ("--cached-input-price", "US dollars for a million tokens that it reads from its provider's cache."),
)


@click.group()
def model() -> None:
    """OpenAI-compatible models for chat and /v1."""


def _options(function: F) -> F:
    """The options of ``add`` and ``edit``."""
    for flag, text in reversed(_PRICES):
        function = click.option(flag, type=click.FloatRange(min=0), metavar="USD", help=text)(function)
    for option in (
        click.option(
            "--context-size", type=click.IntRange(min=1), metavar="TOKENS", help="How long a conversation may be."
        ),
        click.option("--api", type=click.Choice(get_args(ModelApi)), help="Which API it has; responses if not given."),
        click.option("--model", "model", metavar="NAME", help="Its name at the provider; as NAME if not given."),
    ):
        function = option(function)
    return function


def _said(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


@model.command("add")
@click.argument("name")
@click.option("--base-url", required=True, metavar="URL", help="Such as https://api.openai.com/v1")
@_options
@click.option("--no-api-key", is_flag=True, help="The provider wants none (a model on this machine).")
@with_workspace
def add(ws: Workspace, /, name: str, no_api_key: bool, **options: Any) -> None:
    """Add a model; its API key is asked for, or read from stdin as one line."""
    from mcptui.services.models import add_model

    if name in ws.load().state.models:
        raise RefusedError(f'there is a model "{name}" already', hint=f"change it: mcptui model edit {name}")
    api_key = None if no_api_key else _new_key(ws, name)
    report(add_model(ws, LlmModel(**{"name": name, "model": name, "api_key": api_key, **_said(options)})))


@model.command("edit")
@click.argument("name")
@click.option("--base-url", metavar="URL", help="Such as https://api.openai.com/v1")
@_options
@click.option("--api-key", "with_key", is_flag=True, help="Another API key: asked for, or read from stdin.")
@click.option("--unset", multiple=True, type=click.Choice(_UNSETTABLE), help="Say nothing about this.")
@with_workspace
def edit(ws: Workspace, /, name: str, with_key: bool, unset: tuple[str, ...], **options: Any) -> None:
    """Change a model; what is not named stays."""
    from mcptui.services.models import set_api_key, update_model

    loaded = ws.load()
    before = find(loaded.state.models, "model", name)
    changes = _said(options) | {field.replace("-", "_"): None for field in unset}
    if not changes and not with_key:
        raise click.UsageError("nothing to change; see --help for what can be")
    if changes:
        report(update_model(ws, name, replace(before, **changes), expected=loaded.revision))
    if with_key and (change := set_api_key(ws, name, read_secret(f"API key of {name}"))) is not None:
        report(change)


@model.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """All models."""
    models = ws.load().state.models.values()
    if as_json:
        emit_json(list(models))
        return
    rows = [[m.name, m.model, m.api, m.base_url, m.api_key] for m in models]
    table(["NAME", "MODEL", "API", "BASE URL", "API KEY"], rows)


@model.command("show")
@click.argument("name")
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """One model, with its prices."""
    found = find(ws.load().state.models, "model", name)
    if as_json:
        emit_json(found)
        return
    fields(
        [
            ("name", found.name),
            ("model", found.model),
            ("api", found.api),
            ("base URL", found.base_url),
            ("API key", found.api_key),
            ("context size", _tokens(found.context_size)),
            ("input price", _price(found.input_price)),
            ("output price", _price(found.output_price)),
            ("cached input price", _price(found.cached_input_price)),
        ]
    )


@model.command("remove")
@click.argument("name")
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Remove a model."""
    from mcptui.services.models import remove_model
    from mcptui.services.orphaned_secrets import forget_orphaned_secrets

    find(ws.load().state.models, "model", name)
    confirm(f"Remove model {name}?", yes=yes, refused=f'model "{name}" was not removed')
    report(change := remove_model(ws, name))
    forget_orphaned_secrets(ws, change)


def _new_key(ws: Workspace, name: str) -> str:
    """A reference to the API key that the person types or pipes in."""
    from mcptui.services.secrets import set_secret

    path = f"model/{name}/api_key"
    set_secret(ws, path, read_secret(f"API key of {name}"))
    return f"${{secret:{path}}}"


def _tokens(number: int | None) -> str | None:
    return None if number is None else f"{number:,} tokens"


def _price(price: float | None) -> str | None:
    return None if price is None else f"${price:g} for a million tokens"
