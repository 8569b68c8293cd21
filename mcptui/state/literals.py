"""Where a server holds secrets that are written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from mcptui.model import Server
from mcptui.model.setting import settings_of, value_of
from mcptui.secrets.recognition import looks_like_secret
from mcptui.secrets.references import references
from mcptui.state.statements import KeyPath

_PARAMETER: Final = re.compile(r"(?<=[?&])([^=&#]+)=([^&#]*)")
_SEGMENT: Final = re.compile(r"(?<=/)[^/?#]+")
_AFTER_HOST: Final = re.compile(r"[a-z]+://[^/?#]*", re.IGNORECASE)
_OPTION: Final = re.compile(r"-{1,2}([A-Za-z][\w.-]*)")
_ASSIGNMENT: Final = re.compile(r"(?:-{1,2})?([A-Za-z][\w.-]*)[=:]\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Literal:
    """One secret written out: ``text[start:end]`` of the field at ``path`` (and ``index`` in a list)."""

    path: KeyPath
    name: str
    start: int
    end: int
    index: int = 0


def literal_secrets(server: Server) -> Iterator[Literal]:
    """All of them, in the order of the fields."""
    for name, secret, text in secret_settings(server):
        if not references(text):
            yield Literal((name,), secret, 0, len(text))
    for field, values in (("headers", server.headers), ("env", server.env)):
        for name, value in values.items():
            if looks_like_secret(name, value):
                yield Literal((field, name), name, 0, len(value))
    if server.url is not None:
        yield from _in_url(server.url)
    for index, start, end, name in _in_arguments(server.args):
        yield Literal(("args",), name, start, end, index)


def secret_settings(entity: object) -> Iterator[tuple[str, str, str]]:
    """The settings of ``entity`` that are secrets and say something: name, name in the secret store, value."""
    for name, setting in settings_of(type(entity)).items():
        if setting.about.kept_as and (value := value_of(entity, setting)):
            yield name, setting.about.kept_as, value


def _in_url(url: str) -> Iterator[Literal]:
    host = _AFTER_HOST.match(url)
    for match in _SEGMENT.finditer(url, host.end() if host else 0):
        if "?" in url[: match.start()]:
            break
        # Under no name only what is issued as a token counts.
        if looks_like_secret("", unquote(match[0])):
            yield Literal(("url",), "url", match.start(), match.end())
    for match in _PARAMETER.finditer(url):
        if looks_like_secret(unquote_plus(match[1]), unquote_plus(match[2])):
            yield Literal(("url",), unquote_plus(match[1]), match.start(2), match.end(2))


def _in_arguments(args: tuple[str, ...]) -> Iterator[tuple[int, int, int, str]]:
    option = ""
    for index, word in enumerate(args):
        if assigned := _ASSIGNMENT.fullmatch(word):
            if looks_like_secret(assigned[1], assigned[2]):
                yield index, assigned.start(2), len(word), assigned[1]
        elif looks_like_secret(option, word):
            yield index, 0, len(word), option or "argument"
        named = _OPTION.fullmatch(word)
        option = named[1] if named else ""
