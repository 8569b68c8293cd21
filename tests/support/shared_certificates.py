"""The certificates of the system, read once for all tests."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

import httpcore2

_new_context = httpcore2.default_ssl_context

#: By the variables that it depends on: reading all certificates takes 50 ms.
_CONTEXTS: Final[dict[tuple[str | None, ...], ssl.SSLContext]] = {}


@contextmanager
def shared_certificates() -> Iterator[None]:
    """HTTP clients of tests read the certificates of the system once."""
    with mock.patch.object(httpcore2, "default_ssl_context", _shared_context):
        yield


def _shared_context(*, _trust_env: bool = True) -> ssl.SSLContext:
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR") if _trust_env else ()
    depends_on = tuple(os.environ.get(name) for name in names)
    if depends_on not in _CONTEXTS:
        _CONTEXTS[depends_on] = _new_context(_trust_env=_trust_env)
    return _CONTEXTS[depends_on]
