"""LiteLLM's proxy as the provider of a model (``make soak`` installs it), and its SDK as a client."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.error import URLError
from urllib.request import urlopen

import openai
import pytest
from openai.types.responses import Response

from mcptui.model import LlmModel
from tests.support.demo_home import demo_home
from tests.support.event_order import check_order
from tests.support.home import free_port
from tests.support.provider import Says
from tests.support.rig import Rig, running_rig

pytestmark = [pytest.mark.soak, pytest.mark.timeout(180)]

LITELLM = Path(os.environ.get("MCPTUI_LITELLM", ".cache/litellm")).absolute() / "bin"
PROGRAMS = Path(__file__).parent / "programs"
MASTER_KEY = "sk-litellm-soak-7c1e94"
ADD = ("one__add", '{"a": 1, "b": 2}')
#: Name here, name at LiteLLM, API: a model behind it over either API, and one whose Responses API it makes out of Chat
#: Completions itself.
MODELS: tuple[tuple[str, str, Literal["chat", "responses"]], ...] = (
    ("lite-chat", "behind", "chat"),
    ("lite-resp", "behind", "responses"),
    ("lite-made", "made", "responses"),
    ("gpt-4o", "behind", "chat"),
    ("mocked-chat", "mocked", "chat"),
)
#: What it adds to the items of a stream and to usages.
ITS_OWN = frozenset({"model", "text_tokens"})
every = pytest.mark.parametrize("model", ["lite-chat", "lite-resp", "lite-made"])
streamed = pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """LiteLLM's URL, and the port where it looks for the model."""
    directory = tmp_path_factory.mktemp("litellm")
    port, model_port = free_port(), free_port()
    there = {"api_base": f"http://127.0.0.1:{model_port}/v1", "api_key": "sk-behind"}
    mocked = {"model": "openai/m", "api_key": "sk-none", "mock_response": "Mocked by LiteLLM."}
    config = {
        "model_list": [
            {"model_name": "behind", "litellm_params": {"model": "hosted_vllm/m", **there}},
            {"model_name": "made", "litellm_params": {"model": "deepseek/m", **there}},
            {"model_name": "mocked", "litellm_params": mocked},
        ],
        "general_settings": {"master_key": MASTER_KEY},
        "litellm_settings": {"num_retries": 0},
    }
    (directory / "config.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    command = [str(LITELLM / "litellm"), "--config", str(directory / "config.yaml")]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "*"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while not is_up(f"http://127.0.0.1:{port}/health/liveliness"):
            assert process.poll() is None, (directory / "log").read_text(encoding="utf-8")
        yield f"http://127.0.0.1:{port}/v1", model_port
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_up(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except (URLError, OSError):
        return False


@pytest.fixture
async def rig(litellm: tuple[str, int]) -> AsyncIterator[Rig]:
    url, port = litellm
    async with running_rig(port, beyond=ITS_OWN) as rig:
        models = {
            name: LlmModel(name=name, base_url=url, model=model, api=api, api_key=MASTER_KEY)
            for name, model, api in MODELS
        }
        rig.change(models={**rig.state.models, **models})
        yield rig


def tool(rig: Rig, **more: Any) -> Any:
    """As LiteLLM's page writes it."""
    return {
        "type": "mcp",
        "server_label": "litellm",
        "server_url": f"{rig.gateway.url}/mcp",
        "require_approval": "never",
        "headers": {"x-litellm-api-key": "Bearer sk-all", "x-mcp-auth": "Bearer canary-of-the-client"},
        **more,
    }


def credentials(rig: Rig) -> set[str | None]:
    """What the server saw as Authorization with its calls."""
    calls = [seen for seen in rig.one.seen if (seen.message or {}).get("method") == "tools/call"]
    return {{name.lower(): value for name, value in call.headers.items()}.get("authorization") for call in calls}


def nothing_leaked(rig: Rig) -> None:
    """What reached the model behind LiteLLM has passed through both."""
    assert rig.provider.asked
    for asked in rig.provider.asked:
        told = asked.raw.decode() + repr(dict(asked.headers))
        assert "canary-of-the-client" not in told
        assert "sk-all" not in told
        assert "x-litellm-api-key" not in told
        assert '"mcp"' not in told


@every
@streamed
async def test_responses(rig: Rig, model: str, stream: bool) -> None:
    rig.provider.rounds = [Says(calls=(ADD, ("two__other", "{}"))), Says(calls=(ADD,)), Says("It is 3.")]
    request = {"model": model, "input": "Run available tools", "tools": [tool(rig)], "tool_choice": "required"}
    answer = await rig.client().responses.create(**request, stream=stream)
    if stream:
        answer = Response.model_validate(check_order([event.model_dump(exclude_unset=True) async for event in answer]))
    calls = [(item.name, item.output) for item in answer.output if item.type == "mcp_call"]
    assert calls == [("one__add", "3"), ("two__other", "from two"), ("one__add", "3")]
    assert (answer.status, answer.output_text) == ("completed", "It is 3.")
    assert [asked.body["tool_choice"] for asked in rig.provider.asked] == ["required", "auto", "auto"]
    assert credentials(rig) == {"Bearer canary-of-the-client"}
    nothing_leaked(rig)


@every
@streamed
async def test_chat_completions(rig: Rig, model: str, stream: bool) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    messages = [{"role": "user", "content": "Run available tools"}]
    request = {"model": model, "messages": messages, "tools": [tool(rig)], "tool_choice": "required"}
    answer = await rig.client().chat.completions.create(**request, stream=stream)
    if stream:
        chunks = [chunk async for chunk in answer]
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "It is 3."
        assert chunks[-1].choices[0].finish_reason == "stop"
    else:
        assert answer.choices[0].message.content == "It is 3."
        fields = answer.choices[0].message.provider_specific_fields
        assert fields["mcp_call_results"][0]["result"] == "3"
    nothing_leaked(rig)


@every
async def test_approvals(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD, ADD)), Says("One of them.")]
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[tool(rig, require_approval="always")])
    asked = [item.id for item in first.output if item.type == "mcp_approval_request"]
    answers = [
        {"type": "mcp_approval_response", "approval_request_id": id_, "approve": id_ == asked[0]} for id_ in asked
    ]
    second = await client.responses.create(
        model=model, previous_response_id=first.id, input=answers, tools=[tool(rig, require_approval="always")]
    )
    assert [item.output for item in second.output if item.type == "mcp_call"] == ["3"]
    assert second.output_text == "One of them."
    told = rig.provider.asked[-1].raw.decode()
    assert told.count("Error: the user rejected this call") == 1


