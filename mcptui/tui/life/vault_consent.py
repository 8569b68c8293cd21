"""The question about the vault file, asked where no keyring works."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

from textual.app import App

from mcptui.services import settings
from mcptui.services.workspace import Workspace
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_CHOICES: Final = (Choice("vault", "Use a vault file"), CANCEL)
_QUESTION: Final = """\
No system keyring works on this machine.

mcptui can store secrets in an encrypted vault file instead, with the key in a second file that only you can \
read. Anyone who can read your files can then read the secrets.

Saving needs a secret store."""


async def offer_vault(app: App[Any], workspace: Workspace) -> bool:
    """Ask for consent to the vault's key file if that is what is missing; whether there is a secret store now."""
    status = await asyncio.to_thread(workspace.secret_status)
    if status.backend != "none" or status.state == "ok":
        return False
    if await app.push_screen_wait(ChoiceDialog("No keyring", _QUESTION, _CHOICES)) != "vault":
        return False
    state = (await asyncio.to_thread(workspace.load)).state
    mine = replace(state.secrets, key_file_consent=True)
    await asyncio.to_thread(settings.update_settings, workspace, secrets=mine)
    return True
