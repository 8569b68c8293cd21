"""access, secret, model, paths, doctor."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_access_explain(run: Run) -> None:
    run("server", "add", "time", "--no-probe", "one")
    run("key", "create", "k", "--no-servers")
    denied = run("access", "explain", "--key", "k", "--server", "time").stdout
    assert "DENIED" in denied
    assert "← decides" in denied
    run("key", "edit", "k", "--server", "time")
    assert json.loads(run("access", "explain", "--key", "k", "--tool", "time__now", "--json").stdout)["allowed"] is True
    run("access", "explain", "--key", "nobody", code=3)
    run("access", "explain", "--key", "k", "--server", "nothing", code=3)


def test_secrets(run: Run) -> None:
    run("secret", "set", "server/x/token", input="hush\n")
    listed = run("secret", "list")
    assert "server/x/token" in listed.stdout
    assert "hush" not in listed.output
    run("secret", "set", "server/x/other", code=4)
    run("secret", "remove", "server/x/token", code=4)
    run("secret", "remove", "server/x/token", "--yes")
    assert "server/x/token" not in run("secret", "list").stdout


def test_the_place_for_secrets(run: Run, ws: Workspace) -> None:
    assert run("secret", "backend").stdout.splitlines()[0] == "backend  vault"
    run("secret", "backend", "vault", "--key-file")
    assert ws.load().state.secrets.key_file_consent
    run("secret", "backend", "--no-key-file")
    assert not ws.load().state.secrets.key_file_consent
    assert json.loads(run("secret", "backend", "--json").stdout)["backend"] == "vault"
    run("secret", "backend", "post-it", code=2)


def test_models(run: Run, ws: Workspace) -> None:
    run("model", "add", "gpt", "--base-url", "https://example.com/v1", "--model", "gpt-4o", input="sk-abc\n")
    run("model", "add", "local", "--base-url", "http://127.0.0.1:1/v1", "--no-api-key", "--api", "chat")
    models = ws.load().state.models
    assert (models["gpt"].model, models["gpt"].api_key) == ("gpt-4o", "${secret:model/gpt/api_key}")
    assert (models["local"].model, models["local"].api_key, models["local"].api) == ("local", None, "chat")
    assert "sk-abc" not in run("model", "list").output
    assert len(json.loads(run("model", "list", "--json").stdout)) == 2
    run("model", "add", "gpt", "--base-url", "https://example.com/v1", "--no-api-key", code=4)
    run("model", "edit", "gpt", code=2)
    run("model", "edit", "gpt", "--input-price", "-1", "--output-price", "10", code=2)
    prices = ("--input-price", "2.5", "--output-price", "10", "--context-size", "128000")
    run("model", "edit", "gpt", *prices, "--cached-input-price", "0")
    run("model", "edit", "gpt", "--unset", "cached-input-price", "--api-key", input="sk-def\n")
    shown = run("model", "show", "gpt").stdout
    assert "context size  128,000 tokens\n" in shown
    assert "output price  $10 for a million tokens\n" in shown
    assert "cached" not in shown
    found = json.loads(run("model", "show", "gpt", "--json").stdout)
    assert (found["input_price"], found["cached_input_price"], found["model"]) == (2.5, None, "gpt-4o")
    assert ws.secrets.get("model/gpt/api_key") == "sk-def"
    run("model", "show", "other", code=3)
    run("model", "remove", "gpt", code=4)
    run("model", "remove", "gpt", "--yes")
    run("model", "remove", "gpt", "--yes", code=3)


def test_paths(run: Run, ws: Workspace) -> None:
    found = json.loads(run("paths", "--json").stdout)
    assert found["paths"]["config"] == {"path": str(ws.paths.config_file), "exists": True}
    assert found["secrets"]["backend"] == "vault"
    assert str(ws.paths.log_file) in run("paths").stdout


def test_doctor(run: Run) -> None:
    assert "mcptui" in run("doctor").stdout
    assert json.loads(run("doctor", "--json").stdout)
