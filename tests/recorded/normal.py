"""Exchanges as they are kept: what differs from run to run replaced by names, in order of first appearance."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from tests.recorded.raw import Headers, Reply, Request

#: Longer bodies are kept as their beginning, length and digest, characters.
LONGEST: Final = 12_000
#: Still longer ones are echoes, with nothing in them to be replaced, characters.
LARGEST: Final = 190_000

#: Values that are made at random: what they are → where they stand; the group is the value.
_RANDOM: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    "session": (
        re.compile(r"^mcp-session-id: ([\w-]{32})$", re.MULTILINE),
        re.compile(r"session_id=([\w-]{32})"),
    ),
    "sealed": (
        re.compile(r'"(?:requestState|nextCursor)":"([\w=-]{60,})"'),
        re.compile(r'\\"requestState\\":\\"([\w=-]{60,})\\"'),
    ),
    "uuid": (re.compile(r"\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"),),
    "id": (re.compile(r"\b((?:req|resp|msg|fc|rs|mcp|mcpl|mcpr|chatcmpl|call|item|ctc)[_-][0-9a-f]{16,64})\b"),),
    "log": (re.compile(r"\b(?:request|log|id) ([0-9a-f]{12})\b"),),
    "login": (re.compile(r'"type":"(?:open|paste)","value":\{"id":"([\w-]{16})"'),),
}
#: Moments, lengths of time and process numbers, which have no identity.
_NUMBERS: Final = (
    (
        re.compile(
            r'"(at|since|started|failed_at|expires|ms|upstream_ms|before_ms'
            r'|connect_ms|latency_ms|seconds|pid)":(?!0[,}])(\d+(?:\.\d+)?(?:e-?\d+)?)(?=[,}\]])'
        ),
        r'"\1":<number>',
    ),
    (re.compile(r'"(max_ms|p99_ms)":\d+(?:\.\d+)?(?:e-?\d+)?(?=[,}])'), r'"\1":<number>'),
    (re.compile(r'("records?_id"|"id"):(1[5-9]\d{11})\b'), r"\1:<record>"),
    (re.compile(r'"(created|created_at|completed_at)":\d{9,}'), r'"\1":<number>'),
    (re.compile(r"\bsince=1[5-9]\d{11}\b"), "since=<record>"),
    (re.compile(r'"instance_id":"[0-9a-f]{32}"'), '"instance_id":"instance"'),
    (re.compile(r"\bin \d+ s\b"), "in <n> s"),
    (re.compile(r"\bsince \d\d:\d\d:\d\d\b"), "since <time>"),
    (re.compile(r"\bpid \d+\b"), "pid <n>"),
)


class Normaliser:
    """The names of one scenario."""

    def __init__(self, ports: Mapping[int, str], version: str) -> None:
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._ports = ports
        self._version = version

    def text(self, value: str) -> str:
        """``value`` with names in place of what differs."""
        for kind, patterns in _RANDOM.items():
            for pattern in patterns:
                for found in pattern.findall(value):
                    self._name(kind, found)
        for raw, name in self._names.items():
            value = value.replace(raw, name)
        for port, owner in self._ports.items():
            value = value.replace(f":{port}", f":<{owner}>")
        for pattern, replacement in _NUMBERS:
            value = pattern.sub(replacement, value)
        return value.replace(f'"version":"{self._version}"', '"version":"<version>"')

    def _name(self, kind: str, raw: str) -> None:
        if raw not in self._names:
            self._counts[kind] += 1
            self._names[raw] = f"<{kind}-{self._counts[kind]}>"

    def request(self, request: Request) -> dict[str, Any]:
        """A request as it is kept."""
        kept: dict[str, Any] = {"line": self.text(f"{request.method} {request.path}")}
        kept["headers"] = self._headers(request.headers, ())
        if request.body is not None:
            kept["body"] = self._body(request.body)
        return kept

    def reply(self, reply: Reply) -> dict[str, Any]:
        """An answer as it is kept."""
        kept: dict[str, Any] = {"status": reply.status}
        body = self._body(reply.body)
        length = reply.header("content-length")
        is_right = length == str(len(reply.body)) and _same(body, reply.body)
        kept["headers"] = self._headers(reply.headers, () if is_right or not reply.ended else ("content-length",))
        if length and reply.ended and length != str(len(reply.body)):
            kept["length"] = f"{length} announced, {len(reply.body)} sent"
        kept["body"] = body
        if not reply.ended:
            kept["ended"] = False
        return kept

    def _headers(self, headers: Headers, without: tuple[str, ...]) -> list[str]:
        lines = [f"{name}: <length>" if name in without else f"{name}: {value}" for name, value in headers]
        lines = [self.text(line) for line in lines]
        lines = [re.sub(r"^retry-after: (?!1$)\d+$", "retry-after: <n>", line) for line in lines]
        return [_sorted(line) if line.startswith("allow: ") else line for line in lines]

    def _body(self, body: bytes) -> Any:
        """Text; the events of a stream one by one; a long one as a digest."""
        text = body.decode("utf-8", "backslashreplace")
        text = text if len(text) > LARGEST else self.text(text)
        if len(text) > LONGEST:
            digest = hashlib.sha256(text.encode()).hexdigest()
            return {"begins": text[:300], "ends": text[-100:], "length": len(text), "sha256": digest}
        separator = "\n\n" if text.startswith(("event: ", "data: ", "id: ", ": ", "retry: ")) else "\n"
        parts = text.split(separator)
        return parts if len(parts) > 1 else text


def _sorted(line: str) -> str:
    """A header whose values are a set."""
    name, _, values = line.partition(": ")
    return f"{name}: {', '.join(sorted(values.split(', ')))}"


def _same(kept: Any, body: bytes) -> bool:
    """Whether nothing was replaced: then the announced length says something."""
    if isinstance(kept, dict):
        return bool(kept["length"] == len(body.decode("utf-8", "backslashreplace")))
    if isinstance(kept, list):
        return "\n\n".join(kept).encode() == body or "\n".join(kept).encode() == body
    return bool(kept.encode() == body)
