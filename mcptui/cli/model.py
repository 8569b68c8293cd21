"""``mcptui model``: models of OpenAI-compatible providers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, find, finish, read_secret, report, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, plain, table
from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.errors import RefusedError
from mcptui.model import LlmModel
from mcptui.model.entities import api_at
from mcptui.services.workspace import Workspace


@click.group()
def model() -> None:
    """OpenAI-compatible models for chat and /v1."""


@model.command("add")
@click.argument("name")
@click.option("--base-url", required=True, metavar="URL", help="Base URL, such as https://api.openai.com/v1")
@settings_options(LlmModel, but=("base_url", "api_key"))
@click.option("--no-api-key", is_flag=True, help="The provider needs no API key, such as a local model.")
@with_workspace
def add(ws: Workspace, /, name: str, base_url: str, no_api_key: bool, **options: Any) -> None:
    """Add a model. The API key is prompted for, or read from stdin as one line.

    By default --api is Responses for api.openai.com and Chat Completions for other hosts.
    """
    from mcptui.services.models import add_model

    if name in ws.load().state.models:
        raise RefusedError(f'model "{name}" exists', hint=f"change it: mcptui model edit {name}")
    api_key = None if no_api_key else read_secret(f"API key of {name}")
    asked = {"name": name, "base_url": base_url, "model": name, "api": api_at(base_url), "api_key": api_key}
    report(add_model(ws, LlmModel(**asked | said(LlmModel, options))))


@model.command("edit")
@click.argument("name", shell_complete=names_of("model"))
@settings_options(LlmModel)
@unset_option(LlmModel)
@with_workspace
def edit(ws: Workspace, /, name: str, unset: tuple[str, ...], **options: Any) -> None:
    """Update a model; omitted options are unchanged."""
    from mcptui.services.models import set_api_key, update_model

    loaded = ws.load()
    before = find(loaded.state.models, "model", name)
    defaults = unset_values(LlmModel, unset)
    changes = defaults | said(LlmModel, options)
    if not changes and not options["api_key"]:
        raise click.UsageError("nothing to change; see --help for the options")
    if changes:
        finish(ws, update_model(ws, name, replace(before, **changes), expected=loaded.revision, unset=defaults))
    if options["api_key"] and (change := set_api_key(ws, name, read_secret(f"API key of {name}"))) is not None:
        finish(ws, change)


@model.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List models with who is limited to them; API keys are shown as references or dots."""
    from mcptui.services.models import who_uses_model
    from mcptui.state.extract_secrets import cover_secrets

    state = ws.load().state
    models = [cover_secrets(item) for item in state.models.values()]
    if as_json:
        emit_json([plain(m) | {"used_by": who_uses_model(state, m.name)} for m in models])
        return
    rows = [[m.name, m.model, m.api, m.base_url, m.api_key, ", ".join(who_uses_model(state, m.name))] for m in models]
    table(["NAME", "MODEL", "API", "BASE URL", "API KEY", "USED BY"], rows)


@model.command("show")
@click.argument("name", shell_complete=names_of("model"))
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """Show a model; secrets are shown as references or dots."""
    from mcptui.services.models import who_uses_model
    from mcptui.state.extract_secrets import cover_secrets

    state = ws.load().state
    found = cover_secrets(find(state.models, "model", name))
    users = who_uses_model(state, name)
    if as_json:
        emit_json(plain(found) | {"used_by": users})
        return
    warning = None if found.verify_tls else "TLS certificate not verified (verify_tls)"
    fields([("name", found.name), ("warning", warning), *setting_rows(found), ("used by", ", ".join(users))])


@model.command("remove")
@click.argument("name", shell_complete=names_of("model"))
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Delete a model."""
    from mcptui.services.models import remove_model

    find(ws.load().state.models, "model", name)
    confirm(f"Delete model {name}?", yes=yes, refused=f'model "{name}" was not deleted')
    finish(ws, remove_model(ws, name))
