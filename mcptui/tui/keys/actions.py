"""What a person can do, one value each; bindings, footer, help and documentation come from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual.binding import Binding, BindingType
from textual.keys import format_key

from mcptui.tui.keys.meanings import Meaning

#: Keys that have no character of their own and that every terminal sends.
_NAMED_KEYS: Final = frozenset(
    {"enter", "escape", "tab", "shift+tab", "space", "backspace", "delete", "insert", "home", "end"}
    | {"pageup", "pagedown", "up", "down", "left", "right"}
    | {f"f{number}" for number in range(1, 13)}
)
_PUNCTUATION: Final = frozenset(
    {"question_mark", "slash", "colon", "full_stop", "comma", "asterisk", "left_square_bracket"}
    | {"right_square_bracket", "plus", "minus", "underscore", "number_sign", "exclamation_mark"}
    | {"at", "dollar_sign", "less_than_sign", "greater_than_sign", "equals_sign"}
)
_BY_CHARACTER: Final = {format_key(name): name for name in _PUNCTUATION}
# tab, enter, backspace and escape arrive under their own names.
_CONTROL_LETTER: Final = re.compile(r"ctrl\+[a-gj-ln-z]")
#: Only terminals with the Kitty keyboard protocol send these; never an action's only keys.
_KITTY: Final = re.compile(r"ctrl\+(enter|[0-9])|(alt|shift)\+enter")
_MODIFIED: Final = re.compile(r"alt\+[a-z]|(alt|ctrl|shift)\+(up|down|left|right)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do in one scope (a mode, a dialog, or the whole app).

    Attributes:
        id: ``scope.verb``; what a key map and the documentation call it.
        title: a sentence fragment for the help.
        meaning: what its keys mean everywhere; without one it is only in the list of actions.
        handler: Textual action on the screen, or ``app.…``; ``screen.…`` for what several screens have.
        label: short text for the footer; actions without one are not in the footer.
        when: called with the screen; False hides the action.
        priority: wins over a focused text field.
        changes: changes the configuration; refused in read-only mode.
    """

    id: str
    title: str
    handler: str
    meaning: Meaning | None = None
    label: str = ""
    when: Callable[[Any], bool] | None = None
    priority: bool = False
    changes: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, the first one is shown."""
        return self.meaning.keys if self.meaning else ()

    @property
    def scope(self) -> str:
        """The part of the app where the action applies."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The handler's name as ``check_action`` receives it."""
        return self.handler.removeprefix("app.").removeprefix("screen.").partition("(")[0]


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """Textual bindings of ``actions``, for a class's ``BINDINGS``."""
    return [
        Binding(
            ",".join(action.keys),
            action.handler,
            action.label or action.title,
            show=bool(action.label),
            id=action.id,
            priority=action.priority,
        )
        for action in actions
        if action.keys
    ]


def is_available(actions: Iterable[Action], name: str, screen: object) -> bool:
    """Whether the handler ``name`` may run on ``screen`` now."""
    return all(action.when(screen) for action in actions if action.when is not None and action.name == name)


def is_sendable(key: str) -> bool:
    """Whether every terminal can send ``key`` under this name (see the terminal parser's tables)."""
    return bool(
        key in _NAMED_KEYS
        or key in _PUNCTUATION
        or (len(key) == 1 and key.isascii() and key.isalnum())
        or _CONTROL_LETTER.fullmatch(key)
        or _MODIFIED.fullmatch(key)
    )


def is_sometimes_sendable(key: str) -> bool:
    """Whether some terminals send ``key``: a second key for an action, not more."""
    return bool(_KITTY.fullmatch(key))


def clashes(scope: Sequence[Action], app: Sequence[Action]) -> list[str]:
    """Keys that two actions of one screen claim, as sentences; one with priority has its key only while it may run."""
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for action in (*scope, *app):
        if not (action.priority and action.when):
            for key in action.keys:
                claims[key].append(action.id)
    return [f"{key}: {' and '.join(ids)}" for key, ids in claims.items() if len(ids) > 1]


def key_label(key: str) -> str:
    """``key`` as people write it: ``question_mark`` is ``?``, ``ctrl+s`` stays."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, last if last in _NAMED_KEYS else format_key(last)])


def key_name(label: str) -> str:
    """The key that :func:`key_label` writes as ``label``: ``?`` is ``question_mark``, ``ctrl+s`` stays."""
    *modifiers, last = label.strip().split("+") if len(label.strip()) > 1 else [label.strip()]
    return "+".join([*modifiers, _BY_CHARACTER.get(last, last)])


def keys_label(keys: Iterable[str]) -> str:
    """Those of ``keys`` that every terminal sends, for help and documentation."""
    return " ".join(key_label(key) for key in keys if not is_sometimes_sendable(key))
