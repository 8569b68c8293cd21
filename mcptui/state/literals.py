"""Where a server or a model holds secrets that are written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

from mcptui.model import LlmModel, Server
from mcptui.model.network import Network
from mcptui.model.setting import settings_of, value_of, values_of
from mcptui.secrets.recognition import credentials_in_proxy, credentials_in_urls, looks_like_secret
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

    def text(self, entity: Network) -> str:
        """The whole text that it stands in."""
        value: Any = values_of(entity)[self.path[0]]
        return value if isinstance(value, str) else value[self.path[1] if len(self.path) > 1 else self.index]


def literal_secrets(entity: Network) -> Iterator[Literal]:
    """All of a server or a model, in the order of the fields; those of one text by their place."""
    for name, secret, text in secret_settings(entity):
        if not references(text):
            yield Literal((name,), secret, 0, len(text))
    if isinstance(entity, Server):
        yield from _of_server(entity)
    elif isinstance(entity, LlmModel):
        yield from _in_url("base_url", entity.base_url)
    for name, text in entity.network_texts():
        for start, end in secrets_in_setting(name, text):
            yield Literal((name,), name.replace("_", "-"), start, end)


def secret_settings(entity: object) -> Iterator[tuple[str, str, str]]:
    """The settings of ``entity`` that are secrets and say something: name, name in the secret store, value."""
    for name, setting in settings_of(type(entity)).items():
        if setting.about.kept_as and (value := value_of(entity, setting)):
            yield name, setting.about.kept_as, value


def secrets_in_setting(name: str, text: str) -> Iterator[tuple[int, int]]:
    """The places of secrets in ``text`` of the setting ``name``: of :class:`Network`, or one that is a URL."""
    if name == "proxy":
        yield from credentials_in_proxy(text)
    elif looks_like_secret("", text):
        yield 0, len(text)
    elif "://" in text:
        yield from ((found.start, found.end) for found in _in_url(name, text))


def secrets_in_pair(name: str, value: str) -> Iterator[tuple[int, int]]:
    """The places of secrets in ``value`` of the header or variable ``name``."""
    if looks_like_secret(name, value):
        yield 0, len(value)
    else:
        yield from credentials_in_urls(value)


def _of_server(server: Server) -> Iterator[Literal]:
    for field, values in (("headers", server.headers), ("env", server.env)):
        for name, value in values.items():
            for start, end in secrets_in_pair(name, value):
                yield Literal((field, name), name, start, end)
    if server.url is not None:
        yield from _in_url("url", server.url)
    for index, start, end, name in _in_arguments(server.args):
        yield Literal(("args",), name, start, end, index)


def _in_url(field: str, url: str) -> Iterator[Literal]:
    host = _AFTER_HOST.match(url)
    after_host = host.end() if host else 0
    for start, end in credentials_in_urls(url[:after_host]):
        yield Literal((field,), field, start, end)
    for match in _SEGMENT.finditer(url, after_host):
        if "?" in url[: match.start()]:
            break
        # Under no name only what is issued as a token counts.
        if looks_like_secret("", unquote(match[0])):
            yield Literal((field,), field, match.start(), match.end())
    for match in _PARAMETER.finditer(url):
        if looks_like_secret(unquote_plus(match[1]), unquote_plus(match[2])):
            yield Literal((field,), unquote_plus(match[1]), match.start(2), match.end(2))


def _in_arguments(args: tuple[str, ...]) -> Iterator[tuple[int, int, int, str]]:
    option = ""
    for index, word in enumerate(args):
        assigned = _ASSIGNMENT.fullmatch(word)
        if assigned and looks_like_secret(assigned[1], assigned[2]):
            yield index, assigned.start(2), len(word), assigned[1]
        elif not assigned and looks_like_secret(option, word):
            yield index, 0, len(word), option or "argument"
        else:
            for start, end in credentials_in_urls(word):
                yield index, start, end, option or "argument"
        named = _OPTION.fullmatch(word)
        option = named[1] if named else ""
