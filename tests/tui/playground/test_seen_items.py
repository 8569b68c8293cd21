"""What a key sees, as rows."""

from __future__ import annotations

import pytest

from mcptui.model.runtime import Listed
from mcptui.tui.playground.seen_items import NOT_RUNNING, SeenItems

LISTED = Listed(
    tools=[{"name": "files__read", "title": "Read", "description": "a file"}, {"title": "without a name"}],
    prompts=[{"name": "files__read"}],
    resources=[{"uri": "file:///a"}],
    templates=[{"uriTemplate": "file:///{path}"}],
)


def test_every_tab_has_its_rows_and_one_name_may_stand_in_two() -> None:
    seen = SeenItems.of(LISTED, None)
    rows = {tab: [row.key for row in rows] for tab, rows in seen.rows.items()}
    assert rows == {
        "tools": ["tools:files__read"],
        "prompts": ["prompts:files__read"],
        "resources": ["resources:file:///a", "resources:file:///{path}"],
    }
    assert {tab: [seen.get(key) is not None for key in keys] for tab, keys in rows.items()} == {
        "tools": [True],
        "prompts": [True],
        "resources": [True, True],
    }


def test_the_filter_finds_title_and_description_too() -> None:
    (row,) = SeenItems.of(LISTED, None).rows["tools"]
    assert row.search == "Read a file"


@pytest.mark.parametrize("key", [None, "tools:nothing", ""])
def test_what_is_not_there_is_none(key: str | None) -> None:
    assert SeenItems.of(LISTED, None).get(key) is None


def test_an_empty_list_says_why() -> None:
    assert SeenItems().empty is NOT_RUNNING
    assert "No server is ready" in SeenItems.of(Listed(), None).empty.plain
    assert "The key cursor sees none" in SeenItems.of(Listed(), "cursor").empty.plain
    assert "\x1b" not in SeenItems.of(Listed(), "a\x1b[31m").empty.plain
