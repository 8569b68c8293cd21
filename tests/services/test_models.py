from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import LlmModel
from mcptui.services.models import add_model, remove_model, set_api_key, update_model
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError

CANARY = "canary-model-key"


def model(**fields: str) -> LlmModel:
    return LlmModel(**{"name": "gpt", "base_url": "https://api.example/v1", "model": "gpt-4o"} | fields)  # type: ignore[arg-type]


def test_api_key_goes_to_the_store(ws: Workspace) -> None:
    change = add_model(ws, model(api_key=CANARY))
    assert change.after.state.models["gpt"].api_key == "${secret:model/gpt/api_key}"
    assert ws.secrets.get("model/gpt/api_key") == CANARY
    assert CANARY not in ws.paths.config_file.read_text(encoding="utf-8")
    with pytest.raises(RefusedError, match="exists"):
        add_model(ws, model(api_key="other"))
    assert ws.secrets.get("model/gpt/api_key") == CANARY


def test_reference_stays(ws: Workspace) -> None:
    saved = add_model(ws, model(api_key="${env:KEY}")).after.state.models["gpt"]
    assert saved.api_key == "${env:KEY}"
    assert add_model(ws, model(name="local")).after.state.models["local"].api_key is None


def test_another_api_key(ws: Workspace) -> None:
    add_model(ws, model(api_key=CANARY))
    assert set_api_key(ws, "gpt", "second") is None
    assert ws.secrets.get("model/gpt/api_key") == "second"
    for name, before in (
        ("local", {}),
        ("environment", {"api_key": "${env:KEY}"}),
        ("mixed", {"api_key": "a${secret:b}"}),
    ):
        add_model(ws, model(name=name, **before))
        change = set_api_key(ws, name, CANARY)
        assert change is not None
        assert change.after.state.models[name].api_key == f"${{secret:model/{name}/api_key}}"
        assert ws.secrets.get(f"model/{name}/api_key") == CANARY
    with pytest.raises(NotFoundError):
        set_api_key(ws, "none", CANARY)


def test_remove(ws: Workspace) -> None:
    add_model(ws, model())
    assert remove_model(ws, "gpt").after.state.models == {}
    with pytest.raises(NotFoundError):
        remove_model(ws, "gpt")
    with pytest.raises(RefusedError, match="name"):
        add_model(ws, model(name="a b"))


def test_another_address_and_prices(ws: Workspace) -> None:
    add_model(ws, LlmModel(name="gpt", base_url="https://a.example/v1", model="gpt-4o", api_key="sk-abc"))
    before = ws.load().state.models["gpt"]
    changed = replace(before, base_url="https://b.example/v1", input_price=2.5, output_price=10, context_size=8192)
    update_model(ws, "gpt", changed)
    after = ws.load().state.models["gpt"]
    assert after == changed
    assert ws.secrets.get("model/gpt/api_key") == "sk-abc"
    update_model(ws, "gpt", replace(after, api_key="sk-new"))
    assert ws.load().state.models["gpt"] == after
    assert ws.secrets.get("model/gpt/api_key") == "sk-new"
    with pytest.raises(NotFoundError):
        update_model(ws, "other", changed)
    with pytest.raises(StateError, match="0 or more US dollars"):
        update_model(ws, "gpt", replace(after, input_price=-1.0))
