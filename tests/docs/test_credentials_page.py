"""The page about credentials has every kind of auth, with what is sent for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from mcptui.model import Server
from mcptui.model.setting import settings_of
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.auth.authenticator import SignIn
from mcptui.upstream.auth.registry import authenticator
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.session import OAuthSessions
from tests.support.kept_secrets import KeptSecrets, unresolved

PAGE: Final = (Path(__file__).parents[2] / "docs" / "credentials.md").read_text(encoding="utf-8")
TABLE: Final = PAGE.partition("\n## Static credentials\n")[2].partition("\n|---|---|\n")[2].partition("\n\n")[0]
#: What the page says to be sent, by kind.
SENT: Final[dict[str, str]] = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", TABLE, re.MULTILINE))
#: Those where it is one header with the value in it.
HEADERS: Final = {kind: header for kind, sent in SENT.items() if (header := re.fullmatch("`(.+): (.*V)`", sent))}


def test_the_table_has_every_kind() -> None:
    assert sorted(SENT) == sorted(settings_of(Server)["auth_type"].choices)


@pytest.mark.parametrize("kind", HEADERS)
async def test_what_is_sent_for_the_value(kind: str) -> None:
    auth: Any = settings_of(Server)["auth_type"].classes[kind](auth_value="V")
    server = Server(name="s", url="http://s/mcp", auth=auth)
    sessions = OAuthSessions(KeptSecrets(), unresolved, MemoryLocks(), Networks({}))
    headers = await authenticator(SignIn(server, "http://s/mcp", auth, None, unresolved, sessions)).headers()
    name, value = HEADERS[kind].groups()
    assert headers == {name.lower(): value}
