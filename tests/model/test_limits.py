from __future__ import annotations

import re
from pathlib import Path

import pytest

from mcptui.model.limits import Limits
from mcptui.model.setting import settings_of

PAGE = Path(__file__).parents[2] / "docs/limits.md"


@pytest.mark.parametrize("name", settings_of(Limits))
def test_the_page_says_what_happens_beyond_it(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.+?) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert row is not None
    default = settings_of(Limits)[name].default
    said = {f"{default:,}", f"{default:g} s", f"{default / 2**20:g} MB"}
    assert any(row[1].startswith(each) for each in said), (row[1], said)
