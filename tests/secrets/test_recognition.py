"""What is a secret, by its name and by what it looks like."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.secrets.recognition import (
    credentials_in_proxy,
    credentials_in_urls,
    is_secret_name,
    looks_like_secret,
    may_have_secret_name,
)

SECRET_NAMES = [
    "key", "keys", "API_KEY", "apiKey", "APIKey", "apikey", "X-Api-Key", "key_id", "sshKeyText", "keystore",
    "signingkey",
    "token", "tokens", "access_token", "tokenValue", "GITHUBTOKEN", "max_tokens", "tokenizer_api_key",
    "secret", "clientSecret", "secret_id", "password", "passwords", "passWord", "passwd", "db.passphrase", "pass-code",
    "PWD", "SMTP_PASS", "pass", "Authorization", "Proxy-Authorization", "authorisation", "X-Auth", "basicauth",
    "credential", "credentials", "Set-Cookie", "cookies", "GITHUB_PAT", "pat", "public_key_token", "secret\n", "auth\n",
    "mypublickey",
]  # fmt: skip
OTHER_NAMES = [
    "", "name", "keyword", "keywords", "KEYBOARD_LAYOUT", "keyFrame", "key_presses", "keymap", "hotkeys", "monkey",
    "turkeys",
    "TOKENIZER", "tokenize", "tokenised", "secretary", "publicKey", "SSH_PUBLIC_KEY", "Idempotency-Key", "key_auth",
    "StrictHostKeyChecking", "path", "PATH", "pattern", "author", "authored_by", "auth_type", "passenger", "passed",
    "bypass", "compass", "COMPAT", "pathways", "ключ",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names(name: str) -> None:
    assert not is_secret_name(name)


@given(
    st.text(max_size=3),
    st.sampled_from([*SECRET_NAMES, "auth", "pats"]),
    st.text(st.characters() | st.sampled_from('-_"\\\n\t '), max_size=3),
)
def test_the_quick_look_at_an_encoded_value_misses_no_name(before: str, name: str, after: str) -> None:
    whole = (before + name + after).encode("utf-8", "ignore").decode()
    assert may_have_secret_name(orjson.dumps({whole: "x"})) or not is_secret_name(whole)


def test_the_quick_look_passes_most_values_over() -> None:
    assert not may_have_secret_name(b'{"name":"x","arguments":{"text":"lorem ipsum"}}')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer abc"),
        ("X-Api-Key", "4f9d8c"),
        ("GITHUB_PERSONAL_ACCESS_TOKEN", "anything"),
        ("DB_PASSWORD", "hunter2!"),
        ("COMMENT", "ghp_0123456789012345678901234567890123456789"),
        ("X", "sk-proj-0123456789abcdefghij"),
        ("session", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"),
        ("Cookie", "session=42abc"),
        ("apiKey", "x1y2z3"),
    ],
)
def test_secrets_are_recognised(name: str, value: str) -> None:
    assert looks_like_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer ${secret:x}"),
        ("API_KEY", "${env:API_KEY}"),
        ("API_KEY", "${input:api-key}"),
        ("API_KEY", "${API_KEY_2}"),
        ("API_KEY", ""),
        ("API_KEY", "<your key>"),
        ("SSH_KEY", "/home/me/.ssh/id"),
        ("SSH_KEY", "~/.ssh/id"),
        ("MAX_TOKEN", "4096"),
        ("USE_TOKEN", "true"),
        ("TOKEN", "https://example.com/token"),
        ("PUBLIC_KEY", "abcdef"),
        ("HOME", "/root"),
        ("X-Team", "docs"),
        ("TOKENIZER", "bpe-large"),
    ],
)
def test_other_values_are_none(name: str, value: str) -> None:
    assert not looks_like_secret(name, value)


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])
def test_a_private_key_is_a_secret_under_any_name(kind: str) -> None:
    assert looks_like_secret("file", f"Subject: x\n-----BEGIN {kind}PRIVATE KEY-----\nMII")


def test_a_certificate_is_none() -> None:
    assert not looks_like_secret("file", "-----BEGIN CERTIFICATE-----\nMII")
    assert not looks_like_secret("file", "-----BEGIN PUBLIC KEY-----\nMII")


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("postgres://me:pw@db/x?y=a:b@c", ["pw"]),
        ("--url=redis://:pw@r", ["pw"]),
        ("http://a:b@c,http://d:e@f", ["b", "e"]),
        ("https://me@x", []),
        ("https://x/a:b@c", []),
        ("me:pw@x", []),
        ("git@x:a/b", []),
        ("https://me:${secret:server/x/url}@x", []),
        ("https://me:${PASSWORD}@x", []),
    ],
)
def test_credentials_in_urls(text: str, secrets: list[str]) -> None:
    assert [text[start:end] for start, end in credentials_in_urls(text)] == secrets


@pytest.mark.parametrize(
    ("text", "secrets"),
    [("me:pw@p:1", ["pw"]), (" http://me:p/w@p", ["p/w"]), ("p:3128", []), ("http://p:3128", []), ("me@p", [])],
)
def test_credentials_of_a_proxy(text: str, secrets: list[str]) -> None:
    assert [text[start:end] for start, end in credentials_in_proxy(text)] == secrets
