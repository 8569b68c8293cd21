from __future__ import annotations

import pytest

from mcptui.protocol.versions import HANDSHAKE_VERSIONS, negotiate_handshake


@pytest.mark.parametrize("version", HANDSHAKE_VERSIONS)
def test_a_known_version_is_answered(version: str) -> None:
    assert negotiate_handshake(version) == version


@pytest.mark.parametrize("version", ["2026-07-28", "1999-01-01", "", None, 5, ["2025-06-18"]])
def test_anything_else_gets_the_newest_handshake(version: object) -> None:
    assert negotiate_handshake(version) == "2025-11-25"
