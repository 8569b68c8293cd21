"""The settings of the gateway and of the secret store, to be changed."""

from __future__ import annotations

from typing import Final

from mcptui.errors import RefusedError
from mcptui.model import GatewaySettings, SecretSettings
from mcptui.model.setting import changed, settings_of, values_of
from mcptui.model.settings import LOOPBACK_HOSTS
from mcptui.services.settings import update_gateway, update_secrets
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import Values, setting_fields
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import ConfirmDialog

FIELDS: Final = (*setting_fields(GatewaySettings), *setting_fields(SecretSettings))

_TITLE: Final = "Settings of the gateway"
_NOTE: Final = "Host and port take effect with its next start. Secrets that are kept already are not moved."


async def edit_settings(app: Shell) -> None:
    """Have the person change them. To be run in a worker."""
    gateway, secrets = app.state.gateway, app.state.secrets

    async def save(values: Values) -> None:
        await _save(app, gateway, changed(gateway, _of(GatewaySettings, values)))
        await _save_secrets(app, secrets, changed(secrets, _of(SecretSettings, values)))

    before = {**values_of(gateway), **values_of(secrets)}
    await app.push_screen_wait(SettingsDialog(_TITLE, FIELDS, before, save, note=_NOTE))


async def _save(app: Shell, base: GatewaySettings, mine: GatewaySettings) -> None:
    if mine == base:
        return
    if mine.host != base.host and mine.host not in LOOPBACK_HOSTS:
        text = "Other machines can then connect, without TLS unless you set it up."
        if await app.push_screen_wait(ConfirmDialog(f"Listen on {mine.host}?", text, "Listen")) != "confirm":
            raise RefusedError(f"Not saved: listening on {mine.host} lets other machines connect.")
    await app.reload_state()
    revision, theirs = app.loaded.revision, app.state.gateway
    await app.change(update_gateway, await put_together(app, _TITLE, base, mine, theirs), expected=revision)


async def _save_secrets(app: Shell, base: SecretSettings, mine: SecretSettings) -> None:
    if mine == base:
        return
    await app.reload_state()
    revision, theirs = app.loaded.revision, app.state.secrets
    await app.change(update_secrets, await put_together(app, _TITLE, base, mine, theirs), expected=revision)


def _of(cls: type, values: Values) -> Values:
    return {name: value for name, value in values.items() if name in settings_of(cls)}
