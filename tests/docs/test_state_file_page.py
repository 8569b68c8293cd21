"""The page about the state file lists every setting as the model declares it."""

from __future__ import annotations

import re

from tests.support.settings_page import CLASSES, PAGE, written


def test_the_tables_are_those_of_the_model() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run: python -m tests.support.settings_page"
    assert re.findall(r"<!-- settings: (\w+) -->", page) == list(CLASSES)
