"""Removes secrets from the earlier versions of the state file that the file itself has no longer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.model import LlmModel, Server, State
from mcptui.model.network import Network
from mcptui.model.setting import settings_of, values_of
from mcptui.secrets.references import Reference, has_reference, without_references
from mcptui.state.backups import rewrite_backups
from mcptui.state.edits import differences
from mcptui.state.encode import encode
from mcptui.state.errors import StateError
from mcptui.state.extract_secrets import EntityT, extract_secrets, replace_secrets
from mcptui.state.literals import Literal, literal_secrets, secrets_in_pair, secrets_in_setting
from mcptui.state.reader import parse_state, read_bytes

if TYPE_CHECKING:
    from mcptui.state.loaded import Loaded
    from mcptui.state.paths import Paths

#: In a text that cannot be read as a state no reference could be followed.
_REMOVED: Final = "<removed: a secret>"
#: A shorter secret is removed only where it was recognized: elsewhere, such as in comments, it may be any word.
_UNMISTAKABLE: Final = 8
#: A string of TOML on one line (TOML 1.0.0, String), with the key in front of it where there is one. The end of the
#: string is missing where the text was saved unfinished.
_STRING: Final = re.compile(
    r"""(?:(?P<key>"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)\s*=\s*)?
        (?:"(?P<basic>(?:\\.|[^"\\\n])*)"? | '(?P<literal>[^'\n]*)'?)""",
    re.VERBOSE,
)
_SECRET_SETTINGS: Final = frozenset(
    name for cls in (Server, LlmModel) for name, setting in settings_of(cls).items() if setting.about.kept_as
)


def secrets_written_out(state: State) -> frozenset[str]:
    """The values of all secrets that ``state`` has in place of a reference."""
    entities: tuple[Network, ...] = (*state.servers.values(), *state.models.values())
    return frozenset(_value(each, literal) for each in entities for literal in literal_secrets(each))


def secrets_in(content: bytes) -> frozenset[str]:
    """The same of the content of a state file, also of one that cannot be used."""
    text = _decoded(content)
    loaded = _loaded(text)
    if loaded is not None:
        return secrets_written_out(loaded.state)
    return frozenset(text[start:end] for start, end in _secrets_in(text))


def scrub(paths: Paths) -> dict[str, str]:
    """Replace the secrets in the kept versions of the state file that the file does not have written out any more.

    Needs no lock: a version is only ever replaced by the same one without secrets, or removed. A file that is missing
    or empty may be about to be written, or to be restored: it removes nothing.

    Returns:
        The new revision of each version that was rewritten, by its old one.

    Raises:
        OSError: a version cannot be read or written; the others may have been rewritten.
        StateError: the state file cannot be read.
    """
    if not (content := read_bytes(paths.config_file)):
        return {}
    now = _Now.of(content)
    revisions = rewrite_backups(paths.backups, partial(_scrubbed, now))
    # What a gateway falls back to while the file cannot be used has to stay usable.
    if now.state is not None and paths.last_good.exists():
        before = paths.last_good.read_bytes()
        (changed,) = _scrubbed(now, [before])
        if changed != before:
            replace_file(paths.last_good, changed, mode=PRIVATE_FILE)
    return revisions


