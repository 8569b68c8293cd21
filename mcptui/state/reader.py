"""Reads ``mcptui.toml``: tomllib only, so that the gateway does not pay for the library that writes it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mcptui.errors import RefusedError
from mcptui.model import GatewaySettings, Group, Key, LlmModel, Org, SecretSettings, Server, State, Team, User
from mcptui.model.names import server_name_problem, subject_name_problem
from mcptui.model.setting import make, settings_of
from mcptui.protocol.text import one_line
from mcptui.state import decode
from mcptui.state.checks import problems_of
from mcptui.state.decode import BadValueError, Fields, did_you_mean, shown
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded, Problem
from mcptui.state.statements import KeyPath, Statement, dotted, line_of, statements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The version of the file's format that this program reads and writes.
FORMAT_VERSION: Final = 1

EMPTY_REVISION: Final = hashlib.sha256(b"").hexdigest()

_SECTIONS: Final = ("gateway", "secrets", "servers", "groups", "orgs", "teams", "users", "keys", "models")

T = TypeVar("T")


def read_state(path: Path) -> Loaded:
    """Read the state file; a missing one is an empty state.

    Raises:
        StateError: the file cannot be used; names file, line, key.
    """
    return parse_bytes(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The bytes of the state file, none where it does not exist.

    Raises:
        StateError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StateError(f"cannot be read: {error.strerror}", file=path) from error


def parse_bytes(content: bytes, file: Path) -> Loaded:
    """Like :func:`parse_state`, from the bytes of the file.

    Raises:
        StateError: the content cannot be used; names file, line, key.
    """
    return _parse(decode_text(content, file), file, hashlib.sha256(content).hexdigest())


def require_revision(loaded: Loaded, expected: str | None) -> None:
    """Refuse to go on with another revision than the one that someone has seen; None has seen none.

    Raises:
        RefusedError: it is another one.
    """
    if expected is not None and loaded.revision != expected:
        raise RefusedError(
            "mcptui.toml changed on disk since it was loaded", hint="Look at its new state, then save again."
        )


def decode_text(content: bytes, file: Path) -> str:
    """The text of the file, without a byte order mark.

    Raises:
        StateError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StateError("is not UTF-8 text", file=file, line=line, hint="Save it as UTF-8.") from error


def parse_state(text: str, file: Path) -> Loaded:
    """The state that ``text`` describes; ``file`` is only named in messages.

    Raises:
        StateError: the text cannot be used; names file, line, key.
    """
    return _parse(text, file, hashlib.sha256(text.encode("utf-8")).hexdigest())


