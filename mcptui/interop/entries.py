"""One server as other programs describe it in JSON → our Server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, get_args

from mcptui.interop.credentials import credentials
from mcptui.interop.naming import name_from_command, name_from_url, valid_prefix
from mcptui.interop.reading import Reading
from mcptui.interop.urls import checked_url
from mcptui.interop.values import first, flag, pairs, strings, unusable
from mcptui.interop.variables import REFERENCE, Translation
from mcptui.interop.wrappers import is_ourselves, unwrapped
from mcptui.model import Server, SpecVersion, Transport
from mcptui.model.names import HEADER_NAME
from mcptui.model.setting import Setting, make, settings_of
from mcptui.state.decode import BadValueError, converter

_URL_KEYS: Final = ("url", "serverUrl", "server_url", "httpUrl", "uri")
_COMMAND_KEYS: Final = ("command", "cmd")
_NAME_KEYS: Final = ("name", "server_label", "alias", "label")
_HEADER_KEYS: Final = ("headers", "http_headers", "static_headers")
_ENV_KEYS: Final = ("env", "environment")
_ALLOWED_KEYS: Final = ("allowed_tools", "enabled_tools", "includeTools", "tools")
_DENIED_KEYS: Final = ("disallowed_tools", "disabled_tools", "excludeTools", "disabledTools")
_TIMEOUT_KEYS: Final = ("timeout", "tool_timeout_sec")
_TRANSPORTS: Final[Mapping[str, Transport]] = {
    "http": "http", "streamable-http": "http", "streamable_http": "http", "streamablehttp": "http",
    "sse": "sse", "stdio": "stdio", "local": "stdio", "remote": "auto",
}  # fmt: skip
# Keys that are read here, perhaps because another program has them, or that only concern the other program.
_KNOWN: Final = frozenset(
    {
        *_URL_KEYS, *_COMMAND_KEYS, *_NAME_KEYS, *_HEADER_KEYS, *_ENV_KEYS, *_ALLOWED_KEYS, *_DENIED_KEYS,
        *_TIMEOUT_KEYS, "type", "transport", "transportType", "args", "cwd", "workingDirectory", "description",
        "enabled", "disabled", "auth_type", "auth_value", "authentication_token", "authorization_token",
        "authorization", "bearer_token", "bearer_token_env_var", "env_http_headers", "env_vars", "envFile",
        "auth", "oauth", "extra_headers", "forward_headers", "allow_all_keys", "spec_version", "protocol_version",
        "prefix", "client_id", "client_secret", "oauth2_flow", "issuer", "scopes", "max_concurrent_requests",
        "require_approval", "alwaysAllow", "autoApprove", "trust", "source", "gallery", "version", "id",
    }
)  # fmt: skip
_VARIABLE: Final = re.compile(r"[^=\0]+")
#: Settings that are called so by no other program: an entry may have them as the state file does.
_OWN: Final = {name: setting for name, setting in settings_of(Server).items() if name not in _KNOWN}


def is_entry(value: object) -> bool:
    """Whether ``value`` looks like one server."""
    if not isinstance(value, Mapping):
        return False
    return any(isinstance(value.get(key), str) for key in _URL_KEYS) or any(
        # A command with its parts is Zed's; any other object is a server that is called so.
        isinstance(command := value.get(key), str | list) or (isinstance(command, Mapping) and "path" in command)
        for key in _COMMAND_KEYS
    )


def read_entry(reading: Reading, name: str | None, entry: object, *, preselected: bool = True) -> str | None:
    """Add the server of ``entry``; the answer says why it cannot be one, or is None."""
    reading.begin()
    if not isinstance(entry, Mapping):
        return f"{name or 'the server'} is not an object"
    label = name or first(entry, _NAME_KEYS)
    told = label or "the server"
    way = _way(reading, entry, told)
    if isinstance(way, str):
        return way
    if (problem := _problem(reading, way)) is not None:
        return f"{label}: {problem}" if label else problem
    chosen = reading.name(label or _guessed(way))
    if label is not None and chosen != label:
        reading.note(f"{label} is called {chosen} here")
    own = _own_settings(way)
    way = _named_well(reading, way, chosen)
    target = {**_target(reading, entry, way, chosen), **_details(reading, entry), **_own(reading, entry, own, chosen)}
    for setting, reason in unusable(Server, target).items():
        if setting in ("url", "command"):
            return f"{told}: {setting} {reason}"
        reading.note(f"{chosen}: {setting} {reason}; it is left out")
        del target[setting]
    known = _KNOWN | own.keys() | reading.dialect.ignored
    unknown = sorted(str(key) for key in entry if key not in known)
    if unknown:
        reading.note(f"{chosen}: not used here: {', '.join(unknown)}")
    reading.add(make(Server, {"name": chosen, **target}), label or "", preselected=preselected)
    return None


@dataclass(frozen=True, slots=True)
class _Way:
    """How a server is reached: by URL, or by a command."""

    argv: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    transport: Transport = "auto"


def _way(reading: Reading, entry: Mapping[str, Any], told: str) -> _Way | str:
    if first(entry, ("type", "transport")) in {"ws", "websocket"}:
        return f"{told} is reached over WebSocket, which MCP does not have"
    url = first(entry, _URL_KEYS)
    if url is not None:
        headers = {key: value for source in _HEADER_KEYS for key, value in pairs(entry.get(source)).items()}
        return _Way(url=url, headers=headers, transport=_transport(entry))
    argv, env = _argv(entry)
    if not argv or not argv[0].strip():
        return f"{told} has neither a url nor a command"
    if is_ourselves(argv):
        return f"{told} is mcptui itself"
    if (bridged := unwrapped(argv, env)) is not None:
        reading.note(f"{told}: connects directly instead of through {bridged.program}")
        return _Way(url=bridged.url, headers=bridged.headers, transport=bridged.transport)
    return _Way(argv=argv, env=env)


def _named_well(reading: Reading, way: _Way, chosen: str) -> _Way:
    """``way`` without what has a name that no header, or no variable, can have; said for each."""

    def kept(what: str, items: Mapping[str, str], is_name: Callable[[str], object]) -> dict[str, str]:
        for name in items:
            if not is_name(name):
                reading.note(f'{chosen}: "{name}" is not the name of a {what}; it is left out')
        return {name: value for name, value in items.items() if is_name(name)}

    headers = kept("header", way.headers, HEADER_NAME.fullmatch)
    return replace(way, headers=headers, env=kept("variable", way.env, _VARIABLE.fullmatch))


def _problem(reading: Reading, way: _Way) -> str | None:
    """Why nothing can be reached this way."""
    if way.url is None:
        return None
    # As it will be; remarks on its variables come with the server.
    silent = Translation(reading.dialect.variables, lambda _: None, reading.folder)
    return checked_url(silent.text(way.url, "url", question=str))[0]


def _guessed(way: _Way) -> str:
    """A name for a server that has none."""
    return name_from_command(way.argv) if way.url is None else name_from_url(REFERENCE.sub("", way.url))


def _target(reading: Reading, entry: Mapping[str, Any], way: _Way, name: str) -> dict[str, Any]:
    question = partial(_answer, reading, name)
    if way.url is not None:
        _, target = checked_url(reading.text(way.url, "url", question=question))
        if way.transport not in {"auto", "stdio"}:
            target["transport"] = way.transport
        target["headers"] = {k: reading.text(v, f"{name} {k}", question=question) for k, v in way.headers.items()}
        target["headers"] |= {k: f"${{env:{v}}}" for k, v in pairs(entry.get("env_http_headers")).items()}
        return target | credentials(reading, entry, name)
    # A program may replace ${NAME} of its own environment in its arguments by itself.
    args = [reading.text(word, "args", own=way.env.keys(), question=question) for word in way.argv[1:]]
    target = {"command": reading.text(way.argv[0], f"{name} command"), "args": tuple(args)}
    env = {k: reading.text(v, f"{name} {k}", question=question) for k, v in way.env.items()}
    target["env"] = _forwarded_variables(entry.get("env_vars")) | env
    if cwd := first(entry, ("cwd", "workingDirectory")):
        target["cwd"] = reading.text(cwd, "cwd")
    if isinstance(entry.get("envFile"), str):
        reading.note(f"{name}: the variables of {entry['envFile']} are not read; put them into env")
    return target


def _answer(reading: Reading, server: str, question: str) -> str:
    return reading.secret(server, question, reading.questions.get(question) or f"the answer to {question}")


def _argv(entry: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    command = entry.get("command", entry.get("cmd"))
    args = strings(entry.get("args"))
    env = {key: value for source in _ENV_KEYS for key, value in pairs(entry.get(source)).items()}
    if isinstance(command, Mapping):
        path = command.get("path")
        return [path if isinstance(path, str) else "", *strings(command.get("args"))], env | pairs(command.get("env"))
    if isinstance(command, list):
        return [*strings(command), *args], env
    return [command if isinstance(command, str) else "", *args], env


def _transport(entry: Mapping[str, Any]) -> Transport:
    kind = first(entry, ("transport", "type", "transportType"))
    if kind is not None and kind.lower() in _TRANSPORTS:
        return _TRANSPORTS[kind.lower()]
    # A plain url is SSE in some clients and Streamable HTTP in others; mcptui finds out.
    return "http" if "httpUrl" in entry else "auto"


def _forwarded_variables(value: object) -> dict[str, str]:
    """Codex: names of variables of its own environment that the server gets."""
    items = value if isinstance(value, list) else ()
    names = [item.get("name") if isinstance(item, Mapping) else item for item in items]
    return {name: f"${{env:{name}}}" for name in names if isinstance(name, str)}


def _details(reading: Reading, entry: Mapping[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if isinstance(entry.get("description"), str):
        details["description"] = entry["description"]
    if flag(entry, "disabled") is True or flag(entry, "enabled") is False:
        details["enabled"] = False
    if flag(entry, "allow_all_keys") is True:
        details["allow_all_keys"] = True
    if isinstance(entry.get("prefix"), str):
        details["prefix"] = valid_prefix(entry["prefix"])
    for key in _ALLOWED_KEYS:
        if isinstance(entry.get(key), list) and entry[key] != ["*"]:
            details["allowed_tools"] = tuple(strings(entry[key]))
    for key in _DENIED_KEYS:
        if denied := strings(entry.get(key)):
            details["disallowed_tools"] = tuple(denied)
    if (timeout := _timeout(reading, entry)) is not None:
        details["timeout"] = timeout
    concurrent = entry.get("max_concurrent_requests")
    if isinstance(concurrent, int) and not isinstance(concurrent, bool) and 0 < concurrent <= 100_000:
        details["max_concurrent"] = concurrent
    version = first(entry, ("spec_version", "protocol_version"))
    if version in get_args(SpecVersion):
        details["spec_version"] = version
    forwarded = strings(entry.get("extra_headers", entry.get("forward_headers")))
    if forwarded:
        details["forward_headers"] = tuple(forwarded)
    return details


def _own_settings(way: _Way) -> Mapping[str, Setting]:
    """Those that a server has which is reached this way."""
    kind = "command" if way.url is None else "url"
    return {name: setting for name, setting in _OWN.items() if setting.about.applies_to in (None, kind)}


def _own(reading: Reading, entry: Mapping[str, Any], settings: Mapping[str, Setting], name: str) -> dict[str, Any]:
    said = {key: entry[key] for key in settings if entry.get(key) is not None}
    values: dict[str, Any] = {}
    for key, value in said.items():
        try:
            values[key] = converter(settings[key])(reading.text(value, key) if isinstance(value, str) else value)
        except BadValueError as error:
            reading.note(f"{name}: {key} {error.reason}; it is left out")
    return values


def _timeout(reading: Reading, entry: Mapping[str, Any]) -> float | None:
    value = next((entry[key] for key in _TIMEOUT_KEYS if entry.get(key) is not None), None)
    if isinstance(value, Mapping):
        value = value.get("request")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e9:
        return None
    unit = reading.dialect.timeout_unit
    if unit is None:
        # Some clients count milliseconds, some seconds; nobody waits a quarter of an hour for one request.
        unit = 0.001 if value >= 1000 else 1.0
    # 0.001 is no number of the machine; a thousandth by division is.
    return value / 1000 if unit == 0.001 else float(value)
