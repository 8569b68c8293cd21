"""Remarks on a usable state: names that lead nowhere, secrets written out, settings without effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from mcptui.model import Group, Key, LlmModel, Server, State, Subject
from mcptui.model.auth import NoAuth, OAuth
from mcptui.model.names import name_in_headers
from mcptui.model.network import Network
from mcptui.model.setting import settings_of
from mcptui.protocol.text import one_line
from mcptui.secrets.arguments import HOW, WHY, secrets_in_arguments
from mcptui.secrets.references import unknown_references
from mcptui.state.decode import did_you_mean
from mcptui.state.literals import Literal, literal_secrets, secret_settings
from mcptui.state.loaded import Problem
from mcptui.state.statements import KeyPath

Report: TypeAlias = Callable[[KeyPath, str, str | None], Problem]

_TRUST = "Set ca_file to its authority, or to its own certificate, and verify_tls to true."
_MOVED_ON_SAVE = "It moves to the secret store on the next save in mcptui; or use `mcptui secret set`."


def problems_of(state: State, report: Report) -> Iterator[Problem]:
    """Everything worth a remark, in the order of the file's sections."""
    for server in state.servers.values():
        for key, message, hint in _server(server):
            yield report(("servers", server.name, *key), message, hint)
    for name, message, hint in (*_alike_in_headers(state), *_prefixes(state)):
        yield report(("servers", name), message, hint)
    for group in state.groups.values():
        yield from _server_lists(state, group, ("groups", group.name), report)
    yield from _subjects(state, report)
    for model in state.models.values():
        for key, message, hint in (*_literals(model), *_network(model)):
            yield report(("models", model.name, *key), message, hint)
        for key, text in model_texts(model):
            for found in unknown_references(text):
                yield report(("models", model.name, *key), *_is_no_reference(found))
        for name, message in _prices(model):
            yield report(("models", model.name, name), message, None)


def _prices(model: LlmModel) -> Iterator[tuple[str, str]]:
    if model.input_price is None and model.output_price is not None:
        yield "output_price", "has no effect without input_price: no cost is counted"
    if model.output_price is None and model.input_price is not None:
        yield "input_price", "has no effect without output_price: no cost is counted"
    if model.cached_input_price is not None and model.input_price is None:
        yield "cached_input_price", "has no effect without input_price"


_Remark: TypeAlias = tuple[KeyPath, str, str | None]


def _server(server: Server) -> Iterator[_Remark]:
    yield from _literals(server)
    for secret in secrets_in_arguments((server.command or "", *server.args)) if server.url is None else ():
        yield ("args",), f"{one_line(str(secret), limit=80)} {WHY}; the server is not started", HOW
    if server.url is not None:
        if server.env or server.args or server.cwd:
            yield (), "env, args and cwd have no effect on a server with a url", None
        yield from _network(server)
    elif server.headers or server.forward_headers or server.auth != NoAuth():
        yield (), "headers and auth have no effect on a server with a command", "Use env for its secrets."
    if server.url is None:
        for setting in settings_of(Network):
            if getattr(server, setting) != getattr(Network(), setting):
                yield (setting,), "has no effect on a server with a command", "Its env says what it has to know."
    auth = server.auth
    if isinstance(auth, OAuth) and auth.lacks:
        yield ("oauth_flow",), f"{auth.oauth_flow} needs {' and '.join(auth.lacks)}", None
    if server.max_timeout is not None and server.max_timeout < server.timeout:
        yield ("max_timeout",), "has no effect: it is below timeout", "Raise it, or leave it out."
    for key, found in server_unknowns(server):
        yield key, *_is_no_reference(found)


def server_unknowns(server: Server) -> Iterator[tuple[KeyPath, str]]:
    """What is written like a reference in a text of ``server`` and is none, with its place."""
    for key, text in server_texts(server):
        # What is in its own environment a program may replace in its arguments by itself.
        for found in unknown_references(text, server.env if key == ("args",) else ()):
            yield key, found


def _literals(entity: Network) -> Iterator[_Remark]:
    for literal in literal_secrets(entity):
        is_whole = literal.end - literal.start == len(literal.text(entity)) and literal.path != ("args",)
        yield literal.path, "is a secret written out" if is_whole else "holds a secret", _moves(literal)


def _moves(literal: Literal) -> str:
    return HOW if literal.path == ("args",) else _MOVED_ON_SAVE


