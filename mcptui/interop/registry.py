"""``server.json`` of the official MCP registry: one server, with every way to get it.

Format: https://github.com/modelcontextprotocol/registry, ``docs/reference/server-json``. Keys were written with
underscores before 2025-09-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mcptui.interop.entries import read_entry
from mcptui.interop.reading import Reading
from mcptui.interop.values import first, is_scalar, scalar

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
_RUNNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "npm": ("npx", "-y"),
    "pypi": ("uvx",),
    "oci": ("docker", "run", "-i", "--rm"),
    "nuget": ("dnx",),
}


def is_registry_document(document: object) -> bool:
    """Whether ``document`` is a ``server.json``, alone or as the registry's API gives it."""
    if not isinstance(document, Mapping):
        return False
    server = document.get("server", document)
    return isinstance(server, Mapping) and any(isinstance(server.get(key), list) for key in ("packages", "remotes"))


def read_registry_document(reading: Reading, document: Mapping[str, Any]) -> list[str]:
    """Add a server for each way to reach it, the first one preselected; the answer is what cannot be used.

    ``reading`` must be of the dialect :data:`mcptui.interop.dialects.REGISTRY`.
    """
    server = document.get("server", document)
    name = str(server.get("name", "")).rpartition("/")[2] or "server"
    about = str(server.get("description") or "")
    problems: list[str] = []
    for way in _ways(server):
        entry = _Entry(reading, way)
        try:
            values = entry.remote() if isinstance(way.get("url"), str) else entry.package()
        except ValueError as error:
            problems.append(f"{name}: {error}")
            continue
        # With a placeholder where it wants a value it is not to be started.
        values |= {"description": about, "enabled": not entry.open_questions}
        problem = read_entry(reading, name, values, preselected=not reading.found)
        if problem is not None:
            problems.append(problem)
        elif entry.open_questions:
            reading.remark(f"fill in {', '.join(entry.open_questions)}, then switch it on")
    if not reading.found and not problems:
        problems.append(f"{name} offers neither a package nor a URL")
    return problems


def _ways(server: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in ("remotes", "packages"):
        for way in server.get(kind) or ():
            if isinstance(way, Mapping):
                yield way


class _Entry:
    """One way to reach the server as an entry of a client's file."""

    def __init__(self, reading: Reading, way: Mapping[str, Any]) -> None:
        self._reading = reading
        self._way = way
        self.open_questions: list[str] = []

    def remote(self) -> dict[str, Any]:
        """A server that runs elsewhere."""
        kind = first(self._way, ("type", "transport_type")) or "streamable-http"
        url = self._filled(str(self._way["url"]), self._way.get("variables"))
        return {"url": url, "type": kind, "headers": self._values(self._way.get("headers"))}

    def package(self) -> dict[str, Any]:
        """A server that is started here."""
        kind = first(self._way, ("registryType", "registry_type", "registry_name")) or ""
        identifier = first(self._way, ("identifier", "name")) or ""
        transport = self._way.get("transport")
        if isinstance(transport, Mapping) and transport.get("type", "stdio") != "stdio":
            raise ValueError(f"the {kind} package {identifier} serves HTTP by itself; start it and add its URL")
        if kind not in _RUNNERS or not identifier:
            raise ValueError(f"packages of kind {kind or '?'} cannot be started by mcptui")
        hint = first(self._way, ("runtimeHint", "runtime_hint"))
        command = list(_RUNNERS[kind])
        if hint and hint != command[0]:
            command = [hint]
        env = self._values(_list(self._way, "environmentVariables", "environment_variables"))
        command += self._arguments(_list(self._way, "runtimeArguments", "runtime_arguments"))
        if kind == "oci":
            # A container sees only the variables that are named.
            command += [word for name in env for word in ("-e", name)]
        command.append(_pinned(kind, identifier, self._way.get("version")))
        arguments = self._arguments(_list(self._way, "packageArguments", "package_arguments"))
        command += ["--", *arguments] if kind == "nuget" and arguments else arguments
        return {"command": command, "env": env}

    def _values(self, items: object) -> dict[str, str]:
        """Headers or variables: what has a value, and what has to get one."""
        values: dict[str, str] = {}
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
                continue
            value = self._value(item)
            if value is not None:
                values[item["name"]] = value
        return values

    def _value(self, item: Mapping[str, Any]) -> str | None:
        name = str(item.get("name") or item.get("valueHint") or item.get("value_hint") or "value")
        for key in ("value", "default"):
            if is_scalar(item.get(key)):
                return self._filled(scalar(item[key]), item.get("variables"))
        is_required = item.get("isRequired", item.get("is_required"))
        if item.get("isSecret", item.get("is_secret")):
            return self._ask(name, item)
        return self._open(name) if is_required else None

    def _filled(self, text: str, variables: object) -> str:
        known = variables if isinstance(variables, Mapping) else {}

        def fill(match: re.Match[str]) -> str:
            about = known.get(match[1])
            if not isinstance(about, Mapping):
                return match[0]
            value = self._value({"name": match[1], "isRequired": True, **about})
            return match[0] if value is None else value

        return _PLACEHOLDER.sub(fill, text)

    def _ask(self, name: str, item: Mapping[str, Any]) -> str:
        self._reading.questions[name] = str(item.get("description") or name)
        return f"${{input:{name}}}"

    def _open(self, name: str) -> str:
        self.open_questions.append(name)
        return f"<{name}>"

    def _arguments(self, items: list[Any]) -> list[str]:
        words: list[str] = []
        for item in items:
            if not isinstance(item, Mapping) or (value := self._value(item)) is None:
                continue
            name = item.get("name")
            if item.get("type") != "named" or not isinstance(name, str):
                words.append(value)
            elif item.get("format") != "boolean":
                words += [name, value]
            elif value.lower() == "true":
                words.append(name)
        return words


def _list(way: Mapping[str, Any], *keys: str) -> list[Any]:
    return next((way[key] for key in keys if isinstance(way.get(key), list)), [])


def _pinned(kind: str, identifier: str, version: object) -> str:
    if not isinstance(version, str) or not version or version == "latest":
        return identifier
    if kind == "oci":
        return identifier if ":" in identifier.rpartition("/")[2] else f"{identifier}:{version}"
    return f"{identifier}@{version}"
