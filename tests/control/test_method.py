from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from mcptui.control.method import Declared, Method, get, methods_of, post
from mcptui.errors import McptuiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    size: int = 0


class Example(Declared):
    @get("/things")
    async def find(self, words: str | None, limit: int = 5, *, exact: bool = False) -> list[Thing]:
        raise AssertionError

    @post("/things/{name}/size", result="size")
    async def resize(self, name: str, by: float) -> int:
        raise AssertionError

    @post("/things", body="thing")
    async def add(self, thing: Thing) -> None:
        raise AssertionError

    @post("/follow")
    def follow(self, id_: str) -> AsyncGenerator[Thing, None]:
        raise AssertionError


class Echo(Example):
    """Answers with what it was called with."""

    async def request(self, method: Method, arguments: dict[str, Any]) -> Any:
        return method.name, arguments


class OneHandler(Example):
    async def resize(self, name: str, by: float) -> int:
        return len(name)


METHODS = {method.name: method for method in methods_of(Example)}


async def test_a_call_becomes_a_method_and_its_arguments() -> None:
    assert await Echo().find("a", exact=True) == ("find", {"words": "a", "limit": 5, "exact": True})  # type: ignore[comparison-overlap]
    with pytest.raises(TypeError):
        await Echo().find()  # type: ignore[call-arg]


async def test_a_method_that_nobody_wrote_fails_clearly() -> None:
    assert await OneHandler().resize("abc", 1.0) == 3
    with pytest.raises(NotImplementedError, match="OneHandler has no add"):
        await OneHandler().add(Thing(name="x"))
    with pytest.raises(NotImplementedError, match="OneHandler has no follow"):
        OneHandler().follow("x")


def test_the_table() -> None:
    table = [(method.name, method.verb, method.path, method.is_stream, method.returns) for method in METHODS.values()]
    assert table == [
        ("find", "GET", "/things", False, list[Thing]),
        ("resize", "POST", "/things/{name}/size", False, int),
        ("add", "POST", "/things", False, type(None)),
        ("follow", "POST", "/follow", True, Thing),
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "path", "query", "body"),
    [
        ("find", {"words": "a b", "limit": 5, "exact": True}, "/things",
         {"words": "a b", "limit": "5", "exact": "1"}, {}),
        ("find", {"words": None, "limit": 1, "exact": False}, "/things", {"limit": "1", "exact": "0"}, {}),
        ("resize", {"name": "a/b ?", "by": 1.5}, "/things/a%2Fb%20%3F/size", {}, {"by": 1.5}),
        ("add", {"thing": Thing(name="x", size=2)}, "/things", {}, {"name": "x", "size": 2}),
        ("follow", {"id_": "7"}, "/follow", {}, {"id": "7"}),
    ],
)  # fmt: skip
def test_arguments_cross_the_wire(
    name: str, arguments: dict[str, Any], path: str, query: dict[str, str], body: dict[str, Any]
) -> None:
    method = METHODS[name]
    sent = method.sent(arguments)
    assert (sent.path, sent.query, sent.body or {}) == (path, query, body)
    in_path = {"name": arguments["name"]} if name == "resize" else {}
    assert method.read(in_path, sent.query, sent.body) == arguments


@pytest.mark.parametrize(
    ("name", "result", "answer"),
    [
        ("find", [Thing(name="x")], {"result": [{"name": "x", "size": 0}]}),
        ("resize", 3, {"size": 3}),
        ("follow", Thing(name="x", size=1), {"name": "x", "size": 1}),
    ],
)
def test_results_cross_the_wire(name: str, result: Any, answer: Any) -> None:
    assert METHODS[name].answer_of(result) == answer
    assert METHODS[name].result_of(answer) == result


@pytest.mark.parametrize(
    ("name", "query", "body", "message"),
    [
        ("follow", {}, {}, "follow: id is missing"),
        ("follow", {}, [1], "follow"),
        ("find", {"limit": "many"}, None, "find"),
        ("add", {}, {"size": 1}, "name"),
    ],
)
def test_arguments_that_nobody_can_use(name: str, query: dict[str, str], body: Any, message: str) -> None:
    with pytest.raises(McptuiError, match=message):
        METHODS[name].read({}, query, body)


def test_arguments_that_are_not_known_are_ignored() -> None:
    assert METHODS["follow"].read({}, {"new": "1"}, {"id": "7", "newer": 2}) == {"id_": "7"}
