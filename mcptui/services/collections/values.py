"""What a collection holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json
from mcptui.services.one_call import Outcome

Kind: TypeAlias = Literal["tool", "prompt", "resource"]

METHODS: Final[Mapping[Kind, str]] = {"tool": "tools/call", "prompt": "prompts/get", "resource": "resources/read"}


class CollectionError(McptuiError):
    """A collection cannot be read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the response of a call has to be.

    Attributes:
        outcome: how the call ends.
        text: each of these is contained in the text of the response.
        matches: a regular expression that is found in the text of the response.
        json: values by their JSON path in the structured content, else in the text as JSON.
        schema: whether the structured content has to be valid by the output schema of the tool.
        max_ms: how long the call may take, milliseconds; None for any time.
    """

    outcome: Outcome = "ok"
    text: tuple[str, ...] = ()
    matches: str = ""
    json: Mapping[str, Json] = field(default_factory=dict)
    schema: bool = True
    max_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCall:
    """One call of a collection.

    Attributes:
        name: unique in the collection.
        kind: what is called.
        target: its name, or the URI of a resource.
        arguments: may hold ``{{variables}}``.
        key: the key that makes the call; None for that of the collection.
        expect: what the response has to be.
        save: variables for the calls that follow, by the JSON path of their value in the response.
    """

    name: str
    kind: Kind
    target: str
    arguments: Json = field(default_factory=dict)
    key: str | None = None
    expect: Expectation = Expectation()
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """The content of one file; without a key its calls are those of the owner."""

    name: str
    key: str | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)
    calls: tuple[SavedCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """How one call ended; without problems it passed. ``key`` is the key that made it, None for the owner."""

    name: str
    target: str
    key: str | None
    ms: float
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the response was as expected."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the calls of one collection ended."""

    collection: str
    file: str
    calls: tuple[CallReport, ...]

    @property
    def failed(self) -> int:
        """How many calls did not pass."""
        return sum(not call.passed for call in self.calls)
