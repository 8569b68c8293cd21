"""``mcptui settings``: the gateway and the secret store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from mcptui.cli.context import report, with_workspace
from mcptui.cli.gateway import check_host
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, note
from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import GatewaySettings
from mcptui.services.settings import update_settings
from mcptui.services.workspace import Workspace


@click.group()
def settings() -> None:
    """Settings of the gateway and the secret store."""


@settings.command("show")
@json_option
@with_workspace
def show(ws: Workspace, as_json: bool) -> None:
    """Show the current settings."""
    state = ws.load().state
    if as_json:
        emit_json({"gateway": state.gateway, "secrets": state.secrets})
        return
    fields([*setting_rows(state.gateway), *setting_rows(state.secrets)])


@settings.command("set")
@settings_options(GatewaySettings)
@unset_option(GatewaySettings)
@yes_option
@with_workspace
def set_(ws: Workspace, /, unset: tuple[str, ...], yes: bool, **options: Any) -> None:
    """Update gateway settings. For the secret store: mcptui secret backend."""
    loaded = ws.load()
    defaults = unset_values(GatewaySettings, unset)
    changes = defaults | said(GatewaySettings, options)
    if not changes:
        raise click.UsageError("nothing to change; see --help for the options")
    if "host" in changes:
        check_host(changes["host"], yes)
    gateway = replace(loaded.state.gateway, **changes)
    report(update_settings(ws, gateway=gateway, expected=loaded.revision, unset=defaults))
    if names := gateway.restart_for(loaded.state.gateway):
        note(f"{', '.join(names)}: applied with the next start of the gateway")
