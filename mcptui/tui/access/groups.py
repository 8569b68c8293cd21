"""Groups of servers: create, edit, delete."""

from __future__ import annotations

from typing import Final

from mcptui.model import Group, State
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import changed, make
from mcptui.services.groups import create_group, remove_group, update_group, who_uses_group
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import NameField, Read, blank, setting_fields, values_with_name
from mcptui.tui.settings.named_dialog import NEW, NamedDialog, Removal
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import ConfirmDialog

FIELDS: Final = (
    NameField(placeholder="letters, digits, . _ @ -", problem=subject_name_problem),
    *setting_fields(Group),
)

_NOTE: Final = "A named set of servers. Use @name in place of a server name."


def groups_dialog(app: Shell) -> NamedDialog:
    """All groups with their servers and how many use them."""

    async def remove(name: str) -> None:
        await app.change(remove_group, name)

    listed = {name: _cells(app.state, group) for name, group in app.state.groups.items()}
    removal = Removal(lambda name: delete_dialog(app.state, name), remove)
    return NamedDialog("Groups of servers", "New group", listed, removal)


def _cells(state: State, group: Group) -> tuple[str, ...]:
    users = who_uses_group(state, group.name)
    used = f"used by {', '.join(users)}" if users else "not used"
    return f"@{group.name}", ", ".join(group.servers) or "no servers", used


def delete_dialog(state: State, name: str) -> ConfirmDialog:
    """Names the group and its users."""
    users = ", ".join(who_uses_group(state, name))
    text = (
        f"Used by {users}; @{name} is removed there. Its servers are kept."
        if users
        else "Not used. Its servers are kept."
    )
    return ConfirmDialog(f"Delete group {name}?", text, "Delete")


async def edit_groups(app: Shell) -> None:
    """Have the person choose a group, or a new one, and change it. To be run in a worker."""
    groups = app.state.groups
    answer = await app.push_screen_wait(groups_dialog(app)) if groups else NEW
    if answer is not None:
        await edit_group(app, answer)


async def edit_group(app: Shell, name: str) -> None:
    """Have the person change a group, or make a new one (:data:`NEW`). To be run in a worker."""
    await app.push_screen_wait(_dialog(app, app.state.groups.get(name)))


def _dialog(app: Shell, group: Group | None) -> SettingsDialog:
    async def save(found: Read) -> None:
        values = {**found.values, "servers": tuple(dict.fromkeys(found.values["servers"]))}
        if group is None:
            await app.change(create_group, make(Group, values))
            return
        await app.reload_state()
        revision, theirs = app.loaded.revision, app.state.groups.get(group.name, group)
        mine = await put_together(app, f"Group {group.name}", group, changed(group, values), theirs)
        await app.change(update_group, group.name, mine, expected=revision, unset=found.unset)

    title = "New group" if group is None else f"Edit group {group.name}"
    values = blank(Group) if group is None else values_with_name(group)
    return SettingsDialog(title, FIELDS, values, save, is_new=group is None, note=_NOTE)
