from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.upstream.environment import INHERITED, inherited

PAGE = Path(__file__).parents[2] / "docs" / "stdio.md"


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "HTTPS_PROXY", "no_proxy", "ALL_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSH_AUTH_SOCK", "DISPLAY",
        "WAYLAND_DISPLAY", "DOCKER_HOST", "AWS_PROFILE", "AWS_REGION", "KUBECONFIG", "npm_config_registry",
    ],
)  # fmt: skip
def test_what_programs_need(name: str) -> None:
    assert inherited({name: "x"}) == {name: "x"}


@pytest.mark.parametrize(
    "name",
    [
        "MCPTUI_VAULT_KEY", "MCPTUI_HOME", "OPENAI_API_KEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "npm_config__authToken", "NPM_TOKEN", "PYTHONPATH", "NODE_OPTIONS",
        "LD_PRELOAD", "path",
    ],
)  # fmt: skip
def test_what_they_do_not(name: str) -> None:
    assert inherited({name: "x"}) == {}


def test_globs_bring_more_but_nothing_of_the_gateway_itself() -> None:
    environment = {"AWS_SECRET_ACCESS_KEY": "a", "GITHUB_TOKEN": "b", "MCPTUI_VAULT_KEY": "c"}
    assert inherited(environment, ["AWS_*"]) == {"AWS_SECRET_ACCESS_KEY": "a"}
    assert inherited(environment, ["*", "MCPTUI_*", "MCPTUI_VAULT_KEY"]).keys() == {
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
    }


def test_the_page_lists_all() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for names in INHERITED.values() for name in names if f"`{name}`" not in text] == []