@pytest.mark.parametrize("name", ["responses", "responses_with_auth"])
async def test_the_curl_commands_of_the_page(rig: Rig, name: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    text = (PROGRAMS / f"{name}.sh.txt").read_text(encoding="utf-8")
    text = text.replace("<your-litellm-proxy-base-url>", rig.gateway.url).replace("YOUR_LITELLM_API_KEY", "sk-all")
    answer = await shell(text, LITELLM_API_KEY="sk-all")
    assert [item["output"] for item in answer["output"] if item["type"] == "mcp_call"] == ["3"]
    assert credentials(rig) == {"YOUR_MCP_AUTH_TOKEN" if name.endswith("auth") else None}


async def shell(text: str, **environment: str) -> Any:
    """What a command prints as JSON."""
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", text, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


@streamed
async def test_mocked_answers(rig: Rig, stream: bool) -> None:
    client = rig.client()
    for tools in ([], [tool(rig)]):
        messages = [{"role": "user", "content": "hi"}]
        answer = await client.chat.completions.create(
            model="mocked-chat", messages=messages, stream=stream, **({"tools": tools} if tools else {})
        )
        if stream:
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in answer if chunk.choices])
        else:
            text = answer.choices[0].message.content
        assert text == "Mocked by LiteLLM."


async def test_its_errors_stay_errors(rig: Rig) -> None:
    wrong = replace(rig.state.models["lite-chat"], api_key="sk-wrong-canary")
    rig.change(models={**rig.state.models, "lite-chat": wrong})
    for tools in ([], [tool(rig)]):
        with pytest.raises(openai.APIStatusError) as error:
            await rig.client().responses.create(model="lite-chat", input="hi", tools=tools)
        assert error.value.status_code in (400, 401)
        assert "sk-wrong-canary" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("bridge_list_litellm", ["MCP TOOLS:  [{'type': 'function'", "LLM RESPONSE: ", "name='calculate'"]),
        ("bridge_call_litellm", ["MCP TOOL CALL RESULT: ", "FINAL LLM RESPONSE: ", "**calculate**"]),
    ],
)
def test_the_bridge_with_its_sdk(
    tmp_path: Path, run_bridge_program: Callable[..., str], name: str, told: list[str]
) -> None:
    with demo_home(tmp_path / "home") as home:
        out = run_bridge_program(
            str(LITELLM / "python3"),
            name,
            {},
            OPENAI_API_KEY=home.key,
            OPENAI_BASE_URL=f"{home.home.url}/v1",
            OPENAI_API_BASE=f"{home.home.url}/v1",
            LITELLM_LOCAL_MODEL_COST_MAP="True",
        )
    for part in told:
        assert part in out
