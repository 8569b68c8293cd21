from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.server.known import Known


@pytest.mark.parametrize(("timeout", "patience"), [(5.0, 5.0), (120.0, 30.0)])
def test_the_gateway_itself_waits_no_longer_than_a_call_and_never_for_long(timeout: float, patience: float) -> None:
    assert Known(Server(name="s", command="x", timeout=timeout)).patience == patience


def test_what_the_process_before_printed_is_shown_until_the_next_one_prints() -> None:
    known = Known(Server(name="s", command="x"))
    outputs: list[list[str]] = [["out of cheese"], []]
    for output in outputs:
        process: Any = SimpleNamespace(printed=output, unreadable=3)
        known.started(process)
    assert list(known.printed) == ["out of cheese"]
    outputs[1].append("ready")
    assert list(known.printed) == ["ready"]
    assert (known.last_line, known.unreadable) == ("ready", 3)
