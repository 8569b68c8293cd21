from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.model import Server, State
from mcptui.model.runtime import ServerStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.rows import server_rows, users_text
from mcptui.tui.servers.users import Users
from mcptui.tui.widgets.matching import Query
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


def test_rows_are_in_the_order_of_the_file() -> None:
    rows = server_rows(data.STATE, RUNNING, Users(data.STATE).by_server)
    assert [row.key for row in rows] == [server.name for server in data.SERVERS]
    assert [row.cells["on"].text for row in rows] == ["[x]"] * 5 + ["[ ]"]


def test_only_enabled_keys_that_may_use_a_server_count() -> None:
    keys = Users(data.STATE).by_server
    assert keys["deepwiki"] == ["cursor-laptop"]
    assert keys["github"] == ["ci"]
    assert "warehouse" not in keys


@pytest.mark.parametrize(
    ("keys", "text"), [([], "unused"), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "3 keys")]
)
def test_keys_are_named_while_they_are_few(keys: list[str], text: str) -> None:
    assert users_text(keys) == text


def test_the_filter_looks_at_urls_and_descriptions_too() -> None:
    row = server_rows(data.STATE, RUNNING, {})[0].searchable()
    assert Query("repositories https").select([row])
    assert not Query("repositories github").select([row])


def test_what_a_server_that_is_starting_printed_last_stands_in_its_row() -> None:
    starting = ServerStatus(name="files", state="starting", since=1000.0, reason="added 12\tpackages")
    rows = server_rows(data.STATE, GatewayView("running", replace(data.STATUS, servers=(starting,))), {}, 1034.0)
    (row,) = [row for row in rows if row.key == "files"]
    assert (row.cells["state"].text, row.cells["keys"].text) == ("◐ starting 34s", "added 12 packages")


def test_the_age_of_the_last_failure_stands_in_the_row() -> None:
    status = replace(data.STATUS, servers=(ServerStatus(name="deepwiki", state="ready", since=0.0, failed_at=1000.0),))
    rows = server_rows(data.STATE, GatewayView("running", status), {}, 1000.0 + 3 * 3600 + 5, order="last failure")
    assert rows[0].key == "deepwiki"
    assert [row.cells["failed"].text for row in rows[:2]] == ["3 h", ""]


def test_a_certificate_that_is_not_checked_stays_in_sight() -> None:
    server = Server(name="s", url="https://h/mcp", environment="prod", verify_tls=False)
    (row,) = server_rows(State(servers={"s": server}), RUNNING, {})
    assert row.cells["name"].text == "s [prod] [TLS not verified]"
    assert row.cells["name"].tone == "warn"
