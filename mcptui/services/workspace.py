"""Everything that belongs to one home: paths, state file, secrets, gateway."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mcptui.model import GatewaySettings, SecretSettings, State
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.open import open_store
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded
from mcptui.state.paths import Paths
from mcptui.state.reader import read_state

if TYPE_CHECKING:
    from mcptui.conversations.store import Conversations
    from mcptui.secrets.store import SecretStore
    from mcptui.services.gateway import Gateway
    from mcptui.state.statements import KeyPath
    from mcptui.state.store import Rename, StateStore


@dataclass(frozen=True, slots=True)
class Change:
    """A finished change of the state file, enough to take it back."""

    summary: str
    before: Loaded
    after: Loaded


class Workspace:
    """One home directory and what belongs to it.

    Attributes:
        paths: where everything is.
        secret_changed: called with the path of a secret that has another value now, in the thread that
            changed it; for telling a running gateway.
        state_changed: called when the state file has other content now, in the thread that changed it.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.secret_changed: Callable[[str], None] | None = None
        self.state_changed: Callable[[], None] | None = None
        self._opened_secrets: tuple[SecretSettings, SecretStore] | None = None
        self._opening = threading.Lock()

    @classmethod
    def open(cls, home: Path | None = None) -> Workspace:
        """The workspace of ``home``, else of MCPTUI_HOME, else of the platform's directories."""
        return cls(Paths.resolve(home))

    @cached_property
    def gateway(self) -> Gateway:
        """The gateway of this home, running or not."""
        from mcptui.services.gateway import Gateway

        return Gateway(self.paths, self._gateway_settings)

    @cached_property
    def conversations(self) -> Conversations:
        """The conversations with models that were had here."""
        # SQLite is loaded where somebody chats.
        from mcptui.conversations.store import Conversations

        return Conversations(self.paths.conversations_db, self.paths.history_db)

    @cached_property
    def _store(self) -> StateStore:
        # Reading needs no tomlkit, and most commands only read.
        from mcptui.state.store import StateStore

        return StateStore(self.paths)

    @property
    def secrets(self) -> SecretStore:
        """The place for secrets that the state file names, or the default while that file is unusable."""
        try:
            settings = self.load().state.secrets
        except StateError:
            settings = SecretSettings()
        with self._opening:
            if self._opened_secrets is None or self._opened_secrets[0] != settings:
                self._opened_secrets = settings, open_store(settings, self.paths)
            return self._opened_secrets[1]

    def load(self) -> Loaded:
        """Read the state file; a missing file is an empty state.

        Raises:
            StateError: the file cannot be used; names file, line, key.
        """
        return read_state(self.paths.config_file)

    async def changes(self) -> AsyncIterator[Loaded | StateError]:
        """The state each time its file changes, or why it cannot be used."""
        from mcptui.state.scrub import SecretsRemoved
        from mcptui.state.watch import watch_state

        changes, removed = watch_state(self.paths.config_file), SecretsRemoved(self.paths)
        with suppress(StateError):
            await asyncio.to_thread(lambda: removed.follow(self.load()))
        async for _ in changes:
            try:
                loaded = await asyncio.to_thread(self.load)
            except StateError as error:
                yield error
            else:
                await asyncio.to_thread(removed.follow, loaded)
                yield loaded

    def change(
        self,
        summary: str,
        edit: Callable[[State], State],
        *,
        expected: str | None = None,
        renames: Sequence[Rename] = (),
        unset: Collection[KeyPath] = (),
    ) -> Change:
        """Replace the state by ``edit`` of it; see :meth:`mcptui.state.store.StateStore.change`.

        Raises:
            RefusedError: the file is not of revision ``expected`` any more.
            StateError: the file cannot be read or written.
        """
        return self._done(summary, *self._store.change(edit, expected=expected, renames=renames, unset=unset))

    def undo(self, change: Change) -> Change:
        """Take ``change`` back, also when other parts of the file changed since.

        Raises:
            RefusedError: what it changed was changed again since.
            StateError: the file cannot be read or written.
        """
        return self._done(f"Undone: {change.summary}", *self._store.revert(change.before, change.after))

    def redo(self, change: Change) -> Change:
        """Make ``change`` again that was undone, also when other parts of the file changed since.

        Raises:
            RefusedError: what it changed was changed again since.
            StateError: the file cannot be read or written.
        """
        return self._done(f"Redone: {change.summary}", *self._store.revert(change.after, change.before))

    def restore(self, summary: str, content: bytes) -> Change:
        """Make ``content`` the state file; a file that could not be used until then is nothing to go back to.

        Raises:
            StateError: ``content`` cannot be used, or the file cannot be written.
        """
        before, after = self._store.restore(content)
        if before is not None:
            return self._done(summary, before, after)
        self._tell_of_change()
        return Change(summary, after, after)

    def _done(self, summary: str, before: Loaded, after: Loaded) -> Change:
        if before.revision != after.revision:
            self._tell_of_change()
        return Change(summary, before, after)

    def _tell_of_change(self) -> None:
        if self.state_changed is not None:
            self.state_changed()

    def secret_status(self) -> SecretStatus:
        """Which backend holds secrets and whether it works; never prompts, bounded to some seconds."""
        return self.secrets.status()

    def _gateway_settings(self) -> GatewaySettings:
        return self.load().state.gateway
