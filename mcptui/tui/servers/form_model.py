"""The server form as text, and back: no widgets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, get_args

from mcptui.interop.shell import split_words
from mcptui.model import Server, SpecVersion, Transport
from mcptui.model.auth import Credentials, OAuthFlow
from mcptui.model.names import server_name_problem
from mcptui.model.server import Environment, Isolation
from mcptui.model.setting import changed, settings_of, values_of

#: The fields with a fixed choice of values.
CHOICES: Final[Mapping[str, tuple[object, ...]]] = {
    "transport": get_args(Transport),
    "auth_type": settings_of(Server)["auth_type"].choices,
    "spec_version": get_args(SpecVersion),
    "oauth_flow": get_args(OAuthFlow),
    "credentials": get_args(Credentials),
    "environment": ("", *get_args(Environment)),
    "isolation": get_args(Isolation),
    "allow_all_keys": (False, True),
}

#: Stands in the prefix field for tool names without a prefix, and in that of allowed tools for none.
NOTHING: Final = "-"

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URL: Final = re.compile(r"(?i)https?://[^\s/]+\S*")

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Problems: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerForm:
    """What stands in the fields."""

    name: str = ""
    target: str = ""
    description: str = ""
    transport: Transport = "auto"
    auth_type: str = "none"
    auth_value: str = ""
    oauth_flow: OAuthFlow = "authorization_code"
    credentials: Credentials = "shared"
    oauth_client_id: str = ""
    oauth_client_secret: str = ""
    oauth_client_metadata_url: str = ""
    oauth_scopes: str = ""
    oauth_issuer: str = ""
    oauth_redirect_port: str = ""
    headers: Pairs = ()
    env: Pairs = ()
    cwd: str = ""
    spec_version: SpecVersion = "auto"
    timeout: str = "60"
    max_timeout: str = ""
    prefix: str = ""
    tags: str = ""
    environment: Environment | str = ""
    allowed_tools: str = ""
    disallowed_tools: str = ""
    forward_headers: str = ""
    max_concurrent: str = "100"
    isolation: Isolation = "auto"
    max_processes: str = "16"
    allow_all_keys: bool = False

    @classmethod
    def of(cls, server: Server) -> ServerForm:
        """The fields for an existing server."""
        values = values_of(server)
        return cls(
            name=server.name,
            target=server.url or shlex.join([server.command or "", *server.args]),
            description=server.description,
            transport=server.transport,
            auth_type=values["auth_type"],
            auth_value=values["auth_value"] or "",
            oauth_flow=values["oauth_flow"],
            credentials=values["credentials"],
            oauth_client_id=values["oauth_client_id"] or "",
            oauth_client_secret=values["oauth_client_secret"] or "",
            oauth_client_metadata_url=values["oauth_client_metadata_url"] or "",
            oauth_scopes=", ".join(values["oauth_scopes"]),
            oauth_issuer=values["oauth_issuer"] or "",
            oauth_redirect_port=str(values["oauth_redirect_port"] or ""),
            headers=tuple(server.headers.items()),
            env=tuple(server.env.items()),
            cwd=server.cwd or "",
            spec_version=server.spec_version,
            timeout=f"{server.timeout:.15g}",
            max_timeout="" if server.max_timeout is None else f"{server.max_timeout:.15g}",
            prefix=NOTHING if server.prefix == "" else server.prefix or "",
            tags=", ".join(server.tags),
            environment=server.environment or "",
            allowed_tools=NOTHING if server.allowed_tools == () else ", ".join(server.allowed_tools or ()),
            disallowed_tools=", ".join(server.disallowed_tools),
            forward_headers=", ".join(server.forward_headers),
            max_concurrent=str(server.max_concurrent),
            isolation=server.isolation,
            max_processes=str(server.max_processes),
            allow_all_keys=server.allow_all_keys,
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """The server that the fields describe, or what is wrong by field."""

    server: Server | None
    problems: Mapping[str, str] = field(default_factory=dict)


def check(form: ServerForm, base: Server | None = None, taken: frozenset[str] = frozenset()) -> Checked:
    """Turn the fields into a server; what the form has no field for comes from ``base``."""
    problems: Problems = {}
    if problem := server_name_problem(form.name):
        problems["name"] = problem
    elif form.name in taken:
        problems["name"] = "is already the name of a server"
    url, command = _target(form.target.strip(), problems)
    timeout = _seconds(form.timeout, "timeout", problems)
    max_timeout = _seconds(form.max_timeout, "max_timeout", problems) if form.max_timeout.strip() else None
    _check_headers(form, problems)
    metadata_url, issuer = (_url(form, name, problems) for name in ("oauth_client_metadata_url", "oauth_issuer"))
    redirect_port = _whole(form.oauth_redirect_port, "oauth_redirect_port", problems, most=65535, may_be_empty=True)
    max_concurrent = _whole(form.max_concurrent, "max_concurrent", problems)
    max_processes = _whole(form.max_processes, "max_processes", problems)
    if problems:
        return Checked(None, problems)
    environment = next((known for known in get_args(Environment) if known == form.environment), None)
    server = changed(
        base or Server(name=form.name),
        {
            "name": form.name,
            "url": url,
            "command": command[0] if command else None,
            "args": tuple(command[1:]),
            "description": form.description.strip(),
            "transport": form.transport,
            "auth_type": form.auth_type,
            "auth_value": form.auth_value.strip() or None,
            "oauth_flow": form.oauth_flow,
            "credentials": form.credentials,
            "oauth_client_id": form.oauth_client_id.strip() or None,
            "oauth_client_secret": form.oauth_client_secret.strip() or None,
            "oauth_client_metadata_url": metadata_url,
            "oauth_scopes": _listed(form.oauth_scopes.replace(" ", ",")),
            "oauth_issuer": issuer,
            "oauth_redirect_port": redirect_port or None,
            "headers": _filled(form.headers),
            "env": _filled(form.env),
            "cwd": form.cwd.strip() or None,
            "spec_version": form.spec_version,
            "timeout": timeout,
            "max_timeout": max_timeout,
            "prefix": "" if form.prefix == NOTHING else form.prefix.strip() or None,
            "tags": _listed(form.tags),
            "environment": environment,
            "allowed_tools": () if form.allowed_tools.strip() == NOTHING else _listed(form.allowed_tools) or None,
            "disallowed_tools": _listed(form.disallowed_tools),
            "forward_headers": _listed(form.forward_headers),
            "max_concurrent": max_concurrent,
            "isolation": form.isolation,
            "max_processes": max_processes,
            "allow_all_keys": form.allow_all_keys,
        },
    )
    return Checked(server)


def _target(target: str, problems: Problems) -> tuple[str | None, list[str]]:
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


def _seconds(text: str, name: str, problems: Problems) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        problems[name] = "must be a number of seconds above 0"
    return seconds


def _whole(text: str, name: str, problems: Problems, *, most: int | None = None, may_be_empty: bool = False) -> int:
    """A whole number of at least 1; 0 where there is none."""
    text = text.strip()
    if not text and may_be_empty:
        return 0
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1 or (most is not None and number > most):
        problems[name] = f"must be a whole number from 1 to {most}" if most else "must be a whole number of at least 1"
    return number


def _url(form: ServerForm, name: str, problems: Problems) -> str | None:
    url: str = getattr(form, name).strip()
    if url and not _URL.fullmatch(url):
        problems[name] = "is not an http(s) URL"
    return url or None


def _check_headers(form: ServerForm, problems: Problems) -> None:
    names = {"headers": [name.strip() for name, _ in form.headers], "forward_headers": _listed(form.forward_headers)}
    for place, found in names.items():
        for name in found:
            if name and not _HEADER_NAME.fullmatch(name):
                problems[place] = f"{name!r} is not a header name"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _filled(pairs: Pairs) -> dict[str, str]:
    return {name.strip(): value for name, value in pairs if name.strip()}
