"""What things may be called."""

from __future__ import annotations

import pytest

from mcptui.model.names import RESERVED_SERVER_NAMES, affix, server_name_problem, subject_name_problem


@pytest.mark.parametrize("name", ["a", "0", "git-hub_2", "a" * 32])
def test_names_of_servers(name: str) -> None:
    assert server_name_problem(name) is None


@pytest.mark.parametrize("name", ["", "A", "-a", "_a", "a.b", "a" * 33, "a b", "a\n", "ä"])
def test_what_no_server_may_be_called(name: str) -> None:
    assert "must be 1 to 32" in (server_name_problem(name) or "")


@pytest.mark.parametrize("name", sorted(RESERVED_SERVER_NAMES))
def test_paths_of_the_gateway_are_no_names_of_servers(name: str) -> None:
    assert "path of the gateway" in (server_name_problem(name) or "")


@pytest.mark.parametrize("name", ["a", "A.b_c@d-e", "0" * 64, "mcp"])
def test_names_of_subjects(name: str) -> None:
    assert subject_name_problem(name) is None


@pytest.mark.parametrize("name", ["", ".a", "@a", "a" * 65, "a b", "a/b", "a\n"])
def test_what_no_subject_may_be_called(name: str) -> None:
    assert "must be 1 to 64" in (subject_name_problem(name) or "")


def test_an_affix_has_characters_that_tool_names_have() -> None:
    said = affix(0, 3)
    assert all(said["pattern"].fullmatch(text) for text in ("", "a_1", ".-A"))
    assert not any(said["pattern"].fullmatch(text) for text in ("abcd", "a b", "é"))
    assert said["wanted"] == "0 to 3 of letters, digits, _ . and -"
