"""Secrets in the text that is pasted or typed to add a server: hidden where the text is drawn."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar, Final

from rich.highlighter import Highlighter
from textual.widgets import Input

from mcptui.interop.paste import parse_paste
from mcptui.state.extract_secrets import extract_secrets
from mcptui.tui.widgets.field_keys import LEAVE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text
    from textual.binding import BindingType

    from mcptui.model import Server

#: Shorter ones stand in too many other words; a longer one is covered from this character on.
_LEAST: Final = 4


def secrets_of(servers: Iterable[Server]) -> frozenset[str]:
    """What will be taken out of ``servers`` when they are saved."""
    return frozenset(value for server in servers for value in extract_secrets(server)[1].values())


def covered(text: str, secrets: Iterable[str]) -> str:
    """``text`` of the same length, with a dot for each character of ``secrets``, written plainly or as in JSON."""
    spelled = {form for secret in secrets for form in _spellings(secret) if len(form) >= _LEAST}
    if not spelled:
        return text
    either = "|".join(re.escape(form) for form in sorted(spelled, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda match: "•" * len(match[0]), text)


def _spellings(secret: str) -> tuple[str, ...]:
    return (secret, *(json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)))


class _Cover(Highlighter):
    def highlight(self, text: Text) -> None:
        text.plain = covered(text.plain, secrets_of(parse_paste(text.plain).servers))


class TargetField(Input):
    """A URL or command line."""

    BINDINGS: ClassVar[list[BindingType]] = LEAVE_KEYS

    def __init__(self, *, placeholder: str, id: str) -> None:
        super().__init__(placeholder=placeholder, highlighter=_Cover(), compact=True, id=id)
