"""The settings of the gateway and of the secret store, to be changed."""

from __future__ import annotations

from typing import Final

from mcptui.errors import RefusedError
from mcptui.model import GatewaySettings, SecretSettings
from mcptui.model.setting import changed, settings_of, values_of
from mcptui.model.settings import LOOPBACK_HOSTS
from mcptui.services.settings import update_settings
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import Read, Values, setting_fields
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import ConfirmDialog

FIELDS: Final = (*setting_fields(GatewaySettings), *setting_fields(SecretSettings))

_TITLE: Final = "Gateway settings"
_NOTE: Final = "Existing secrets are not moved to another store."


async def edit_settings(app: Shell, *, at: str = "") -> None:
    """Have the person change them. To be run in a worker.

    Args:
        at: the setting that the cursor begins at; "" for the first.
    """
    gateway, secrets = app.state.gateway, app.state.secrets

    async def save(found: Read) -> None:
        mine = changed(gateway, _of(GatewaySettings, found.values))
        mine_of_secrets = changed(secrets, _of(SecretSettings, found.values))
        if (mine, mine_of_secrets) == (gateway, secrets) and not found.unset:
            return
        await _ask_about_host(app, gateway, mine)
        await app.reload_state()
        revision, theirs = app.loaded.revision, app.state
        await app.change(
            update_settings,
            gateway=await put_together(app, _TITLE, gateway, mine, theirs.gateway),
            secrets=await put_together(app, _TITLE, secrets, mine_of_secrets, theirs.secrets),
            expected=revision,
            unset=found.unset,
        )

    before = {**values_of(gateway), **values_of(secrets)}
    await app.push_screen_wait(SettingsDialog(_TITLE, FIELDS, before, save, note=_NOTE, at=at))


async def _ask_about_host(app: Shell, base: GatewaySettings, mine: GatewaySettings) -> None:
    if mine.host != base.host and mine.host not in LOOPBACK_HOSTS:
        text = "Other machines can then connect, without TLS unless it is configured."
        if await app.push_screen_wait(ConfirmDialog(f"Listen on {mine.host}?", text, "Listen")) != "confirm":
            raise RefusedError(f"Not saved: listening on {mine.host} lets other machines connect.")


def _of(cls: type, values: Values) -> Values:
    return {name: value for name, value in values.items() if name in settings_of(cls)}
