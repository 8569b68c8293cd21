"""Named sets of servers: one is chosen, or a new one made, and its settings changed."""

from __future__ import annotations

from typing import Final

from mcptui.model import Group
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import changed, make
from mcptui.services.groups import create_group, update_group
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import NameField, Values, blank, setting_fields, values_with_name
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import Choice, PickDialog

FIELDS: Final = (
    NameField(placeholder="letters, digits, . _ @ -", problem=subject_name_problem),
    *setting_fields(Group),
)

#: No name of a group.
_NEW: Final = ""
_NOTE: Final = "A named set of servers: @name stands wherever a server may."


async def edit_groups(app: Shell) -> None:
    """Have the person choose a group, or a new one, and change it. To be run in a worker."""
    groups = app.state.groups
    listed = [Choice(name, f"@{name}  {', '.join(group.servers) or 'no servers'}") for name, group in groups.items()]
    answer: str | None = _NEW
    if groups:
        answer = await app.push_screen_wait(PickDialog("Groups of servers", [Choice(_NEW, "New group"), *listed]))
    if answer is not None:
        await app.push_screen_wait(_dialog(app, groups.get(answer)))


def _dialog(app: Shell, group: Group | None) -> SettingsDialog:
    async def save(values: Values) -> None:
        values = {**values, "servers": tuple(dict.fromkeys(values["servers"]))}
        if group is None:
            await app.change(create_group, make(Group, values))
            return
        await app.reload_state()
        revision, theirs = app.loaded.revision, app.state.groups.get(group.name, group)
        mine = await put_together(app, f"Group {group.name}", group, changed(group, values), theirs)
        await app.change(update_group, group.name, mine, expected=revision)

    title = "New group" if group is None else f"Edit group {group.name}"
    values = blank(Group) if group is None else values_with_name(group)
    return SettingsDialog(title, FIELDS, values, save, is_new=group is None, note=_NOTE)
