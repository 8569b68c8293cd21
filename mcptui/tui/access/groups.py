"""Groups of servers: create, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import getters
from textual.binding import Binding, BindingType

from mcptui.model import Group, State
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import changed, make
from mcptui.services.groups import create_group, remove_group, update_group, who_uses_group
from mcptui.tui.background import background, close_screen
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import NameField, Read, blank, setting_fields, values_with_name
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import Choice, ConfirmDialog, PickDialog
from mcptui.tui.widgets.pick_list import PickList

FIELDS: Final = (
    NameField(placeholder="letters, digits, . _ @ -", problem=subject_name_problem),
    *setting_fields(Group),
)

#: Not a valid name of a group.
_NEW: Final = ""
_NOTE: Final = "A named set of servers. Use @name in place of a server name."


class GroupsDialog(PickDialog):
    """Returns the name of the group to change, the empty text for a new one, or None; ``d`` deletes one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d,delete", "remove", "Delete", show=False)]
    KEYS = "enter choose · d delete · esc close"

    app = getters.app(Shell)
    options = getters.query_one(PickList)

    def __init__(self, groups: Mapping[str, Group]) -> None:
        listed = [
            Choice(name, f"@{name}  {', '.join(group.servers) or 'no servers'}") for name, group in groups.items()
        ]
        super().__init__("Groups of servers", [Choice(_NEW, "New group"), *listed])

    @background(group="dialog", exclusive=True)
    async def action_remove(self) -> None:
        """Delete the group under the cursor, after a question; closes then, for undo to be at hand."""
        option = self.options.highlighted_option
        name = _NEW if option is None or option.id is None else option.id
        if name == _NEW or await self.app.push_screen_wait(delete_dialog(self.app.state, name)) != "confirm":
            return
        await self.app.change(remove_group, name)
        close_screen(self)


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
    answer = await app.push_screen_wait(GroupsDialog(groups)) if groups else _NEW
    if answer is not None:
        await app.push_screen_wait(_dialog(app, groups.get(answer)))


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
