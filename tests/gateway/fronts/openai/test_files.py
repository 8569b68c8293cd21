"""Files at the provider: each is there for the key that sent it, and for nobody else."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from mcptui.model import LlmModel
from tests.support.gateway import key
from tests.support.provider import Raw, ScriptedProvider
from tests.support.rig import Rig


def answer(value: Any) -> Raw:
    return Raw(json.dumps(value).encode(), "application/json")


def file(id_: str) -> dict[str, Any]:
    about = {"bytes": 3, "created_at": 1, "filename": "a.txt", "purpose": "assistants", "status": "processed"}
    return {"id": id_, "object": "file", **about}


async def test_files_belong_to_the_key_that_sent_them(rig: Rig, client_of: Any) -> None:
    rig.change(keys={**rig.state.keys, "other": key("other", servers=("*",))})
    others = rig.provider.others
    others["POST", "/files"] = answer(file("file-1"))
    others["GET", "/files"] = answer({"object": "list", "data": [file("file-0"), file("file-1")], "has_more": False})
    others["GET", "/files/file-1"] = answer(file("file-1"))
    others["GET", "/files/file-1/content"] = Raw(b"abc", "application/octet-stream")
    others["DELETE", "/files/file-1"] = answer({"id": "file-1", "object": "file", "deleted": True})
    mine, stranger = client_of(), client_of("other")
    assert (await mine.files.create(file=("a.txt", b"abc"), purpose="assistants")).id == "file-1"
    assert [each.id async for each in mine.files.list()] == ["file-1"]
    assert [each.id async for each in stranger.files.list()] == []
    assert (await mine.files.retrieve("file-1")).filename == "a.txt"
    assert (await mine.files.content("file-1")).content == b"abc"
    asked = len(rig.provider.asked)
    for ask in (stranger.files.retrieve("file-1"), stranger.files.content("file-1"), stranger.files.delete("file-1")):
        with pytest.raises(openai.NotFoundError, match="No such File object: file-1"):
            await ask
    with pytest.raises(openai.NotFoundError, match="No such File object: file-0"):
        await mine.files.retrieve("file-0")
    assert len(rig.provider.asked) == asked
    deleted = others.pop(("DELETE", "/files/file-1"))
    others["DELETE", "/files/file-1"] = Raw(b"{}", "application/json", status=409)
    with pytest.raises(openai.ConflictError):
        await mine.files.delete("file-1")
    others["DELETE", "/files/file-1"] = deleted
    assert (await mine.files.retrieve("file-1")).id == "file-1"
    assert (await mine.files.delete("file-1")).deleted
    with pytest.raises(openai.NotFoundError):
        await mine.files.retrieve("file-1")


async def test_a_list_that_is_none(rig: Rig, client_of: Any) -> None:
    rig.provider.others["GET", "/files"] = answer({"data": 5})
    with pytest.raises(openai.InternalServerError, match="does not answer in the format"):
        await client_of().files.list()


async def test_a_head_of_a_file_is_answered_as_its_get_without_the_body(rig: Rig, client_of: Any) -> None:
    others = rig.provider.others
    others["POST", "/files"] = answer(file("file-1"))
    others["GET", "/files/file-1"] = answer(file("file-1"))
    others["GET", "/files/file-1/content"] = Raw(b"abc", "application/octet-stream")
    await client_of().files.create(file=("a.txt", b"abc"), purpose="assistants")
    for path, kind in (("files/file-1", "application/json"), ("files/file-1/content", "application/octet-stream")):
        found = await rig.http.head(f"{rig.gateway.url}/v1/{path}", headers={"Authorization": "Bearer sk-all"})
        assert (found.status_code, found.headers["content-type"], found.content) == (200, kind, b"")
    found = await rig.http.head(f"{rig.gateway.url}/v1/files/no", headers={"Authorization": "Bearer sk-all"})
    assert found.status_code == 404


async def test_a_file_of_another_provider_has_the_same_id(rig: Rig, client_of: Any) -> None:
    """Each provider gives ids as it likes; what one gives says nothing about the other's file."""
    async with ScriptedProvider() as other:
        models = {**rig.state.models, "far": LlmModel(name="far", base_url=other.url, model="far", api_key="sk-far")}
        rig.change(models=models, keys={**rig.state.keys, "other": key("other", servers=("*",))})
        for provider, name in ((rig.provider, "near.txt"), (other, "far.txt")):
            provider.others["POST", "/files"] = answer(file("file-1"))
            provider.others["GET", "/files/file-1"] = answer({**file("file-1"), "filename": name})
        mine, stranger = client_of(), client_of("other")
        near, far = {"x-mcptui-model": "chat"}, {"x-mcptui-model": "far"}
        await mine.files.create(file=("a.txt", b"abc"), purpose="assistants", extra_headers=near)
        await stranger.files.create(file=("a.txt", b"abc"), purpose="assistants", extra_headers=far)
        assert (await mine.files.retrieve("file-1")).filename == "near.txt"
        assert (await stranger.files.retrieve("file-1")).filename == "far.txt"
        with pytest.raises(openai.NotFoundError, match="No such File object"):
            await stranger.files.retrieve("file-1", extra_headers=near)
        await mine.files.create(file=("a.txt", b"abc"), purpose="assistants", extra_headers=far)
        assert (await mine.files.retrieve("file-1", extra_headers=far)).filename == "far.txt"
        assert (await mine.files.retrieve("file-1", extra_headers=near)).filename == "near.txt"


async def test_a_file_of_another_key_is_not_there_in_requests_either(rig: Rig, client_of: Any) -> None:
    rig.change(keys={**rig.state.keys, "other": key("other", servers=("*",))})
    rig.provider.others["POST", "/files"] = answer(file("file-1"))
    mine, stranger = client_of(), client_of("other")
    await mine.files.create(file=("a.txt", b"abc"), purpose="assistants", extra_headers={"x-mcptui-model": "chat"})
    message = {"role": "user", "content": [{"type": "file", "file": {"file_id": "file-1"}}]}
    said = {"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}

    def ask(client: Any) -> list[Any]:
        return [
            client.chat.completions.create(model="chat", messages=[message]),
            client.responses.create(model="resp", input=[said]),
        ]

    asked = len(rig.provider.asked)
    for refused in ask(stranger):
        with pytest.raises(openai.NotFoundError, match="No such File object: file-1"):
            await refused
    assert len(rig.provider.asked) == asked
    for taken in ask(mine):
        await taken
    assert len(rig.provider.asked) == asked + 2
