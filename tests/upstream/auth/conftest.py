from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from mcptui.model import Auth, Server
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.auth.authenticator import Authenticator, SignIn
from mcptui.upstream.auth.registry import authenticator
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.session import OAuthSessions
from tests.support.kept_secrets import KeptSecrets

URL: Final = "https://s.example/mcp"


@pytest.fixture
def kept() -> KeptSecrets:
    return KeptSecrets()


@pytest.fixture
def sign_in(kept: KeptSecrets) -> Callable[..., Authenticator[Any]]:
    """The authenticator of a server with this kind of auth, as ``account``; ``<x>`` stands for a reference to x."""

    async def resolve(text: str) -> str:
        return text.replace("<", "resolved-").replace(">", "")

    sessions = OAuthSessions(kept, resolve, MemoryLocks(), Networks({}))

    def make(auth: Auth, account: str | None = None) -> Authenticator[Any]:
        server = Server(name="s", url=URL, auth=auth)
        return authenticator(SignIn(server, URL, auth, account, resolve, sessions))

    return make
