"""Bulk changes, usage and what deserves a look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcptui.access import Ref, decide
from mcptui.access.denial import denial
from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Server, Team
from mcptui.model.runtime import CallRecord
from mcptui.services.access import Usage, apply_draft, find_ref, findings, grant, grant_missing, revoke, usage
from mcptui.services.keys import create_key
from mcptui.services.servers import add_server
from mcptui.services.subjects import create_subject
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    for name in ("one", "two", "three"):
        add_server(ws, Server(name=name, url=f"https://{name}.example/mcp"))
    create_subject(ws, Team(name="data", servers=("one",)))
    create_key(ws, "laptop", team="data")
    create_key(ws, "ci", servers=("two",))
    return ws


def test_a_bulk_grant_is_one_change_that_one_undo_takes_back(filled: Workspace) -> None:
    before = filled.load().state
    change = grant(filled, [Ref("team", "data"), Ref("key", "ci")], ["three", "one"])
    after = filled.load().state
    assert after.teams["data"].servers == ("one", "three")
    assert after.keys["ci"].servers == ("two", "three", "one")
    assert decide(after, "laptop").servers == ("one", "three")
    assert change.summary == "three, one granted to 2 subjects"
    filled.undo(change)
    assert filled.load().state == before


def test_revoking_reaches_what_is_inherited(filled: Workspace) -> None:
    change = revoke(filled, [Ref("key", "laptop")], ["one"])
    assert filled.load().state.keys["laptop"].servers == ("!one",)
    assert change.summary == "one revoked from key laptop"


def test_names_that_lead_nowhere_are_refused_and_nothing_is_saved(filled: Workspace) -> None:
    before = filled.load().revision
    for refs, servers in (([Ref("key", "nobody")], ["one"]), ([Ref("key", "ci")], ["one", "@group"])):
        with pytest.raises(NotFoundError):
            grant(filled, refs, servers)
    with pytest.raises(NotFoundError):
        apply_draft(filled, {Ref("team", "data"): Team(name="data", servers=("nowhere",))})
    with pytest.raises(RefusedError):
        apply_draft(filled, {Ref("team", "data"): Team(name="data")}, expected="another revision")
    assert filled.load().revision == before


def test_subjects_are_found_by_name_or_by_kind_and_name(filled: Workspace) -> None:
    state = filled.load().state
    assert find_ref(state, "data") == Ref("team", "data")
    assert find_ref(state, "key:ci") == Ref("key", "ci")
    with pytest.raises(NotFoundError) as missing:
        find_ref(state, "latop")
    assert missing.value.hint == 'Did you mean "laptop"?'
    with pytest.raises(NotFoundError):
        find_ref(state, "team:laptop")
    create_subject(filled, Team(name="ci"))
    with pytest.raises(NotFoundError) as several:
        find_ref(filled.load().state, "ci")
    assert several.value.hint == "Specify team:ci or key:ci."


async def test_usage_comes_from_the_call_log(tmp_path: Path) -> None:
    gateway = FakeGateway(running=STATUS, history=tmp_path / "h.db")
    assert await usage(gateway) == Usage()
    at = NOW.timestamp()
    await gateway.record(
        [
            CallRecord(id=1, at=at - 60, key="ci", method="tools/list"),
            CallRecord(id=2, at=at, key="ci", method="tools/call", server="two"),
            CallRecord(id=3, at=at - 5, key="ci", method="tools/call", server="two"),
        ]
    )
    used = await usage(gateway)
    assert used is not None
    assert used.last_used == {"ci": NOW}
    assert used.calls == {"ci": 3}
    assert used.by_server == {("ci", "two"): (2, NOW)}


async def test_nobody_tells_usage_while_the_gateway_does_not_run() -> None:
    assert await usage(FakeGateway()) is None


def test_what_deserves_a_look(filled: Workspace) -> None:
    state = filled.load().state
    used = Usage()
    assert [found.message for found in findings(state, used, datetime.now(UTC))] == [
        "no key has access to server three"
    ]
    late = datetime.now(UTC) + timedelta(days=40)
    assert [found.kind for found in findings(state, used, late)] == ["unused_key", "unused_key", "unreachable_server"]
    assert [found.kind for found in findings(state, None, late)] == ["unreachable_server"], "nobody knows what was used"


def test_a_refused_call_leads_to_what_it_lacked(filled: Workspace) -> None:
    state = filled.load().state
    refused = denial(decide(state, "laptop"), "tool", "two", "read")
    assert refused is not None
    call = CallRecord(id=1, at=0, key="laptop", method="tools/call", outcome="denied", denied=asdict(refused))
    lacked = grant_missing(state, call)
    assert lacked is not None
    assert lacked.draft is not None
    assert lacked.words == "grant two/read to team data"
    apply_draft(filled, lacked.draft)
    after = decide(filled.load().state, "laptop")
    assert after.allows_tool("two", "read")
    assert not after.allows_tool("two", "write")
    assert grant_missing(state, CallRecord(id=1, at=0, key="laptop", method="tools/call")) is None
