from __future__ import annotations

from pathlib import Path

from mcptui.state.errors import StateError

FILE = Path("/home/somebody/mcptui.toml")


def test_an_error_says_where() -> None:
    error = StateError("must be text", file=FILE, line=12, key="servers.x.url", hint="Write it in quotes.")
    assert str(error) == "mcptui.toml:12: servers.x.url: must be text"
    assert (error.reason, error.file, error.line, error.key) == ("must be text", FILE, 12, "servers.x.url")
    assert error.hint == "Write it in quotes."


def test_what_is_not_known_is_left_out() -> None:
    assert str(StateError("is locked", file=FILE)) == "mcptui.toml: is locked"
    assert str(StateError("is odd", key="keys.k")) == "keys.k: is odd"
    assert str(StateError("is odd")) == "is odd"
    assert str(StateError("is odd", line=3)) == "is odd"
