from __future__ import annotations

import pytest

from mcptui.upstream.wire.errors import (
    BadProxyError,
    BrokenError,
    ConnectError,
    ProxyError,
    TlsError,
    TlsSettingError,
    TooLargeError,
)
from mcptui.upstream.wire.proxies import Proxy

PROXY = Proxy.parse("http://me:canary@p:1", "proxy")


@pytest.mark.parametrize(
    ("error", "was_sent"),
    [
        (BadProxyError("proxy", "why"), False),
        (ProxyError(PROXY, "why", 407), False),
        (TlsError("why"), False),
        (TlsSettingError("ca_file", "why", "what to do"), False),
        (BrokenError("why"), True),
        (TooLargeError("why"), True),
    ],
)
def test_what_failed_before_anything_was_sent(error: Exception, was_sent: bool) -> None:
    assert isinstance(error, ConnectError) is not was_sent
    assert str(error) == "why"
    assert "canary" not in repr(vars(error))
