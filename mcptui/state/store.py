"""Writes ``mcptui.toml``: locked, checked, at once, with everything a person wrote kept."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout

from mcptui.errors import RefusedError
from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.state.backups import find_backup, keep_backup
from mcptui.state.edits import ABSENT, Edit, apply, differences, value_at, without_empty
from mcptui.state.encode import encode
from mcptui.state.errors import StateError
from mcptui.state.reader import (
    EMPTY_REVISION,
    FORMAT_VERSION,
    decode_text,
    parse_bytes,
    read_bytes,
    read_state,
    require_revision,
)
from mcptui.state.rewrite import rename, rewrite
from mcptui.state.scrub import scrub, secrets_written_out
from mcptui.state.statements import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from mcptui.model import State
    from mcptui.state.loaded import Loaded
    from mcptui.state.paths import Paths
    from mcptui.state.statements import KeyPath

_LOCK_TIMEOUT: Final = 2.0
_UNTOUCHED: Final = "Your file is untouched."


@dataclass(frozen=True, slots=True)
class Rename:
    """A table that gets another name and keeps its comments and its place."""

    section: str
    old: str
    new: str


class StateStore:
    """The state file of one home. Every change is one locked read, edit and replacement."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        #: The revision that each version has had since its secrets were removed, by the one before.
        self._scrubbed: dict[str, str] = {}

    @property
    def file(self) -> Path:
        """The state file."""
        return self._paths.config_file

    def load(self) -> Loaded:
        """Read the state file; a missing one is an empty state.

        Raises:
            StateError: the file cannot be used; names file, line, key.
        """
        return read_state(self.file)

    def change(
        self,
        edit: Callable[[State], State],
        *,
        expected: str | None = None,
        renames: Sequence[Rename] = (),
        unset: Collection[KeyPath] = (),
    ) -> tuple[Loaded, Loaded]:
        """Replace the state by ``edit`` of it; returns what was there before and what is after.

        ``edit`` may raise to refuse. ``renames`` tell which removed and added tables are the same one. ``unset`` are
        keys with their default, whose lines go: else a line that says a default stays.

        Raises:
            RefusedError: the file is not of revision ``expected`` any more.
            StateError: the file cannot be read, or the new state cannot be written; it is unchanged then.
        """
        with self._locked():
            content = read_bytes(self.file)
            before = parse_bytes(content, self.file)
            require_revision(before, expected)
            wanted = edit(before.state)
            if wanted == before.state and not unset:
                return before, before
            return before, self._save(content, before, wanted, renames, unset)

    def revert(self, before: Loaded, after: Loaded) -> tuple[Loaded, Loaded]:
        """Take back a change that led from ``before`` to ``after``, also when the file changed elsewhere.

        Raises:
            RefusedError: what it changed was changed again since.
            StateError: the file cannot be read or written; it is unchanged then.
        """
        with self._locked():
            content = read_bytes(self.file)
            current = parse_bytes(content, self.file)
            changed = self._earlier(before) if current.revision == after.revision else None
            if changed is None:
                changed = self._rewritten(content, _edits_back(current, before, after))
            reverted = parse_bytes(changed, self.file)
            self._replace(content, changed, current, reverted)
            return current, reverted

    def restore(self, content: bytes) -> tuple[Loaded | None, Loaded]:
        """Replace the file by ``content``; returns what was there before, None where that cannot be used, and after.

        Raises:
            StateError: ``content`` cannot be used, or the file cannot be written; it is unchanged then.
        """
        try:
            after = parse_bytes(content, self.file)
        except StateError as error:
            # The place is one in a text that is not the file.
            raise StateError(
                f"the earlier content cannot be used: {error.reason}", key=error.key, hint=_UNTOUCHED
            ) from error
        with self._locked():
            now = read_bytes(self.file)
            try:
                before = parse_bytes(now, self.file)
            except StateError:
                before = None
            if now != content:
                self._replace(now, content, before, after)
            return before, after

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._paths.ensure()
        try:
            with FileLock(self._paths.state_lock, timeout=_LOCK_TIMEOUT, mode=PRIVATE_FILE):
                yield
        except Timeout as error:
            raise StateError("another mcptui is saving", file=self.file, hint="Try again.") from error
        except OSError as error:
            # The lock, or a backup that cannot be read: nothing was replaced yet.
            raise self._cannot_save(error) from error

    def _save(
        self, content: bytes, before: Loaded, wanted: State, renames: Sequence[Rename], unset: Collection[KeyPath]
    ) -> Loaded:
        old = encode(before.state, defaults=True)
        text = decode_text(content, self.file)
        for item in renames:
            renamed = rename(text, item.section, item.old, item.new)
            # Not so where the table is written inline; then it is removed and added.
            if value_at(tomllib.loads(renamed), (item.section, item.new)) is not ABSENT:
                text = renamed
                old[item.section][item.new] = old[item.section].pop(item.old)
        edits = _with_unset(_edits_between(old, wanted), tomllib.loads(text), unset)
        if not edits and not renames:
            return before
        changed = self._rewritten(text.encode("utf-8"), edits)
        try:
            after = parse_bytes(changed, self.file)
        except StateError as error:
            # The place is one in a text that was never written.
            raise StateError(error.reason, key=error.key, hint=error.hint) from error
        if after.state != wanted:
            raise self._cannot_write()
        self._replace(content, changed, before, after)
        return after

    def _rewritten(self, content: bytes, edits: Sequence[Edit]) -> bytes:
        text = decode_text(content, self.file) or f"version = {FORMAT_VERSION}\n"
        intended = tomllib.loads(text)
        for edit in edits:
            apply(intended, edit)
        changed = rewrite(text, edits)
        try:
            encoded = changed.encode("utf-8")
            written = tomllib.loads(changed)
        except UnicodeEncodeError as error:
            # Half of a surrogate pair: from JSON, or from bytes on the command line that are no UTF-8.
            raise StateError(
                "a text holds a character that no file can hold", file=self.file, hint=_UNTOUCHED
            ) from error
        except ValueError as error:
            raise self._cannot_write() from error
        if without_empty(written) != without_empty(intended):
            raise self._cannot_write()
        return encoded

    def _cannot_save(self, error: OSError) -> StateError:
        return StateError(f"cannot be saved: {error.strerror}", file=self.file, hint=_UNTOUCHED)

    def _cannot_write(self) -> StateError:
        return StateError("cannot be changed without changing other entries", file=self.file, hint=_UNTOUCHED)

    def _earlier(self, before: Loaded) -> bytes | None:
        """The content that ``before`` was read from, its secrets included; None where it is no longer kept."""
        revision = before.revision
        if revision == EMPTY_REVISION:
            return b""
        while revision in self._scrubbed:
            revision = self._scrubbed[revision]
        content = find_backup(self._paths.backups, revision)
        if content is None or revision == before.revision:
            return content
        kept = parse_bytes(content, self.file)
        return self._rewritten(content, _edits_between(encode(kept.state, defaults=True), before.state))

    def _replace(self, content: bytes, changed: bytes, before: Loaded | None, after: Loaded) -> None:
        try:
            if content:
                keep_backup(self._paths.backups, content)
            replace_file(self.file, changed)
        except OSError as error:
            raise self._cannot_save(error) from error
        if before is None or secrets_written_out(before.state) - secrets_written_out(after.state):
            # The change is made; what fails here is done by the next start of the app or the gateway.
            with suppress(OSError, StateError):
                self._scrubbed |= scrub(self._paths)


