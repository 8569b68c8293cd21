"""``mcptui model``: models of OpenAI-compatible providers."""

from __future__ import annotations

from typing import get_args

import click

from mcptui.cli.context import confirm, find, read_secret, report, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, table
from mcptui.errors import RefusedError
from mcptui.model import LlmModel
from mcptui.model.entities import ModelApi
from mcptui.services.workspace import Workspace


@click.group()
def model() -> None:
    """OpenAI-compatible models for chat and /v1."""


@model.command("add")
@click.argument("name")
@click.option("--base-url", required=True, metavar="URL", help="Such as https://api.openai.com/v1")
@click.option("--model", "provider_name", metavar="NAME", help="Its name at the provider; as NAME if not given.")
@click.option("--api", type=click.Choice(get_args(ModelApi)), default="responses", show_default=True)
@click.option("--no-api-key", is_flag=True, help="The provider wants none (a model on this machine).")
@with_workspace
def add(ws: Workspace, name: str, base_url: str, provider_name: str | None, api: ModelApi, no_api_key: bool) -> None:
    """Add a model; its API key is asked for, or read from stdin as one line."""
    from mcptui.services.models import add_model
    from mcptui.services.secrets import set_secret

    if name in ws.load().state.models:
        raise RefusedError(f'there is a model "{name}" already', hint=f"first: mcptui model remove {name}")
    reference = None
    if not no_api_key:
        path = f"model/{name}/api_key"
        set_secret(ws, path, read_secret(f"API key of {name}"))
        reference = f"${{secret:{path}}}"
    new = LlmModel(name=name, base_url=base_url, model=provider_name or name, api=api, api_key=reference)
    report(add_model(ws, new))


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


@model.command("remove")
@click.argument("name")
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Remove a model."""
    from mcptui.services.leftovers import forget_left_over
    from mcptui.services.models import remove_model

    find(ws.load().state.models, "model", name)
    confirm(f"Remove model {name}?", yes=yes, refused=f'model "{name}" was not removed')
    report(change := remove_model(ws, name))
    forget_left_over(ws, change)
