from __future__ import annotations

import pytest

from mcptui.model import Server
from mcptui.model.auth import ApiKey
from mcptui.model.setting import values_of
from mcptui.state.literals import literal_secrets

TOKEN = "ghp_" + "a1" * 18


def spots(server: Server) -> list[tuple[str, str, str]]:
    """Place, name and secret of each literal."""
    found = []
    for literal in literal_secrets(server):
        value = values_of(server)[literal.path[0]]
        text = value if isinstance(value, str) else value[literal.path[1] if len(literal.path) > 1 else literal.index]
        found.append((".".join(literal.path), literal.name, text[literal.start : literal.end]))
    return found


def test_every_field() -> None:
    server = Server(
        name="x",
        url=f"https://a.example/v1/{TOKEN}/mcp?team=docs&api_key=k%2Fv#x",
        auth=ApiKey(auth_value="value"),
        headers={"X-Token": "abc", "X-Team": "docs", "Any": f"Bearer {TOKEN}"},
        env={"PASSWORD": "pw", "PATH_TO_KEY": "/etc/key"},
    )
    assert spots(server) == [
        ("auth_value", "auth", "value"),
        ("headers.X-Token", "X-Token", "abc"),
        ("headers.Any", "Any", f"Bearer {TOKEN}"),
        ("env.PASSWORD", "PASSWORD", "pw"),
        ("url", "url", TOKEN),
        ("url", "api_key", "k%2Fv"),
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--token", "abc"), [("args", "token", "abc")]),
        (("--token=abc",), [("args", "token", "abc")]),
        (("-e", "API_KEY=abc"), [("args", "API_KEY", "abc")]),
        (("--header", f"Authorization: Bearer {TOKEN}"), [("args", "Authorization", f"Bearer {TOKEN}")]),
        (("serve", TOKEN), [("args", "argument", TOKEN)]),
        (("--token", "${secret:server/x/token}"), []),
        (("--header", "Authorization:${AUTH}"), []),
        (("--token-file", "/etc/token", "--port", "8080", "https://a.example/?x=1"), []),
    ],
)
def test_arguments(args: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:
    assert spots(Server(name="x", command="run", args=args)) == expected
