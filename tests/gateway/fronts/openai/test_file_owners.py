"""Which requests name another key's file; whole requests are in the tests of files."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.openai.file_owners import FileOwners
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.state.loaded import Loaded
from mcptui.stores.bundle import Stores
from tests.support.gateway import key, state

ME, OTHER = KeyPrincipal("me"), KeyPrincipal("other")
A = LlmModel(name="a", base_url="https://x/v1", model="a")
ALIKE = LlmModel(name="alike", base_url="https://x/v1", model="b")
FAR = LlmModel(name="far", base_url="https://y/v1", model="a")


@pytest.fixture
async def owners() -> FileOwners:
    """Of a file of mine at one provider."""
    described = state(key("me"), key("other"), models={model.name: model for model in (A, ALIKE, FAR)})
    made = FileOwners(
        cast("Core", SimpleNamespace(snapshot=Snapshot(Loaded(described, "r")), stores=Stores.in_memory()))
    )
    await made.observer(ME, A)(b'{"object": "file", "id": "file-1"}')
    return made


@pytest.mark.parametrize(
    "body",
    [
        {"input": [{"content": [{"type": "input_file", "file_id": "file-1"}]}]},
        {"tools": [{"container": {"type": "auto", "file_ids": ["file-0", "file-1"]}}]},
        {"input_file_id": "file-1"},
        {"training_file": "file-1"},
        {"images": [{"file_id": "file-1"}]},
        {"mask": {"file_id": "file\u002d1"}},
    ],
)
async def test_what_names_the_file_of_another(owners: FileOwners, body: Any) -> None:
    for raw in (
        json.dumps(body),
        json.dumps(body).replace("file_id", "f\\u0069le_id").replace("ing_file", "ing_f\\u0069le"),
    ):
        for model in (A, ALIKE):
            with pytest.raises(LlmError, match="No such File object: file-1") as error:
                await owners.require_own(raw.encode(), body, OTHER, model)
            assert error.value.status == 404
        await owners.require_own(raw.encode(), body, ME, ALIKE)
        await owners.require_own(raw.encode(), body, OTHER, FAR)


@pytest.mark.parametrize(
    "body",
    [
        {"file_id": "file-0"},
        {"file_id": {"type": "string"}},
        {"tools": [{"parameters": {"properties": {"file_id": {"enum": ["file-1"]}}}}]},
        {"input": "file-1"},
        {"profile_ids_of": ["file-1"]},
        {"file_ids": [None, 5]},
        [],
    ],
)
async def test_what_names_none(owners: FileOwners, body: Any) -> None:
    await owners.require_own(json.dumps(body).encode(), body, OTHER, A)


async def test_a_file_is_its_owners_by_whichever_model_of_the_provider(owners: FileOwners) -> None:
    assert await owners.is_own("file-1", ME, ALIKE)
    assert not await owners.is_own("file-1", ME, FAR)
    assert not await owners.is_own("file-1", OTHER, A)
    for named in (None, "a", "alike"):
        assert await owners.model_of("file-1", ME, named) == A
    for named in ("far", "none"):
        assert await owners.model_of("file-1", ME, named) is None
    assert await owners.model_of("file-1", OTHER) is None


async def test_a_file_is_forgotten_once_it_is_gone(owners: FileOwners) -> None:
    for status in (400, 403, 500):
        await owners.deleted("file-1", A, status)
    await owners.deleted("file-1", FAR, 200)
    assert await owners.is_own("file-1", ME, A)
    await owners.deleted("file-1", ALIKE, 404)
    assert not await owners.is_own("file-1", ME, A)
