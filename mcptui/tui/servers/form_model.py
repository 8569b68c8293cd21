"""The server form as text, and back: no widgets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, get_args

from mcptui.interop.shell import split_words
from mcptui.model import AuthType, Server, SpecVersion, Transport
from mcptui.model.names import server_name_problem

TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)
AUTH_TYPES: Final[tuple[AuthType, ...]] = get_args(AuthType)
SPEC_VERSIONS: Final[tuple[SpecVersion, ...]] = get_args(SpecVersion)

#: Stands in the prefix field for tool names without a prefix.
NO_PREFIX: Final = "-"

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URL: Final = re.compile(r"(?i)https?://[^\s/]+\S*")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerForm:
    """What stands in the fields."""

    name: str = ""
    target: str = ""
    description: str = ""
    transport: Transport = "auto"
    auth_type: AuthType = "none"
    auth_value: str = ""
    headers: Pairs = ()
    env: Pairs = ()
    cwd: str = ""
    spec_version: SpecVersion = "auto"
    timeout: str = "60"
    prefix: str = ""
    tags: str = ""

    @classmethod
    def of(cls, server: Server) -> ServerForm:
        """The fields for an existing server."""
        return cls(
            name=server.name,
            target=server.url or shlex.join([server.command or "", *server.args]),
            description=server.description,
            transport=server.transport,
            auth_type=server.auth_type,
            auth_value=server.auth_value or "",
            headers=tuple(server.headers.items()),
            env=tuple(server.env.items()),
            cwd=server.cwd or "",
            spec_version=server.spec_version,
            timeout=f"{server.timeout:g}",
            prefix=NO_PREFIX if server.prefix == "" else server.prefix or "",
            tags=", ".join(server.tags),
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """The server that the fields describe, or what is wrong by field."""

    server: Server | None
    problems: Mapping[str, str] = field(default_factory=dict)


def check(form: ServerForm, base: Server | None = None, taken: frozenset[str] = frozenset()) -> Checked:
    """Turn the fields into a server; what the form has no field for comes from ``base``."""
    problems: dict[str, str] = {}
    if problem := server_name_problem(form.name):
        problems["name"] = problem
    elif form.name in taken:
        problems["name"] = "is already the name of a server"
    url, command = _target(form.target.strip(), problems)
    timeout = _timeout(form.timeout, problems)
    _check_headers(form.headers, problems)
    if problems:
        return Checked(None, problems)
    if form.prefix == NO_PREFIX:
        prefix: str | None = ""
    else:
        prefix = form.prefix.strip() or None
    server = replace(
        base or Server(name=form.name),
        name=form.name,
        url=url,
        command=command[0] if command else None,
        args=tuple(command[1:]),
        description=form.description.strip(),
        transport=form.transport,
        auth_type=form.auth_type,
        auth_value=form.auth_value.strip() or None,
        headers=_filled(form.headers),
        env=_filled(form.env),
        cwd=form.cwd.strip() or None,
        spec_version=form.spec_version,
        timeout=timeout,
        prefix=prefix,
        tags=tuple(tag.strip() for tag in form.tags.split(",") if tag.strip()),
    )
    return Checked(server)


def _target(target: str, problems: dict[str, str]) -> tuple[str | None, list[str]]:
    if not target:
        problems["target"] = "needs a URL or a command"
    elif "://" in target.split(" ", 1)[0]:
        if _URL.fullmatch(target):
            return target, []
        problems["target"] = "is not an http(s) URL"
    else:
        try:
            return None, split_words(target)
        except ValueError:
            problems["target"] = "has a quote that is not closed"
    return None, []


def _timeout(text: str, problems: dict[str, str]) -> float:
    try:
        timeout = float(text)
    except ValueError:
        timeout = 0.0
    if not 0 < timeout < float("inf"):
        problems["timeout"] = "must be a number of seconds above 0"
    return timeout


def _check_headers(headers: Pairs, problems: dict[str, str]) -> None:
    for name, _ in headers:
        if name.strip() and not _HEADER_NAME.fullmatch(name.strip()):
            problems["headers"] = f"{name.strip()!r} is not a header name"


def _filled(pairs: Pairs) -> dict[str, str]:
    return {name.strip(): value for name, value in pairs if name.strip()}