def server_texts(server: Server) -> Iterator[tuple[KeyPath, str]]:
    """Every text of ``server`` in which references are replaced, with its place."""
    yield ("url",), server.url or ""
    for name, _, value in secret_settings(server):
        yield (name,), value
    for name, value in server.headers.items():
        yield ("headers", name), value
    for name, value in server.env.items():
        yield ("env", name), value
    for value in server.args:
        yield ("args",), value
    yield ("command",), server.command or ""
    yield ("cwd",), server.cwd or ""
    for name, value in server.network_texts():
        yield (name,), value


def model_texts(model: LlmModel) -> Iterator[tuple[KeyPath, str]]:
    """Every text of ``model`` in which references are replaced, with its place."""
    yield ("base_url",), model.base_url
    yield ("api_key",), model.api_key or ""
    for name, value in model.network_texts():
        yield (name,), value


def _network(network: Network) -> Iterator[_Remark]:
    if not network.verify_tls:
        yield ("verify_tls",), "certificates are not verified: a machine in the middle can pose as it", _TRUST
    if network.client_cert is None and network.client_key is not None:
        yield ("client_key",), "needs client_cert beside it", None
    if network.client_key_password is not None and network.client_cert is None:
        yield ("client_key_password",), "has no effect without client_cert", None


def _is_no_reference(found: str) -> tuple[str, str]:
    return f"{one_line(found, limit=60)} is not a reference and is sent as it is", "Known: secret, env, file."


def _alike_in_headers(state: State) -> Iterator[tuple[str, str, str | None]]:
    first: dict[str, str] = {}
    for name in state.servers:
        other = first.setdefault(name_in_headers(name), name)
        if other != name:
            message = f"differs from {other} only by - and _: a header x-mcp-{name}-… reaches neither"
            yield name, message, "Rename one of them: mcptui server edit NAME --name OTHER"


def _prefixes(state: State) -> Iterator[tuple[str, str, str | None]]:
    if state.gateway.prefix == "never":
        return
    separator = state.gateway.separator
    owners: dict[str, str] = {}
    for server in state.servers.values():
        prefix = server.tool_prefix
        if not prefix or not server.enabled:
            continue
        first = owners.setdefault(prefix, server.name)
        if first != server.name:
            yield server.name, f'has the tool prefix "{prefix}" of server {first}', "Set another prefix."
    for prefix, name in owners.items():
        for position in range(len(prefix)):
            other = owners.get(prefix[:position]) if prefix.startswith(separator, position) else None
            if other is not None:
                message = f'tools may be mistaken for those of {other}: "{prefix}" starts like its prefix'
                yield name, message, "Set another prefix, or another separator."


def _subjects(state: State, report: Report) -> Iterator[Problem]:
    parents: Mapping[str, Mapping[str, object]] = {
        "org": state.orgs,
        "team": state.teams,
        "user": state.users,
    }
    sections: tuple[tuple[str, Mapping[str, Subject]], ...] = (
        ("orgs", state.orgs),
        ("teams", state.teams),
        ("users", state.users),
        ("keys", state.keys),
    )
    for section, subjects in sections:
        for subject in subjects.values():
            path = (section, subject.name)
            for kind, known in parents.items():
                parent = getattr(subject, kind, None)
                if parent is not None and parent not in known:
                    yield report((*path, kind), *_dangling(kind, parent, known))
            yield from _server_lists(state, subject, path, report)
            for entry in subject.models or ():
                name = entry.removeprefix("!")
                if name != "*" and name not in state.models:
                    yield report((*path, "models"), *_dangling("model", name, state.models))
            if isinstance(subject, Key) and subject.previous_hash and not subject.previous_expires:
                message = "has no effect without previous_expires"
                yield report((*path, "previous_hash"), message, None)


def _server_lists(state: State, owner: Subject | Group, path: KeyPath, report: Report) -> Iterator[Problem]:
    for entry in owner.servers or ():
        for message, hint in _server_entry(state, entry):
            yield report((*path, "servers"), message, hint)
    for name in getattr(owner, "tools", None) or {}:
        for message, hint in _server_entry(state, name):
            yield report((*path, "tools", name), message, hint)


def _server_entry(state: State, entry: str) -> Iterator[tuple[str, str | None]]:
    name = entry.removeprefix("!")
    if name == "*":
        return
    if name.startswith("@"):
        if name[1:] not in state.groups:
            yield _dangling("group", name[1:], state.groups)
    elif name not in state.servers:
        yield _dangling("server", name, state.servers)


def _dangling(kind: str, name: str, known: Iterable[str]) -> tuple[str, str | None]:
    return f'there is no {kind} "{one_line(name, limit=60)}"', did_you_mean(name, known)
