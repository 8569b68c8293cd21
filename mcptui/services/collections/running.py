"""Runs the calls of a collection through the gateway and compares the responses with what is expected."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Final

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model.runtime import Json, JsonObject, Listed
from mcptui.protocol.text import one_line
from mcptui.schema import OddSchemaError, check, format_json, same
from mcptui.schema.json_path import JsonPathError, parse_path, value_at
from mcptui.secrets.known import KnownSecrets
from mcptui.services.collections.values import METHODS, CallReport, Collection, Expectation, SavedCall
from mcptui.services.collections.variables import filled_in
from mcptui.services.one_call import Outcome, called, content_of, text_of
from mcptui.services.ports import GatewayPort

_SHOWN: Final = 200


class Running:
    """Runs one collection, call by call.

    Args:
        gateway: what the calls go through.
        collection: the calls.
        variables: values that replace those of the collection.
        key: makes all calls instead of the keys of the collection.
        clock: seconds, for the time of calls.
    """

    def __init__(
        self,
        gateway: GatewayPort,
        collection: Collection,
        variables: Mapping[str, Json],
        *,
        key: str | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._gateway = gateway
        self._collection = collection
        self._variables = {**collection.variables, **variables}
        self._key = key
        self._clock = clock
        self._listed: dict[str | None, Listed] = {}
        self._secrets = KnownSecrets()

    async def reports(self) -> AsyncIterator[CallReport]:
        """How each call ended, as they end.

        Raises:
            UnreachableError: the gateway does not answer.
        """
        for call in self._collection.calls:
            yield await self._without_secrets(await self._run(call))

    async def _without_secrets(self, report: CallReport) -> CallReport:
        """``report`` as the log of CI may show it: a server may echo what it was given."""
        texts = [self._secrets.without(text) for text in (report.target, *report.problems)]
        target, *problems = await self._gateway.without_secrets(texts)
        return replace(report, target=target, problems=tuple(problems))

    async def _run(self, call: SavedCall) -> CallReport:
        key = self._key or call.key or self._collection.key
        report = CallReport(name=call.name, target=call.target, key=key, ms=0.0)
        started = self._clock()
        try:
            target = str(filled_in(call.target, self._variables, self._secrets))
            outcome, body = await self._call(call, target, key)
            ms = (self._clock() - started) * 1000
            problems = [*problems_of(call.expect, outcome, body, ms)]
            if call.kind == "tool" and call.expect.schema and outcome == "ok":
                problems += await self._schema_problems(target, key, body)
        except UnreachableError:
            raise
        except McptuiError as error:
            return replace(report, ms=(self._clock() - started) * 1000, problems=(error.message,))
        problems += self._save(call, body)
        return replace(report, target=target, ms=ms, problems=tuple(problems))

    async def _call(self, call: SavedCall, target: str, key: str | None) -> tuple[Outcome, JsonObject]:
        arguments = filled_in(call.arguments, self._variables, self._secrets)
        params = {"uri": target} if call.kind == "resource" else {"name": target, "arguments": arguments}
        return await called(self._gateway, METHODS[call.kind], params, key)

    async def _schema_problems(self, tool: str, key: str | None, body: JsonObject) -> list[str]:
        if key not in self._listed:
            self._listed[key] = await self._gateway.listed(key)
        tools = self._listed[key].tools
        schema = next((entry.get("outputSchema") for entry in tools if entry.get("name") == tool), None)
        if not isinstance(schema, dict):
            return []
        if "structuredContent" not in body:
            return ["output schema: structured content is missing"]
        try:
            return [f"output schema: {problem}" for problem in check(schema, body["structuredContent"])]
        except OddSchemaError:
            return []  # what cannot be validated is no fault of the response

    def _save(self, call: SavedCall, body: JsonObject) -> list[str]:
        problems = []
        for name, path in call.save.items():
            try:
                self._variables[name] = value_at(content_of(body), parse_path(path))
            except JsonPathError as error:
                problems.append(f"save {name}: {error}")
        return problems


def problems_of(expect: Expectation, outcome: Outcome, body: JsonObject, ms: float) -> list[str]:
    """Where a response is not what is expected, in words."""
    problems = []
    text = text_of(body)
    if outcome != expect.outcome:
        problems.append(f"outcome: expected {expect.outcome}, got {outcome}: {one_line(text, limit=_SHOWN)}")
    shown = one_line(text, limit=_SHOWN)
    problems += [f"text: {part!r} is not in {shown!r}" for part in expect.text if part not in text]
    if expect.matches and not re.search(expect.matches, text):
        problems.append(f"matches: {expect.matches} is not found in {one_line(text, limit=_SHOWN)!r}")
    for path, wanted in expect.json.items():
        try:
            found = value_at(content_of(body), parse_path(path))
        except JsonPathError as error:
            problems.append(f"json: {error}")
            continue
        if not same(found, wanted):
            parts = [one_line(format_json(each), limit=_SHOWN) for each in (found, wanted)]
            problems.append(f"json: {path} is {parts[0]}, expected {parts[1]}")
    if expect.max_ms is not None and ms > expect.max_ms:
        problems.append(f"max_ms: took {ms:.0f} ms, expected at most {expect.max_ms:g} ms")
    return problems
