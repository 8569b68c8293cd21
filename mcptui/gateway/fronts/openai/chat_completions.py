"""``/v1/chat/completions``: any model, with the tools behind this gateway."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from starlette.types import Send

from mcptui.errors import McptuiError
from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.client_watch import LIFE_AFTER
from mcptui.gateway.fronts.openai.answer import error_event, event_of, event_stream, whole_answer
from mcptui.gateway.fronts.openai.forward import forward
from mcptui.gateway.fronts.openai.request import ModelRequest
from mcptui.gateway.fronts.openai.request_tools import sort_tools
from mcptui.llm.chat_answer import ChatAnswer
from mcptui.llm.chat_to_responses import to_responses
from mcptui.llm.engine import Run, RunRequest
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions
from mcptui.llm.provider import provider_of
from mcptui.llm.response import new_response
from mcptui.llm.tools import Approved, ToolSource


async def complete(core: Core, request: ModelRequest, send: Send) -> None:
    """Answer a request of Chat Completions.

    Raises:
        LlmError: it cannot be done.
    """
    tools = await sort_tools(core, request)
    connection = await core.providers.connect(request.model)
    if request.model.api == "chat" and not tools.ours:
        await forward(connection, "POST", "/chat/completions", request.for_provider(), send, streams=request.streams)
        return
    body = to_responses({**request.body, "tools": tools.others})
    functions: Functions[ToolSource] = Functions(tools.ours, tools.function_names)
    conversation, approved = _open_calls(body["input"], functions)
    left_out = ("model", "input", "stream")
    run = Run(
        RunRequest(
            response=new_response({**body, "tools": []}),
            conversation=conversation,
            options={name: value for name, value in body.items() if name not in left_out},
            sources=tools.ours,
            functions=functions,
            approved=approved,
        ),
        provider_of(connection),
    )
    answer = ChatAnswer(request.model.name, functions.name_of)
    if request.streams:
        options = request.body.get("stream_options")
        with_usage = isinstance(options, dict) and options.get("include_usage") is True
        await _stream(run, answer, with_usage, send)
        return
    with whole_answer(run, send) as finish:
        async with aclosing(run.events()) as events:
            async for event in events:
                answer.take(event)
        if answer.response["status"] == "failed" and run.calls == 0:
            raise _failure(answer)
        await finish({**answer.completion(), **_failed(answer)})


async def _stream(run: Run, answer: ChatAnswer, with_usage: bool, send: Send) -> None:
    stream = event_stream(send)
    stream.open_later(LIFE_AFTER)
    try:
        async with aclosing(run.events()) as events:
            async for event in events:
                if not stream.is_open:
                    await stream.open()
                for chunk in answer.take(event):
                    await stream.write(event_of(chunk))
        if answer.response["status"] == "failed":
            await stream.write(event_of(_failure(answer).body()))
        else:
            for chunk in answer.last_chunks(with_usage=with_usage):
                await stream.write(event_of(chunk))
        await stream.end(b"data: [DONE]\n\n")
    except McptuiError as error:
        stream.stop()
        if stream.is_open:
            await stream.write(event_of(error_event(error)))
            await stream.end(b"data: [DONE]\n\n")
        raise
    finally:
        stream.stop()


def _failure(answer: ChatAnswer) -> LlmError:
    error = answer.response["error"]
    return LlmError(error["message"], code=error["code"])


def _failed(answer: ChatAnswer) -> dict[str, Any]:
    """Tools ran before the failure: an error would make clients ask again, and the tools run again."""
    return _failure(answer).body() if answer.response["status"] == "failed" else {}


def _open_calls(items: list[dict[str, Any]], functions: Functions[Any]) -> tuple[list[dict[str, Any]], list[Approved]]:
    """Calls of our tools at the end of the conversation that nobody answered: sent back to be run.

    They came from here because they need an approval. Who sends them back without an answer, and with tools that
    no longer need one, has approved; who answers them has decided otherwise.
    """
    answered = {item.get("call_id") for item in items if item.get("type") == "function_call_output"}
    kept: list[dict[str, Any]] = []
    approved: list[Approved] = []
    for item in items:
        offered = functions.offered(str(item.get("name"))) if item.get("type") == "function_call" else None
        if offered is None or item.get("call_id") in answered:
            kept.append(item)
        elif offered.source.approval(offered.tool) == "never":
            approved.append(Approved(str(item.get("call_id")), offered.source.label, offered.tool, item))
    return kept, approved
