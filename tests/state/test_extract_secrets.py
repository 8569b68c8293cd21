"""Secrets that are written out, and the references in their place; putting them back gives what there was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import LlmModel, Server
from mcptui.model.auth import Auth, BearerToken, NoAuth, OAuth
from mcptui.model.setting import values_of
from mcptui.secrets.references import substitute
from mcptui.state.extract_secrets import cover_secrets, extract_secrets

TOKEN = "sk-canary-aaaaaaaaaaaaaaaaaaaa"
OTHER = "sk-canary-bbbbbbbbbbbbbbbbbbbb"
PEM = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"


def server(**settings: Any) -> Server:
    return Server(**{"name": "s", "url": "https://x/mcp", **settings})


def command(*args: str, **env: str) -> Server:
    return Server(name="s", command="x", args=args, env=env)


@pytest.mark.parametrize(
    ("before", "paths"),
    [
        (server(headers={"X-Api-Key": TOKEN}), ["x-api-key"]),
        (server(headers={"Authorization": f"Bearer {TOKEN}"}), ["authorization"]),
        (server(auth=BearerToken(auth_value="plain")), ["auth"]),
        (server(auth=OAuth(oauth_client_id="c", oauth_client_secret="plain")), ["oauth-client"]),
        (server(url=f"https://x/mcp?a=1&api_key={TOKEN}&b=2"), ["api_key"]),
        (server(url=f"https://x/{TOKEN}/mcp"), ["url"]),
        (server(url=f"https://me:plain@x/{TOKEN}/mcp"), ["url", "url-2"]),
        (server(proxy="http://me:plain@p:1"), ["proxy"]),
        (server(client_cert="/c", client_key=PEM), ["client-key"]),
        (command("postgres://me:plain@x/db", HTTPS_PROXY="http://me:plain@p:1"), ["argument", "https_proxy"]),
        # A path that is in use already is left alone.
        (command("--token", "${secret:server/s/token}", "--token", OTHER), ["token-2"]),
        (command(API_TOKEN="plain-secret"), ["api_token"]),
        (command("--api-key", TOKEN), ["api-key"]),
        (command(f"--api-key={TOKEN}"), ["api-key"]),
        (command("-e", f"API_KEY={TOKEN}", "x"), ["api_key"]),
        (command(TOKEN), ["argument"]),
        (command("--token", TOKEN, "--token", OTHER), ["token", "token-2"]),
        (command("--token", TOKEN, "--token", TOKEN), ["token"]),
        (command("x", A_TOKEN=TOKEN, B_TOKEN=OTHER), ["a_token", "b_token"]),
        (
            server(url=f"https://x/mcp?token={TOKEN}&key={OTHER}", headers={"X Token": TOKEN}),
            ["x-token", "token", "key"],
        ),
    ],
)
def test_secrets_leave_and_can_be_put_back(before: Server, paths: list[str]) -> None:
    after, secrets = extract_secrets(before)
    assert sorted(secrets) == sorted(f"server/s/{path}" for path in paths)
    shown = repr(values_of(after))
    assert "canary" not in shown
    assert "plain" not in shown
    # A second time there is nothing left to do.
    assert extract_secrets(after) == (after, {})

    def back(text: str) -> str:
        return substitute(text, lambda reference: secrets.get(reference.path, str(reference)))

    auth: Auth = after.auth
    if isinstance(auth, BearerToken):
        auth = replace(auth, auth_value=back(auth.auth_value or ""))
    if isinstance(auth, OAuth):
        auth = replace(auth, oauth_client_secret=back(auth.oauth_client_secret or ""))
    restored = replace(
        after,
        url=after.url and back(after.url),
        args=tuple(map(back, after.args)),
        env={name: back(text) for name, text in after.env.items()},
        headers={name: back(text) for name, text in after.headers.items()},
        auth=auth,
        **{name: back(text) for name, text in after.network_texts()},  # type: ignore[arg-type]
    )
    assert restored == before


@pytest.mark.parametrize(
    "plain",
    [
        server(),
        server(headers={"X-Team": "docs", "X-Api-Key": "${env:KEY}"}),
        server(auth=BearerToken(auth_value="${secret:server/s/auth}")),
        server(auth=BearerToken()),
        server(auth=NoAuth()),
        command("--verbose", "--port", "8080", HOME="/root", DEBUG="1"),
    ],
)
def test_where_nothing_is_written_out_nothing_changes(plain: Server) -> None:
    assert extract_secrets(plain) == (plain, {})


@pytest.mark.parametrize(
    ("key", "kept", "secrets"),
    [
        (None, None, {}),
        ("", "", {}),
        ("${env:KEY}", "${env:KEY}", {}),
        ("plain", "${secret:model/m/api_key}", {"model/m/api_key": "plain"}),
    ],
)
def test_the_key_of_a_model(key: str | None, kept: str | None, secrets: dict[str, str]) -> None:
    model = LlmModel(name="m", base_url="https://x/v1", model="m", api_key=key)
    assert extract_secrets(model) == (replace(model, api_key=kept), secrets)


def test_the_network_of_a_model() -> None:
    model = LlmModel(name="m", base_url="https://x/v1", model="m", proxy="me:pw@p:1", client_cert="/c", client_key=PEM)
    after, secrets = extract_secrets(model)
    assert after == replace(model, proxy="me:${secret:model/m/proxy}@p:1", client_key="${secret:model/m/client-key}")
    assert secrets == {"model/m/proxy": "pw", "model/m/client-key": PEM}


def test_what_is_shown_has_dots_for_them() -> None:
    shown = cover_secrets(
        server(
            url="https://me:pw@x/mcp?a=1&api_key=pw2",
            auth=BearerToken(auth_value="pw3"),
            headers={"Authorization": f"Bearer {TOKEN}", "X-Team": "docs", "X-Key": "${secret:k}"},
            proxy="http://me:pw4@p:1",
            client_key=PEM,
        )
    )
    assert shown == server(
        url="https://me:••••@x/mcp?a=1&api_key=••••",
        auth=BearerToken(auth_value="••••"),
        headers={"Authorization": "••••", "X-Team": "docs", "X-Key": "${secret:k}"},
        proxy="http://me:••••@p:1",
        client_key="••••",
    )
