"""Whatever docs/security.md says is held has a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs/security.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_test_is_there(file: str, name: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^(?:async )?def {name}\b", text, re.MULTILINE)


def test_every_row_names_one() -> None:
    rows = [line for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    assert [row for row in rows if "`tests/" not in row and not row.startswith(("| attack", "| promise"))] == []
