"""The Access mode: the subjects and their servers."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from mcptui.access.subjects import KINDS, Ref, subject
from mcptui.access.visibility import sight
from mcptui.model import Key, Subject
from mcptui.model.setting import changed
from mcptui.services.keys import (
    CreatedKey,
    create_key,
    remove_key,
    revoke_key,
    rotate_key,
    set_key_enabled,
)
from mcptui.services.subjects import create_subject, remove_subject, update_subject
from mcptui.tui.access.about import sight_words, used_words
from mcptui.tui.access.boxes_screen import BoxesScreen
from mcptui.tui.access.dialogs import ROTATIONS, delete_dialog, kind_dialog, revoke_dialog, rotate_dialog
from mcptui.tui.access.findings_dialog import FindingsDialog
from mcptui.tui.access.groups import edit_groups
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.matrix_screen import MatrixScreen
from mcptui.tui.access.mode import ACCESS
from mcptui.tui.access.subject_form import SubjectForm, subject_of
from mcptui.tui.background import background
from mcptui.tui.clients.install_screen import InstallScreen
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.fields import Read, Values


class AccessScreen(BoxesScreen):
    """The Access mode, with the actions on a subject: create, edit, delete."""

    ACTIONS = ACCESS.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACCESS.actions)
    HELP = """
# Access

Orgs contain teams, teams contain users; a key belongs to one of them or to none. A key has access to the servers that
every level with a list allows; levels that are *not set* inherit.

`[x]` allowed here · `[+]` allowed above or by a group · `[~]` some tools · `[!]` denied · `[ ]` not granted

In the boxes: `space` toggles, `a` allows all, `0` none, `delete` inherits, `-` denies. Changes carry a `*` until
`ctrl+s` shows the difference and applies it.
"""

    @background(group="dialog", exclusive=True)
    async def action_new(self) -> None:
        """Ask for the kind, then show its form."""
        answer = await self.app.push_screen_wait(kind_dialog())
        kind = next((kind for kind in KINDS if kind == answer), None)
        if kind is None:
            return
        created: list[CreatedKey] = []

        async def save(found: Read) -> None:
            if kind == "key":
                created.append(await self._create_key(found.values))
            else:
                await self.app.change(create_subject, subject_of(kind, found.values))

        saved = await self.app.push_screen_wait(
            SubjectForm(self.state, kind, save, above=self.current, listed=self._listed)
        )
        if saved is not None:
            self.reveal(kind, saved["name"])
        for key in created:
            await self._show_key(key, "")

    async def _create_key(self, values: Values) -> CreatedKey:
        created = await self.app.write(create_key, **values)
        self.app.accept(created.change)
        return created

    async def _show_key(self, created: CreatedKey, note: str) -> None:
        url = self.state.gateway.base_url
        seen = sight(self.state, Ref("key", created.key.name), self._listed)
        note = f"{note} {sight_words(seen, known=self._listed is not None)}".strip()
        dialog = KeyDialog(created.key.name, created.secret, created.key.hint, url, note=note)
        await self.app.push_screen_wait(dialog)

    @background(group="dialog", exclusive=True)
    async def action_edit(self) -> None:
        """Edit its settings, except its servers."""
        ref, found = self.current, self._found()
        if ref is None or found is None:
            return

        async def save(said: Read) -> None:
            await self._update(ref, found, said)

        saved = await self.app.push_screen_wait(
            SubjectForm(self.state, ref.kind, save, edited=found, listed=self._listed)
        )
        if saved is not None:
            self.reveal(ref.kind, saved["name"])

    @background(group="dialog", exclusive=True)
    async def action_groups(self) -> None:
        """Make or change a group of servers."""
        await edit_groups(self.app)

    async def _update(self, ref: Ref, base: Subject, said: Read) -> None:
        """Save a changed subject, together with what others made of it meanwhile: a key that was revoked stays so.

        Raises:
            RefusedError: both changed the same, and the person does not want theirs to count.
            McptuiError: it cannot be saved.
        """
        await self.app.reload_state()
        revision, theirs = self.app.loaded.revision, subject(self.state, ref)
        mine = changed(base, said.values)
        if theirs is not None:
            mine = await put_together(self.app, str(ref), base, mine, theirs)
        await self.app.change(update_subject, ref.kind, ref.name, mine, expected=revision, unset=said.unset)

    @background(group="dialog", exclusive=True)
    async def action_delete(self) -> None:
        """Delete after a question; can be undone."""
        ref = self.current
        if ref is None or await self.app.push_screen_wait(delete_dialog(self.state, ref)) != "confirm":
            return
        if ref.kind == "key":
            await self.app.change(remove_key, ref.name)
        else:
            await self.app.change(remove_subject, ref.kind, ref.name)

    @background(group="dialog", exclusive=True)
    async def action_rotate(self) -> None:
        """Create a new key; the old one is revoked now or later."""
        found = self._found()
        if not isinstance(found, Key):
            return
        overlap = ROTATIONS.get(await self.app.push_screen_wait(rotate_dialog(found.name, self._last_used(found))))
        if overlap is None:
            return
        created = await self.app.write(rotate_key, found.name, overlap=overlap)
        self.app.accept(created.change)
        await self._show_key(created, "The key was rotated.")

    @background(group="dialog", exclusive=True)
    async def action_revoke(self) -> None:
        """Disable or enable the key."""
        found = self._found()
        if not isinstance(found, Key):
            return
        if not found.enabled:
            await self.app.change(set_key_enabled, found.name, True)
        elif await self.app.push_screen_wait(revoke_dialog(found, self._last_used(found))) == "confirm":
            await self.app.change(revoke_key, found.name)

    def _last_used(self, key: Key) -> str:
        return used_words(self._used, key.name, self.context.now)

    def action_matrix(self) -> None:
        """Show the access matrix."""
        self.app.push_screen(MatrixScreen(self.current))

    @background(group="dialog", exclusive=True)
    async def action_findings(self) -> None:
        """Show the findings, and go to the selected one."""
        chosen = await self.app.push_screen_wait(FindingsDialog(self.findings))
        if chosen is not None and chosen.ref is not None:
            self.reveal(chosen.ref.kind, chosen.ref.name)
        elif chosen is not None and chosen.server is not None:
            await self.app.push_screen(MatrixScreen(server=chosen.server))

    def action_install(self) -> None:
        """Install the gateway into a client, with this key."""
        if self.current is not None and self.current.kind == "key":
            self.app.push_screen(InstallScreen(self.current.name))

    async def action_test(self) -> None:
        """Open the Test mode as this key."""
        if self.current is not None and self.current.kind == "key":
            self.app.testing_key = self.current.name
            await self.app.run_action("app.mode('test')")

    def action_filter(self) -> None:
        """Filter the list."""
        self.table.action_filter()