class SecretsRemoved:
    """Follows the state file, and scrubs its earlier versions when a secret was removed from it by hand."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._written_out: frozenset[str] | None = None

    def follow(self, loaded: Loaded) -> None:
        """Scrub what ``loaded``, the newest content, has no longer; the first time, all that is found. Blocking."""
        before, self._written_out = self._written_out, secrets_written_out(loaded.state)
        if before is None or before - self._written_out:
            # A version that cannot be written now is scrubbed at the next start.
            with suppress(OSError, StateError):
                scrub(self._paths)


@dataclass(frozen=True, slots=True)
class _Now:
    """The state file as it is; ``state`` is None where it cannot be used."""

    text: str
    state: State | None
    written_out: frozenset[str]

    @classmethod
    def of(cls, content: bytes) -> _Now:
        text = _decoded(content)
        loaded = _loaded(text)
        if loaded is None:
            return cls(text, None, frozenset())
        return cls(text, loaded.state, secrets_written_out(loaded.state))

    def has(self, value: str) -> bool:
        """Whether the file has the secret written out."""
        return value in self.written_out if self.state is not None else value in self.text

    def entity(self, old: Server | LlmModel) -> Server | LlmModel | None:
        """What has the place and the name of ``old``."""
        if self.state is None:
            return None
        return self.state.servers.get(old.name) if isinstance(old, Server) else self.state.models.get(old.name)


def _scrubbed(now: _Now, versions: Sequence[bytes]) -> list[bytes]:
    texts = [_decoded(content) for content in versions]
    removed: dict[str, str] = {}
    structured = [_with_references(text, now, removed) for text in texts]
    changed = [_without_values(text, removed) for text in structured]
    return [
        content if text == before else text.encode("utf-8", "surrogateescape")
        for content, before, text in zip(versions, texts, changed, strict=True)
    ]


def _with_references(text: str, now: _Now, removed: dict[str, str]) -> str:
    """``text`` with references in the place of secrets; adds what each value was replaced by to ``removed``."""
    loaded = _loaded(text)
    if loaded is None:
        return _without_strings(text, now, removed)
    state = loaded.state
    wanted = replace(
        state,
        servers={name: _stripped(each, now, removed) for name, each in state.servers.items()},
        models={name: _stripped(each, now, removed) for name, each in state.models.items()},
    )
    if wanted == state:
        return text
    # tomlkit takes its time to load, and most versions have no secret.
    from mcptui.state.rewrite import rewrite

    changed = rewrite(text, list(differences(encode(state, defaults=True), encode(wanted, defaults=True))))
    again = _loaded(changed)
    return changed if again is not None and again.state == wanted else _without_strings(text, now, removed)


def _stripped(old: EntityT, now: _Now, removed: dict[str, str]) -> EntityT:
    paths = {value: path for path, value in extract_secrets(old)[1].items()}
    entity = now.entity(old)

    def reference(literal: Literal, value: str) -> str:
        if now.has(value):
            return value
        found = _reference_now(old, literal, entity) or str(Reference("secret", paths[value]))
        removed.setdefault(value, found)
        return found

    return replace_secrets(old, reference)


def _reference_now(old: Network, literal: Literal, entity: Network | None) -> str | None:
    """What the file has in the place of a secret that is a whole text: a person may have chosen another path."""
    if entity is None or _value(old, literal) != literal.text(old) or literal.path == ("args",):
        return None
    value: Any = values_of(entity)[literal.path[0]]
    for name in literal.path[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and has_reference(value) else None


def _without_values(text: str, removed: Mapping[str, str]) -> str:
    """``text`` without the values of ``removed`` that are unmistakable: in comments, and in what is not understood."""
    for value in sorted(removed, key=len, reverse=True):
        if len(value) >= _UNMISTAKABLE and value in text:
            before = _loaded(text)
            for match in reversed(list(re.finditer(re.escape(value), without_references(text)))):
                changed = text[: match.start()] + removed[value] + text[match.end() :]
                # A password may also be the name of a server, which stays.
                if before is None or _is_as_good(_loaded(changed), before):
                    text = changed
    return text


def _is_as_good(after: Loaded | None, before: Loaded) -> bool:
    return after is not None and len(after.problems) <= len(before.problems)


def _without_strings(text: str, now: _Now, removed: dict[str, str]) -> str:
    """``text`` that is no state, without the secrets in its strings."""
    for start, end in reversed(list(_secrets_in(text))):
        value = text[start:end]
        if not now.has(value):
            removed.setdefault(value, _REMOVED)
            text = text[:start] + _REMOVED + text[end:]
    return text


def _secrets_in(text: str) -> Iterator[tuple[int, int]]:
    """The places of secrets in the strings of ``text``, by the names in front of them and by what they look like."""
    for match in _STRING.finditer(text):
        name = (match["key"] or "").strip("\"'")
        group = "literal" if match["basic"] is None else "basic"
        value, start = match[group], match.start(group)
        if name in _SECRET_SETTINGS:
            found = {(0, len(value))} if value and value != _REMOVED and not has_reference(value) else set()
        else:
            found = {*secrets_in_pair(name, value), *secrets_in_setting(name, value)}
        last = 0
        for first, end in sorted(found, key=lambda place: (place[0], -place[1])):
            if first >= last:
                yield start + first, start + end
                last = end


def _value(entity: Network, literal: Literal) -> str:
    return literal.text(entity)[literal.start : literal.end]


def _loaded(text: str) -> Loaded | None:
    try:
        return parse_state(text, Path())
    except (StateError, UnicodeEncodeError):  # the latter of what is no UTF-8
        return None


def _decoded(content: bytes) -> str:
    # As the reader does, but what is no UTF-8 stays what it is.
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
