"""Everything that belongs to one home: paths, state file, secrets, gateway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mcptui.model.runtime import SecretStatus
from mcptui.state.loaded import Loaded
from mcptui.state.paths import Paths


@dataclass(frozen=True, slots=True)
class Change:
    """A finished change of the state file, enough to take it back."""

    summary: str
    before: Loaded
    after: Loaded


class Workspace:
    """One home directory and what belongs to it."""

    paths: Paths

    @classmethod
    def open(cls, home: Path | None = None) -> Workspace:
        """The workspace of ``home``, else of MCPTUI_HOME, else of the platform's directories."""
        raise NotImplementedError

    def load(self) -> Loaded:
        """Read the state file; a missing file is an empty state.

        Raises:
            mcptui.state.errors.StateError: the file cannot be used; names file, line, key.
        """
        raise NotImplementedError

    def undo(self, change: Change) -> Change:
        """Take ``change`` back, also when other parts of the file changed since.

        Raises:
            RefusedError: what it changed was changed again since.
        """
        raise NotImplementedError

    def secret_status(self) -> SecretStatus:
        """Which backend holds secrets and whether it works; never prompts, bounded to some seconds."""
        raise NotImplementedError
