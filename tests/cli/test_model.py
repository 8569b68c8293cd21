"""``mcptui model``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_no_secret_that_is_written_out_is_shown_and_the_next_save_takes_it_out(run: Run, ws: Workspace) -> None:
    ws.paths.config_file.write_text(
        """version = 1
[models.m]
base_url = "https://example.com/v1"
model = "m"
api_key = "canary1"
proxy = "http://me:canary2@proxy:1"
""",
        encoding="utf-8",
    )
    for words in (["list"], ["show", "m"]):
        for as_json in ([], ["--json"]):
            shown = run("model", *words, *as_json).stdout
            assert "canary" not in shown
            assert "••••" in shown
    run("model", "edit", "m", "--api-key", input="canary3\n")
    assert "canary" not in ws.paths.config_file.read_text(encoding="utf-8")
    assert ws.secrets.get("model/m/api_key") == "canary3"
    assert ws.secrets.get("model/m/proxy") == "canary2"


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
    assert "output price  $10 per 1M tokens\n" in shown
    assert "cached" not in shown
    found = json.loads(run("model", "show", "gpt", "--json").stdout)
    assert (found["input_price"], found["cached_input_price"], found["model"]) == (2.5, None, "gpt-4o")
    assert ws.secrets.get("model/gpt/api_key") == "sk-def"
    run("model", "show", "other", code=3)
    run("model", "remove", "gpt", code=4)
    run("model", "remove", "gpt", "--yes")
    run("model", "remove", "gpt", "--yes", code=3)


def test_the_api_is_by_the_address_where_nobody_says_it(run: Run, ws: Workspace) -> None:
    for name, address in (("a", "https://api.openai.com/v1"), ("b", "http://127.0.0.1:1/v1")):
        run("model", "add", name, "--base-url", address, "--no-api-key")
    run("model", "add", "c", "--base-url", "http://127.0.0.1:1/v1", "--no-api-key", "--api", "responses")
    assert {name: model.api for name, model in ws.load().state.models.items()} == {
        "a": "responses",
        "b": "chat",
        "c": "responses",
    }


@pytest.mark.parametrize("address", ["ftp://example.com", "nowhere"])
def test_a_model_that_is_refused_leaves_no_secret(run: Run, ws: Workspace, address: str) -> None:
    run("model", "add", "gpt", "--base-url", address, input="sk-abc\n", code=1)
    assert ws.secrets.get("model/gpt/api_key") is None
    assert ws.load().state.models == {}
