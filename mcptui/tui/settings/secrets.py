"""The secrets with where each is used: set, replace, delete; no value is ever shown."""

from __future__ import annotations

import asyncio

from mcptui.services.secrets import SecretRow, list_secrets, remove_secret, set_secret
from mcptui.tui.settings.named_dialog import NEW, NamedDialog, Removal
from mcptui.tui.settings.secret_dialog import SecretDialog, store_name
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.input_dialog import InputDialog


async def manage_secrets(app: Shell, *, at: str = NEW) -> None:
    """Have the person choose a secret, or a new one, and give it a value. To be run in a worker.

    Args:
        at: where the cursor begins.

    Raises:
        StateError: the state file cannot be used.
    """
    rows = {row.path: row for row in await asyncio.to_thread(list_secrets, app.context.workspace)}

    async def remove(path: str) -> None:
        await app.write(remove_secret, path)
        app.say(f"Secret {path} deleted")

    listed = {path: _cells(row) for path, row in rows.items()}
    removal = Removal(lambda path: delete_dialog(rows[path]), remove)
    path = await app.push_screen_wait(NamedDialog("Secrets", "New secret", listed, removal, at=at))
    if path == NEW:
        path = await app.push_screen_wait(InputDialog("New secret", "Its path, such as server/github/token"))
    if path:
        await _set(app, path, rows.get(path))


async def _set(app: Shell, path: str, row: SecretRow | None) -> None:
    async def save(value: str) -> None:
        await app.write(set_secret, path, value)

    text = f"Reference it as ${{secret:{path}}}."
    if row is not None and row.used_by:
        text = f"Used by {', '.join(row.used_by)}. The new value is used from the next connection on."
    if await app.push_screen_wait(SecretDialog(f"Secret {path}", text, save, store_name(app))):
        app.say(f"Secret {path} saved")


def _cells(row: SecretRow) -> tuple[str, ...]:
    """The path, what uses it, and whether it is there."""
    used = f"used by {', '.join(row.used_by)}" if row.used_by else "▲ not used"
    return row.path, used, "✗ missing" if row.present is False else ""


def delete_dialog(row: SecretRow) -> ConfirmDialog:
    """Names what will fail without the secret."""
    users = ", ".join(row.used_by)
    text = f"Used by {users}, which will fail without it. " if users else "Not used. "
    return ConfirmDialog(f"Delete secret {row.path}?", f"{text}This cannot be undone.", "Delete")