def _edits_back(current: Loaded, before: Loaded, after: Loaded) -> list[Edit]:
    """What takes ``current`` back from ``after`` to ``before`` where these differ."""
    edits = _edits_between(encode(after.state, defaults=True), before.state)
    existing = encode(current.state, defaults=True)
    for edit in edits:
        if value_at(existing, edit.path) != edit.old:
            raise RefusedError(f"{dotted(edit.path)} was changed again since", hint="Change it by hand.")
    return edits


def _edits_between(old: dict[str, Any], new: State) -> list[Edit]:
    """Edits with defaults written out, so that a line that says a default keeps its place; new tables without."""
    compact = encode(new)
    edits: list[Edit] = []
    for edit in differences(old, encode(new, defaults=True)):
        added = edit.old is ABSENT and edit.new is not ABSENT
        edits.append(Edit(edit.path, ABSENT, deepcopy(value_at(compact, edit.path))) if added else edit)
    return edits


def _with_unset(edits: Sequence[Edit], written: dict[str, Any], unset: Collection[KeyPath]) -> list[Edit]:
    """``edits``, with the keys of ``unset`` removed where the file has them, in place of whatever they would become."""
    removals = [Edit(path, found, ABSENT) for path in unset if (found := value_at(written, path)) is not ABSENT]
    kept = [each for each in edits if not any(each.path[: len(gone.path)] == gone.path for gone in removals)]
    return [*kept, *removals]
