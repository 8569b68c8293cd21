from __future__ import annotations

import pytest

from mcptui.interop.masking import masked

KEY = "sk-mcptui-abcdefghijklmnopqrstuvwxyz-3f9a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f'"Authorization": "Bearer {KEY}",', '"Authorization": "Bearer ••••3f9a",'),
        ('"env": { "TOKEN": "short", "LEVEL": "info" }', '"env": { "TOKEN": "••••", "LEVEL": "info" }'),
        (
            f'args = ["--header", "Authorization: Bearer {KEY}"]',
            'args = ["--header", "Authorization: Bearer ••••3f9a"]',
        ),
        ('["-e", "API_KEY=canary-value-1234"]', '["-e", "API_KEY=••••1234"]'),
        (f'"https://a.example/mcp?x={KEY}"', '"https://a.example/mcp?x=••••3f9a"'),
        (f'["serve", "{KEY}"]', '["serve", "••••3f9a"]'),
        ('password = "a\\"b-canary"', 'password = "••••"'),
        ("password: 'a canary of words'", "password: '••••ords'"),
        ('"Authorization": "Bearer ${env:KEY}"', '"Authorization": "Bearer ${env:KEY}"'),
        ('"url": "https://a.example/mcp"', '"url": "https://a.example/mcp"'),
    ],
)
def test_secrets_are_covered(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_lines_stay_lines() -> None:
    assert masked('a = 1\n\ntoken = "canary-canary"\n') == 'a = 1\n\ntoken = "••••nary"\n'