def _parse(text: str, file: Path, revision: str) -> Loaded:
    reader = _Reader(text, file)
    state = reader.state()
    reader.problems.extend(problems_of(state, reader.problem))
    return Loaded(state, revision, tuple(reader.problems))


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, file: Path) -> None:
        self.text = text
        self.file = file
        self.problems: list[Problem] = []

    @cached_property
    def statements(self) -> list[Statement]:
        return statements(self.text)

    def error(self, path: KeyPath, reason: str, hint: str | None = None) -> StateError:
        line = line_of(self.statements, path)
        key = one_line(dotted(path), limit=120)
        return StateError(reason, file=self.file, line=line, key=key, hint=hint)

    def problem(self, path: KeyPath, message: str, hint: str | None = None) -> Problem:
        key = one_line(dotted(path), limit=120)
        return Problem(message, key, line_of(self.statements, path), hint)

    def state(self) -> State:
        try:
            document = tomllib.loads(self.text)
        except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
            raise _syntax_error(error, self.text, self.file) from error
        except RecursionError:
            raise StateError("not valid TOML: nested too deeply", file=self.file) from None
        self._version(document.pop("version", FORMAT_VERSION))
        for name in document:
            if name not in _SECTIONS:
                self._unknown((name,), _SECTIONS)
        return State(
            gateway=self._settings(document, "gateway", GatewaySettings),
            secrets=self._settings(document, "secrets", SecretSettings),
            servers=self._entities(document, "servers", Server),
            groups=self._entities(document, "groups", Group),
            orgs=self._entities(document, "orgs", Org),
            teams=self._entities(document, "teams", Team),
            users=self._entities(document, "users", User),
            keys=self._keys(document),
            models=self._entities(document, "models", LlmModel),
        )

    def _version(self, version: object) -> None:
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self.error(("version",), f"must be {FORMAT_VERSION}")
        if version > FORMAT_VERSION:
            raise self.error(
                ("version",),
                f"the file has format {version}; this mcptui knows format {FORMAT_VERSION}",
                "Use the newer mcptui that wrote it.",
            )

    def _unknown(self, path: KeyPath, known: tuple[str, ...]) -> None:
        self.problems.append(
            self.problem(path, "is not known to this mcptui and has no effect", did_you_mean(path[-1], known))
        )

    def _table(self, value: object, path: KeyPath) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(path, f"must be a table, not {decode.kind_of(value)}")
        return value

    def _fields(self, value: object, path: KeyPath, fields: Fields) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, item in self._table(value, path).items():
            convert = fields.get(name)
            if convert is None:
                self._unknown((*path, name), tuple(fields))
                continue
            try:
                found[name] = convert(item)
            except BadValueError as error:
                raise self.error((*path, name), error.reason, error.hint) from error
        return found

    def _settings(self, document: Mapping[str, Any], section: str, cls: type[T]) -> T:
        found = self._fields(document.get(section, {}), (section,), decode.fields_of(cls))
        if ("tls_certfile" in found) != ("tls_keyfile" in found):
            raise self.error((section,), "tls_certfile and tls_keyfile are needed together")
        return cls(**found)

    def _entities(self, document: Mapping[str, Any], section: str, cls: type[T]) -> dict[str, T]:
        entities: dict[str, T] = {}
        for name, value in self._table(document.get(section, {}), (section,)).items():
            path = (section, name)
            bad_name = server_name_problem(name) if section == "servers" else subject_name_problem(name)
            if bad_name is not None:
                raise self.error(path, f"the name {shown(name)} {bad_name}", _name_hint(section, name))
            found = self._fields(value, path, decode.fields_of(cls))
            self._require(path, cls, found)
            self._without_effect(path, cls, found)
            self._renamed(path, cls, value)
            entities[name] = make(cls, {"name": name, **found})
        return entities

    def _require(self, path: KeyPath, cls: type, found: dict[str, Any]) -> None:
        if cls is Server:
            self._require_transport(path, found)
        for name, setting in settings_of(cls).items():
            if setting.is_required and name not in found:
                raise self.error(path, f"{name} is missing")

    def _without_effect(self, path: KeyPath, cls: type, found: dict[str, Any]) -> None:
        """Remark on settings of another kind than the one that is said."""
        settings = settings_of(cls)
        said = {key.union: (name, found.get(name, key.default)) for name, key in settings.items() if key.classes}
        for name in found:
            if (setting := settings[name]).only_with and said[setting.union][1] not in setting.only_with:
                key, kind = said[setting.union]
                self.problems.append(self.problem((*path, name), f'has no effect with {key} "{kind}"', "Remove it."))

    def _renamed(self, path: KeyPath, cls: type, value: Mapping[str, Any]) -> None:
        """Remark on choices that are called otherwise now."""
        for name, setting in settings_of(cls).items():
            now = setting.about.earlier.get(value[name]) if setting.about.earlier and name in value else None
            if now is not None:
                self.problems.append(
                    self.problem((*path, name), f'"{value[name]}" is called "{now}" now', f'Write {name} = "{now}".')
                )

    def _require_transport(self, path: KeyPath, found: dict[str, Any]) -> None:
        if "url" in found and "command" in found:
            raise self.error(path, "has both url and command", "Remove one of them.")
        if "url" not in found and "command" not in found:
            raise self.error(path, "needs a url or a command")
        transport = found.get("transport", "auto")
        if transport == "stdio" and "url" in found:
            raise self.error((*path, "transport"), "stdio needs a command, and this server has a url")
        if transport in {"http", "sse"} and "command" in found:
            raise self.error((*path, "transport"), f"{transport} needs a url, and this server has a command")

    def _keys(self, document: Mapping[str, Any]) -> dict[str, Key]:
        keys: dict[str, Key] = self._entities(document, "keys", Key)
        owners: dict[str, str] = {}
        for key in keys.values():
            parents = [kind for kind in ("user", "team", "org") if getattr(key, kind) is not None]
            if len(parents) > 1:
                raise self.error(
                    ("keys", key.name),
                    f"belongs to {' and '.join(parents)}",
                    "A key belongs to at most one of user, team and org.",
                )
            for digest in {key.hash, key.previous_hash} - {None}:
                other = owners.setdefault(str(digest), key.name)
                if other != key.name:
                    raise self.error(
                        ("keys", key.name, "hash"),
                        f'is also the hash of key "{other}"',
                        "Remove one of them.",
                    )
        return keys


def _name_hint(section: str, name: str) -> str | None:
    if section != "servers":
        return None
    simple = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32]
    return f"For example: {simple}" if simple and server_name_problem(simple) is None else None


def _syntax_error(error: ValueError, text: str, file: Path) -> StateError:
    # Attributes of the error only from Python 3.14 on, so the place is read out of the message.
    place = re.search(r" \((?:at line (\d+), column \d+|at end of document)\)$", str(error))
    if place is None:
        return StateError(f"not valid TOML: {one_line(str(error), limit=200)}", file=file)
    line = int(place[1]) if place[1] else text.rstrip().count("\n") + 1
    reason = f"not valid TOML: {one_line(str(error)[: place.start()], limit=200)}"
    return StateError(reason, file=file, line=line, hint="The line before may be the cause.")
