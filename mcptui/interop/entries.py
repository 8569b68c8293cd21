"""One server as other programs describe it in JSON → our Server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast, get_args

from mcptui.interop.naming import name_from_command, name_from_url, valid_name
from mcptui.interop.urls import checked_url
from mcptui.model import AuthType, Server, SpecVersion, Transport

_URL_KEYS: Final = ("url", "serverUrl", "server_url", "httpUrl", "uri")
_COMMAND_KEYS: Final = ("command", "cmd")
_NAME_KEYS: Final = ("name", "server_label", "alias", "label")
_HEADER_KEYS: Final = ("headers", "http_headers", "static_headers")
_ENV_KEYS: Final = ("env", "environment")
_TRANSPORTS: Final[Mapping[str, Transport]] = {
    "http": "http", "streamable-http": "http", "streamable_http": "http", "streamablehttp": "http",
    "sse": "sse", "stdio": "stdio", "local": "stdio",
}  # fmt: skip
# Keys that are read below, or that only concern the other program.
_KNOWN: Final = frozenset(
    {
        *_URL_KEYS, *_COMMAND_KEYS, *_NAME_KEYS, *_HEADER_KEYS, *_ENV_KEYS,
        "type", "transport", "args", "cwd", "workingDirectory", "description", "enabled", "disabled",
        "timeout",
        "auth_type", "auth_value", "authentication_token", "authorization_token", "authorization",
        "bearer_token_env_var", "extra_headers", "forward_headers", "allowed_tools", "includeTools", "tools",
        "disallowed_tools", "excludeTools", "allow_all_keys", "spec_version", "protocol_version", "prefix",
        "require_approval", "alwaysAllow", "autoApprove", "trust", "source", "gallery", "version", "id",
    }
)  # fmt: skip


@dataclass
class Reading:
    """Servers found so far, with remarks for the person who pasted them."""

    taken: set[str]
    servers: list[Server] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def name(self, wanted: str) -> str:
        """A valid name near ``wanted`` that nobody has."""
        name = valid_name(wanted, self.taken)
        self.taken.add(name)
        return name

    def note(self, text: str) -> None:
        """Remark once."""
        if text not in self.notes:
            self.notes.append(text)

    def text(self, value: str, where: str) -> str:
        """``value`` with the variables of other programs in our form, and a remark where that is not all."""
        if value.startswith("os.environ/"):
            return f"${{env:{value.removeprefix('os.environ/')}}}"
        replaced = re.sub(r"\$\{([A-Za-z_]\w*)(:-[^}]*)?\}", r"${env:\1}", value)
        for variable in re.findall(r"\$\{(?!env:)[^}]*\}", replaced):
            self.note(
                f"{where} reads {variable}; check that it may go there"
                if variable.startswith(("${secret:", "${file:"))
                else f"{where}: fill in {variable}"
            )
        if re.match(r"\$[A-Za-z_]\w*$|.*\s\$[A-Za-z_]\w*$", replaced):
            self.note(f"{where}: $NAME is not replaced; write ${{env:NAME}}")
        return replaced


def is_entry(value: object) -> bool:
    """Whether ``value`` looks like one server."""
    if not isinstance(value, Mapping):
        return False
    return any(isinstance(value.get(key), str) for key in _URL_KEYS) or any(
        isinstance(value.get(key), str | list | Mapping) for key in _COMMAND_KEYS
    )


def read_entry(reading: Reading, name: str | None, entry: Mapping[str, Any]) -> str | None:
    """Add the server of ``entry``; the answer says why it cannot be one, or is None."""
    label = name or _first(entry, _NAME_KEYS, str)
    target: dict[str, Any]
    url = _first(entry, _URL_KEYS, str)
    if url is not None:
        problem, target = checked_url(reading.text(url, "url"))
        if problem is not None:
            return f"{label}: {problem}" if label else problem
        guessed = name_from_url(url)
        if "httpUrl" in entry:
            target["transport"] = "http"
    else:
        argv, env = _argv(entry)
        if not argv or not argv[0]:
            return f"{label or 'the server'} has neither a url nor a command"
        argv = [reading.text(word, "args") for word in argv]
        target = {"command": argv[0], "args": tuple(argv[1:]), "env": env}
        guessed = name_from_command(argv)
    chosen = reading.name(label or guessed)
    if label is not None and chosen != label:
        reading.note(f"{label} is called {chosen} here")
    target = {**target, **_details(reading, entry, chosen)}
    if url is not None:
        target.pop("env", None)
        target.pop("cwd", None)
        if target.get("transport") == "stdio":
            del target["transport"]
    else:
        target.pop("headers", None)
        target.pop("transport", None)
    reading.servers.append(Server(name=chosen, **target))
    unknown = sorted(str(key) for key in entry if key not in _KNOWN)
    if unknown:
        reading.note(f"{chosen}: not used here: {', '.join(unknown)}")
    return None


def _argv(entry: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    command = entry.get("command", entry.get("cmd"))
    args = _strings(entry.get("args"))
    if isinstance(command, Mapping):
        path = command.get("path")
        argv = [path if isinstance(path, str) else "", *_strings(command.get("args"))]
        return argv, _pairs(command.get("env"))
    if isinstance(command, list):
        return [*_strings(command), *args], {}
    return [command if isinstance(command, str) else "", *args], {}


def _details(reading: Reading, entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    details: dict[str, Any] = {}
    kind = _first(entry, ("transport", "type"), str)
    if kind is not None and kind.lower() in _TRANSPORTS:
        details["transport"] = _TRANSPORTS[kind.lower()]
    for ours, theirs in (("headers", _HEADER_KEYS), ("env", _ENV_KEYS)):
        pairs = {key: value for source in theirs for key, value in _pairs(entry.get(source)).items()}
        if pairs:
            details[ours] = {key: reading.text(value, f"{name} {key}") for key, value in pairs.items()}
    cwd = _first(entry, ("cwd", "workingDirectory"), str)
    if cwd:
        details["cwd"] = reading.text(cwd, "cwd")
    if isinstance(entry.get("description"), str):
        details["description"] = entry["description"]
    if entry.get("disabled") is True or entry.get("enabled") is False:
        details["enabled"] = False
    if entry.get("allow_all_keys") is True:
        details["allow_all_keys"] = True
    if isinstance(entry.get("prefix"), str):
        details["prefix"] = entry["prefix"]
    timeout = entry.get("timeout")
    if isinstance(timeout, int | float) and not isinstance(timeout, bool) and 0 < timeout < 1e9:
        # Some clients count milliseconds, some seconds; nobody waits a quarter of an hour for one request.
        details["timeout"] = timeout / 1000 if timeout >= 1000 else float(timeout)
    details |= _credentials(reading, entry) | _tool_lists(entry)
    version = _first(entry, ("spec_version", "protocol_version"), str)
    if version in get_args(SpecVersion):
        details["spec_version"] = version
    forwarded = _strings(entry.get("extra_headers", entry.get("forward_headers")))
    if forwarded:
        details["forward_headers"] = tuple(forwarded)
    return details


def _credentials(reading: Reading, entry: Mapping[str, Any]) -> dict[str, Any]:
    auth_type = entry.get("auth_type")
    value = _first(entry, ("auth_value", "authentication_token"), str)
    details: dict[str, Any] = {}
    if auth_type in get_args(AuthType):
        details["auth_type"] = cast("AuthType", auth_type)
        if value is not None:
            details["auth_value"] = reading.text(value, "auth_value")
        return details
    token = _first(entry, ("authorization_token", "authorization"), str) or value
    variable = entry.get("bearer_token_env_var")
    if isinstance(variable, str) and variable:
        token = f"${{env:{variable}}}"
    if token:
        return {"auth_type": "bearer_token", "auth_value": reading.text(token, "token")}
    return details


def _tool_lists(entry: Mapping[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for key in ("allowed_tools", "includeTools", "tools"):
        if isinstance(entry.get(key), list) and entry[key] != ["*"]:
            details["allowed_tools"] = tuple(_strings(entry[key]))
    for key in ("disallowed_tools", "excludeTools"):
        if isinstance(entry.get(key), list):
            details["disallowed_tools"] = tuple(_strings(entry[key]))
    return details


def _first(entry: Mapping[str, Any], keys: tuple[str, ...], kind: type[str]) -> str | None:
    return next((entry[key] for key in keys if isinstance(entry.get(key), kind)), None)


def _strings(value: object) -> list[str]:
    return [_scalar(item) for item in value if _is_scalar(item)] if isinstance(value, list) else []


def _pairs(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(key): _scalar(item) for key, item in value.items() if _is_scalar(item)}


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
