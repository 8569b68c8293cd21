"""The matrix: marks agree with the decision."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcptui.access import Ref, decide
from mcptui.access.matrix import Mark, Matrix
from mcptui.model import Key, Server
from tests.support.access_states import STATE, access_state


def row(kind: str, name: str) -> list[tuple[Mark, bool]]:
    matrix = Matrix(STATE)
    cells = [matrix.cell(Ref.parse(f"{kind}:{name}"), server) for server in matrix.servers]
    return [(cell.mark, cell.partly) for cell in cells]


def test_marks() -> None:
    yes, above, some = (Mark.ALLOWED, False), (Mark.ABOVE, False), (Mark.PARTLY, True)
    denied, none = (Mark.DENIED, False), (Mark.NONE, False)
    assert row("org", "acme") == [above, above, above, none], "by *"
    assert row("team", "data") == [some, yes, above, none]
    assert row("key", "ci") == [some, above, above, none]
    assert row("team", "ops") == [denied, above, above, none]
    assert row("key", "bot") == [denied, yes, above, none]
    assert row("key", "new")[:2] == [none] * 2
    assert row("key", "gone")[:2] == [denied] * 2
    assert row("key", "unknown")[0] == denied


def test_the_tree_is_in_order() -> None:
    assert [(str(ref), place) for ref, place in Matrix(STATE).tree][:3] == [
        ("org acme", ()),
        ("team data", (False,)),
        ("key ci", (False, True)),
    ]


@given(st.integers(0, 10_000))
def test_marks_agree_with_the_decision(seed: int) -> None:
    servers = {name: Server(name=name, url="http://x") for name in ("a", "b", "c")}
    state = access_state(seed, servers, Key(name="k", hash=""))
    matrix = Matrix(state)
    for ref in matrix.refs:
        access = decide(state, ref)
        for server in matrix.servers:
            cell = matrix.cell(ref, server)
            assert cell.mark is matrix.mark(ref, server)
            assert (cell.mark not in {Mark.DENIED, Mark.NONE}) is access.allows_server(server) is cell.decision.allowed
            assert cell.decision == access.server(server)
            assert cell is matrix.cell(ref, server), "computed once"
