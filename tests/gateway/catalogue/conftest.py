from __future__ import annotations

import pytest


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers are described but never started."""
    monkeypatch.setattr("mcptui.upstream.server.server.UpstreamServer.start", lambda _: None)
