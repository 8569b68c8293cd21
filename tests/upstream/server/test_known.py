from __future__ import annotations

import pytest

from mcptui.model import Server
from mcptui.upstream.server.known import Known


@pytest.mark.parametrize(("timeout", "patience"), [(5.0, 5.0), (120.0, 30.0)])
def test_the_gateway_itself_waits_no_longer_than_a_call_and_never_for_long(timeout: float, patience: float) -> None:
    assert Known(Server(name="s", command="x", timeout=timeout)).patience == patience
