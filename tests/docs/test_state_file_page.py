"""The page about the state file lists every setting as the model declares it."""

from __future__ import annotations

import re

from mcptui.model.names import RESERVED_SERVER_NAMES
from tests.support.settings_page import CLASSES, PAGE, written


def test_the_names_that_no_server_may_have_are_those_that_are_reserved() -> None:
    (names,) = re.findall(r"none of the gateway's own paths \((.*?)\)", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert sorted(re.findall(r"`(\w+)`", names)) == sorted(RESERVED_SERVER_NAMES)


def test_the_tables_are_those_of_the_model() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run: python -m tests.support.settings_page"
    assert re.findall(r"<!-- settings: (\w+) -->", page) == list(CLASSES)
