"""The tree of subjects as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mcptui.access.subjects import Ref
from mcptui.services.access import Usage
from mcptui.tui.access.rows import subject_rows
from tests.support.scenes import data


def words(name: str, used: Usage, **changes: Any) -> tuple[str, str]:
    """State and tone of one key, changed."""
    key = replace(data.STATE.keys[name], **changes)
    state = replace(data.STATE, keys={**data.STATE.keys, name: key})
    rows = {row.key: row for row in subject_rows(state, (), data.NOW, used)}
    cell = rows[Ref("key", name).key].cells["state"]
    return cell.text, cell.tone


NOBODY = Usage({})


def test_unsaved_boxes_have_a_mark() -> None:
    name = next(iter(data.STATE.keys))
    ref = Ref("key", name)
    rows = {row.key: row.cells["name"].text for row in subject_rows(data.STATE, {ref}, data.NOW, NOBODY)}
    assert [text for key, text in rows.items() if text.endswith(" *")] == [rows[ref.key]]


def test_only_what_is_worth_a_look_is_said_of_a_key() -> None:
    name = next(iter(data.STATE.keys))
    plain: dict[str, Any] = {"enabled": True, "expires": None}
    assert words(name, NOBODY, **plain) == ("", "plain")
    assert words(name, NOBODY, **{**plain, "enabled": False})[0] == "disabled"
    assert words(name, NOBODY, **{**plain, "expires": data.NOW - timedelta(days=1)})[1] == "bad"
    soon, tone = words(name, NOBODY, **{**plain, "expires": data.NOW + timedelta(days=400)})
    assert (soon != "", tone) == (True, "muted")


def test_a_key_that_was_used_says_when_unless_there_is_something_to_look_at() -> None:
    name = next(iter(data.STATE.keys))
    used = Usage({name: data.NOW - timedelta(hours=3)})
    assert words(name, used, enabled=True, expires=None)[0].startswith("used ")
    assert words(name, used, enabled=False)[0] == "disabled"
