"""The person's own keys: ``keys.toml`` maps the ids of actions to keys."""

from __future__ import annotations

import difflib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.protocol.text import one_line
from mcptui.tui.keys.actions import Action, is_sendable, key_label, key_name
from mcptui.tui.keys.meanings import Meaning
from mcptui.tui.keys.registry import sections
from mcptui.tui.shell.app_actions import ACTIONS

_HINT: Final = "mcptui keys lists all ids with their keys."


class KeymapError(McptuiError):
    """A line of the key file that cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys by action id, and what is wrong with the file they came from."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[KeymapError, ...] = ()

    def of(self, action: Action) -> Action:
        """``action`` with the keys that it has now."""
        return (
            replace(action, meaning=Meaning(action.title, self.keys[action.id])) if action.id in self.keys else action
        )

    def bindings(self) -> dict[str, str]:
        """As Textual's ``set_keymap`` takes it."""
        return {name: ",".join(keys) for name, keys in self.keys.items()}


def read_keymap(file: Path) -> Keymap:
    """The keys in ``file``; a missing file changes nothing, a bad line is reported and left out."""
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Keymap()
    except (OSError, ValueError, RecursionError) as error:
        return Keymap(problems=(KeymapError(f"{file}: {error}", hint="The default keys are used."),))
    return _checked(file, dict(_flat(values)))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """``"servers.add" = …`` and ``[servers] add = …`` are the same."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _checked(file: Path, values: Mapping[str, Any]) -> Keymap:
    ids = {action.id for _, actions in sections() for action in actions}
    keys: dict[str, tuple[str, ...]] = {}
    problems: list[KeymapError] = []

    def bad(action_id: str, reason: str, hint: str = _HINT) -> None:
        problems.append(KeymapError(f"{file}: {one_line(action_id, limit=60)} {reason}", hint=hint))

    for action_id, value in values.items():
        wanted = [value] if isinstance(value, str) else value
        if action_id not in ids:
            near = difflib.get_close_matches(action_id, ids, 1)
            bad(action_id, "is not the id of an action", f"Do you mean {near[0]}?" if near else _HINT)
        elif not (isinstance(wanted, list) and wanted and all(isinstance(key, str) and key for key in wanted)):
            bad(action_id, "must be a key, or a list of keys")
        else:
            names = tuple(key_name(key) for key in wanted)
            keys[action_id] = names
            for name in names:
                if not is_sendable(name):
                    reason = f"has {one_line(name, limit=40)}, which not every terminal sends"
                    bad(action_id, reason, "It works where yours does.")
    keymap = Keymap(keys)
    problems += [KeymapError(f"{file}: {clash}", hint="The first one gets the key.") for clash in clashes_of(keymap)]
    return replace(keymap, problems=tuple(problems))


def clashes_of(keymap: Keymap) -> list[str]:
    """Keys that two actions of one screen claim, where the file moved at least one of them."""
    found: list[str] = []
    everywhere = [keymap.of(action) for action in ACTIONS]
    for title, actions in sections():
        here = [keymap.of(action) for action in actions]
        found += _claimed_twice(title, here if title == "Everywhere" else [*here, *everywhere], keymap)
    return list(dict.fromkeys(found))


def _claimed_twice(title: str, actions: Sequence[Action], keymap: Keymap) -> Iterable[str]:
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for action in actions:
        for key in action.keys:
            claims[key].append(action.id)
    for key, ids in claims.items():
        is_told_elsewhere = title != "Everywhere" and all(name.startswith("app.") for name in ids)
        if len(ids) > 1 and keymap.keys.keys() & set(ids) and not is_told_elsewhere:
            yield f"{key_label(key)} is the key of {' and '.join(ids)}"
