"""Secrets in the command line of a server."""

from __future__ import annotations

import pytest

from mcptui.secrets.arguments import secrets_in_arguments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", 0),
        ("${secret:server/s/token}", 1),
        ("--token=${secret:a}", 1),
        ("postgres://u:${secret:a}@h/${env:DB_PASSWORD}", 2),
        ("${file:/run/secrets/token}", 1),
        ("${env:API_TOKEN}", 1),
        ("${env:API_TOKEN:-none}", 1),
        ("${env:HOME}/data", 0),
        ("${env:PORT:-80}", 0),
        # What a program replaces by itself.
        ("${API_TOKEN}", 0),
        ("Authorization:${AUTH}", 0),
    ],
)
def test_what_is_a_secret(text: str, found: int) -> None:
    assert len(secrets_in_arguments(["x", text])) == found
