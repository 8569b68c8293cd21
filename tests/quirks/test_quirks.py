"""The table of quirks: servers that deviate in one thing each, visited by the official clients and by the gateway.

A server that works with the official Python or TypeScript client works behind the gateway, and the gateway gives its
clients of both eras the same. A row is a :class:`tests.quirks.row.Row` in the ``ROWS`` of a module ``rows_….py`` beside
this one; modules are found by their name. To add one:

1. Give it a ``name`` that says what the server does, and say in ``over`` where that makes sense (``ALL``, ``HTTP``, …).
2. Say how it deviates: ``results`` for another result of a method, ``say`` for other bytes in place of a reply,
   ``heard`` for what a message does to the server, ``http`` around every HTTP request. A row that works over stdio
   stands in a module that imports nothing but the standard library.
3. Say in ``wanted`` what steps give, where that is not the normal result. Every client must get that. An official
   client that does not is named in ``fails``; a row that names one that copes fails too.

The number of tools that run is counted at the server: nothing runs twice.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.quirks.row import Over, Row, Sdk
from tests.quirks.typescript import TypeScriptClient, typescript_client
from tests.quirks.visit import Standing, directly, is_as_wanted, standing, through_gateway
from tests.support.leftovers import collect_leftovers, leftovers_collected

MODULES = sorted(f"tests.quirks.{file.stem}" for file in Path(__file__).parent.glob("rows_*.py"))
CELLS = [
    pytest.param(module, row, over, id=f"{row.name}-{over}")
    for module in MODULES
    for row in importlib.import_module(module).ROWS
    for over in row.over
]
every_cell = pytest.mark.parametrize(("module", "row", "over"), CELLS)


@pytest.fixture(scope="module")
def typescript() -> Iterator[TypeScriptClient]:
    with typescript_client() as client:
        yield client
    collect_leftovers()  # connections that it opened while the server of a row was ending


# What a client of another maker does with the rows; the rows themselves are visited through the gateway every time.
@pytest.mark.soak
@every_cell
async def test_the_python_client(module: str, row: Row, over: Over, tmp_path: Path) -> None:
    async with standing(module, row, over, tmp_path / "ran") as server:
        judge("python", row, server, await directly(server, row))


@pytest.mark.npm
@every_cell
async def test_the_typescript_client(
    module: str, row: Row, over: Over, tmp_path: Path, typescript: TypeScriptClient
) -> None:
    with leftovers_collected():
        async with standing(module, row, over, tmp_path / "ran") as server:
            judge("typescript", row, server, await typescript.visit(server, row))


@every_cell
@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"], ids=["stateless", "handshake"])
async def test_the_gateway(
    module: str, row: Row, over: Over, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long one row's server leaves a notification unread.
    monkeypatch.setattr("mcptui.upstream.dispatcher.TAKEN", 1.0)
    async with standing(module, row, over, tmp_path / "ran") as server:
        got = await through_gateway(server, row, mode)
        assert is_as_wanted(got, row.outcomes), got
        assert server.runs == row.expected_runs


def judge(sdk: Sdk, row: Row, server: Standing, got: list[object]) -> None:
    """Compare with what the row says of an official client."""
    copes = is_as_wanted(got, row.outcomes)
    assert copes != (sdk in row.fails), got
    if copes:
        assert server.runs == row.expected_runs
