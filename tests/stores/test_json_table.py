from __future__ import annotations

import json
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.stores.json_table import JsonTable


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    number: int
    note: str | None = None
    principal: str = "key:a"


def table(path: Path | None, most: int = 4) -> JsonTable[str, Row]:
    return JsonTable(path, Row, lambda row: row.id, most)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(-5, 5)), max_size=30))
async def test_a_file_that_is_opened_again_equals_memory(changes: list[tuple[str, int | None]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "rows.json"
        memory, on_disk = table(None), table(file)
        for id_, number in changes:
            for each in (memory, on_disk):
                if number is None:
                    each.remove(id_)
                else:
                    each.put(Row(id_, number))
        await on_disk.close()
        again = table(file)
        assert [again.get(id_) for id_ in "abcdef"] == [memory.get(id_) for id_ in "abcdef"]


@pytest.mark.parametrize("content", ["", "{", "\ud800", "{}", "3", '[["a"], ["b", 1, 2], 5, ["c", "1", null]]'])
async def test_what_is_no_row_is_passed_over(tmp_path: Path, content: str) -> None:
    file = tmp_path / "rows.json"
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    opened = table(file)
    assert [opened.get(id_) for id_ in "abc"] == [None] * 3
    opened.put(Row("a", 1))
    await opened.close()
    assert json.loads(file.read_bytes()) == [["a", 1, None, "key:a"]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_rows_beside_a_damaged_one_stay(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text('[["a", 1, "x", "key:a"], ["b"], ["c", 2, null, "key:a"]]', encoding="utf-8")
    opened = table(file)
    assert (opened.get("a"), opened.get("b"), opened.get("c")) == (Row("a", 1, "x"), None, Row("c", 2))


def test_a_damaged_file_is_moved_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "rows.json"
    file.write_text("{", encoding="utf-8")
    table(file)
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("rows.json.damaged-")
    assert aside.read_text(encoding="utf-8") == "{"
    assert "moved aside" in caplog.text


def test_nobodys_rows_go_for_those_of_another() -> None:
    full = table(None)
    full.put(Row("mine", 0, principal="key:mine"))
    for number in range(50):
        full.put(Row(f"flood{number}", number, principal="key:flood"))
    full.put(Row("other", 0, principal="key:other"))
    kept = [name for name in ("mine", "flood47", "flood48", "flood49", "other") if full.get(name) is not None]
    assert kept == ["mine", "flood48", "flood49", "other"]
