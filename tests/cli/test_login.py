from __future__ import annotations

import pytest

from mcptui.model.auth import OAuth
from mcptui.model.runtime import CallEvent
from mcptui.services.workspace import Workspace
from tests.cli.conftest import Run
from tests.support.fake_gateway import FakeGateway

URL = "https://login.example/authorize?state=s"
OPEN = CallEvent(type="open", value={"id": "one", "url": URL, "redirect_uri": "", "remarks": ["not checked"]})
DONE = CallEvent(type="done", value={"scope": "read"})


@pytest.fixture(autouse=True)
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.services.browser.has_browser", lambda: False)
    run(
        *("server", "add", "files", "https://x.example/mcp", "--auth-type", "oauth2", "--no-test"),
        *(
            "--oauth-scope",
            "a",
            "--oauth-scope",
            "b",
            "--oauth-issuer",
            "https://login.example",
            "--oauth-client-id",
            "me",
        ),
        *("--oauth-client-secret", "--credentials", "per-key"),
        input="hush\n",
    )


def test_what_add_has_saved(ws: Workspace) -> None:
    server = ws.load().state.servers["files"]
    assert server.auth == OAuth(
        credentials="per-key",
        oauth_scopes=("a", "b"),
        oauth_issuer="https://login.example",
        oauth_client_id="me",
        oauth_client_secret="${secret:server/files/oauth-client}",
    )
    assert ws.secrets.get("server/files/oauth-client") == "hush"


def test_login_shows_the_url_and_says_when_it_has_worked(run: Run, gateway: FakeGateway) -> None:
    gateway.events = {"login": [OPEN, DONE]}
    result = run("server", "login", "files")
    assert URL in result.stderr
    assert "not checked" in result.stderr
    assert "logged in to files (read)" in result.stderr
    assert gateway.asked[-1] == ("log_in", "files", None)


def test_login_of_a_key_that_fails(run: Run, gateway: FakeGateway) -> None:
    run("key", "create", "cursor")
    failed = CallEvent(type="failed", value={"message": "the login was refused: no", "hint": "Ask."})
    gateway.events = {"login": [OPEN, failed]}
    result = run("server", "login", "files", "--key", "cursor", code=1)
    assert "files: the login was refused: no" in result.stderr
    assert ("log_in", "files", "cursor") in gateway.asked


@pytest.mark.parametrize("words", [("nope",), ("files", "--key", "nope")])
def test_unknown_names(run: Run, words: tuple[str, ...]) -> None:
    run("server", "login", *words, code=3)
    run("server", "logout", *words, code=3)


def test_logout(run: Run, gateway: FakeGateway) -> None:
    assert "logged out of files" in run("server", "logout", "files").stderr
    assert gateway.asked[-1] == ("log_out", "files", None)


def test_a_login_in_the_store_is_used(run: Run, ws: Workspace) -> None:
    for path in ("server/files/oauth", "server/gone/oauth"):
        ws.secrets.set(path, "{}")
    listed = run("secret", "list").stdout
    assert "login at files" in listed
    assert listed.splitlines()[-1].split() == ["server/gone/oauth", "yes", "-"]


PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(("typed", "kept"), [(PEM + "more\n", PEM.rstrip()), ('{"kty": "EC"}\n', '{"kty": "EC"}')])
def test_the_key_of_a_client_is_read_whole(run: Run, ws: Workspace, typed: str, kept: str) -> None:
    run("server", "edit", "files", "--oauth-client-key", input=typed)
    assert ws.secrets.get("server/files/oauth-key") == kept
    auth = ws.load().state.servers["files"].auth
    assert isinstance(auth, OAuth)
    assert auth.oauth_client_key == "${secret:server/files/oauth-key}"
