"""The bytes of a notice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mcptui.model.settings import Notices
from mcptui.tui.shell.terminal_notice import notice_sequence


@pytest.mark.parametrize(
    ("how", "environment", "sequence"),
    [
        ("off", {}, ""),
        ("bell", {}, "\a"),
        ("terminal", {"TERM": "xterm-kitty"}, "\x1b]9;mcptui: Server git is unreachable\x1b\\"),
        ("terminal", {"TERM": "foot"}, "\x1b]777;notify;mcptui;Server git is unreachable\x1b\\"),
        ("terminal", {"VTE_VERSION": "7600"}, "\x1b]777;notify;mcptui;Server git is unreachable\x1b\\"),
        (
            "terminal",
            {"TMUX": "/tmp/x"},
            "\x1bPtmux;\x1b\x1b]9;mcptui: Server git is unreachable\x1b\x1b\\\x1b\\",
        ),
    ],
)
def test_what_terminals_understand(how: Notices, environment: Mapping[str, str], sequence: str) -> None:
    assert notice_sequence("Server git is unreachable", how, environment) == sequence


def test_names_of_strangers_end_no_sequence() -> None:
    written = notice_sequence("a\x1b\\\x07\x9cb\nc" + "x" * 500, "terminal", {})
    body = written.removeprefix("\x1b]9;mcptui: ").removesuffix("\x1b\\")
    assert body.startswith("a\\u001b\\\\u0007\\u009cb c")
    assert body.isprintable()
    assert body.endswith("…")
