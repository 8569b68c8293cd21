"""Providers that keep to their API more or less: through the gateway, whichever of its APIs is asked, the answer is the
one that was meant."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import openai
import pytest

from tests.support.provider import Raw, Refusal, Says
from tests.support.rig import Rig
from tests.support.upstream import text

Json = dict[str, Any]

ADD = "one__add"
A, B = {"a": 1, "b": 2}, {"a": 30, "b": 4}
TEXT_A, TEXT_B = json.dumps(A), json.dumps(B)


def sse(*values: Any, done: bool = True, named: bool = False) -> Raw:
    """Events of a stream."""
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    names = [f"event: {value['type']}\n" if named else "" for value in values]
    body = "".join(f"{name}data: {each}\n\n" for name, each in zip(names, texts, strict=True))
    return Raw((body + ("data: [DONE]\n\n" if done else "")).encode())


def whole(value: Any, content_type: str = "application/json") -> Raw:
    """An answer in one piece."""
    return Raw(json.dumps(value).encode(), content_type)


def chunk(finish: str | None = None, **delta: Any) -> Json:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def piece(name: str | None = None, arguments: Any = None, **more: Any) -> Json:
    function = {"name": name, "arguments": arguments}
    return {**more, "function": {key: value for key, value in function.items() if value is not None}}


def completion(message: Json, finish: str | None = "stop") -> Json:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}]}


@dataclass(frozen=True)
class Row:
    """A deviation: the first answer, and what it means."""

    answer: Raw
    #: What the answer says, where it is the only one.
    says: str | None = None
    #: The arguments of the calls of "add" that it makes.
    calls: list[Json] = field(default_factory=list)
    #: What the model is told instead of a result.
    told: str | None = None


def calls(*pieces: Json, finish: str | None = "tool_calls") -> Raw:
    """Every piece in a chunk of its own."""
    return sse(*(chunk(tool_calls=[each]) for each in pieces), chunk(finish))


CHAT = {
    # Arguments.
    "arguments are an object": Row(calls(piece(ADD, A, index=0, id="c1")), calls=[A]),
    "arguments are an object, not streamed": Row(
        whole(completion({"tool_calls": [piece(ADD, A, id="c1")]})), calls=[A]
    ),
    "arguments are an object after an empty text": Row(
        calls(piece(ADD, "", index=0, id="c1"), piece(None, A, index=0)), calls=[A]
    ),
    "arguments are a JSON string of JSON": Row(calls(piece(ADD, json.dumps(TEXT_A), index=0, id="c1")), calls=[A]),
    "arguments are a list": Row(calls(piece(ADD, [1], index=0, id="c1")), told="not a JSON object"),
    "arguments are a number": Row(calls(piece(ADD, 5, index=0, id="c1")), told="not a JSON object"),
    "arguments are false": Row(calls(piece(ADD, False, index=0, id="c1")), told="not a JSON object"),
    "arguments are an empty list": Row(calls(piece(ADD, [], index=0, id="c1")), told="not a JSON object"),
    "arguments are Python": Row(calls(piece(ADD, str(A), index=0, id="c1")), told="not a JSON object"),
    "arguments are cut off": Row(calls(piece(ADD, TEXT_A[:-1], index=0, id="c1")), told="not a JSON object"),
    # Which call a piece belongs to.
    "one index, two ids": Row(
        calls(piece(ADD, TEXT_A, index=0, id="c1"), piece(ADD, TEXT_B, index=0, id="c2")), calls=[A, B]
    ),
    "one index, two ids, in pieces": Row(
        calls(
            piece(ADD, "", index=0, id="c1"),
            piece(ADD, "", index=0, id="c2"),
            piece(None, TEXT_A, index=0, id="c1"),
            piece(None, TEXT_B, index=0, id="c2"),
        ),
        calls=[A, B],
    ),
    "one index, no ids": Row(calls(piece(ADD, TEXT_A, index=0), piece(ADD, TEXT_B, index=0)), calls=[A, B]),
    "no index, no id": Row(calls(piece(ADD, TEXT_A), piece(ADD, TEXT_B)), calls=[A, B]),
    "no index, no id, in one chunk": Row(
        sse(chunk(tool_calls=[piece(ADD, TEXT_A), piece(ADD, TEXT_B)]), chunk("stop")), calls=[A, B]
    ),
    "no index, ids": Row(
        calls(piece(ADD, TEXT_A[:3], id="c1"), piece(None, TEXT_A[3:]), piece(ADD, TEXT_B, id="c2")), calls=[A, B]
    ),
    "the index is a string": Row(
        calls(piece(ADD, TEXT_A, index="0", id="c1"), piece(ADD, TEXT_B, index="1", id="c2")), calls=[A, B]
    ),
    "one id for all": Row(
        calls(piece(ADD, TEXT_A, index=0, id="x"), piece(ADD, TEXT_B, index=1, id="x")), calls=[A, B]
    ),
    "another id for every piece": Row(
        calls(piece(ADD, TEXT_A[:3], index=0, id="c1"), piece(None, TEXT_A[3:], index=0, id="c2")), calls=[A]
    ),
    "the name again in every piece": Row(
        calls(piece(ADD, TEXT_A[:3], index=0, id="c1"), piece(ADD, TEXT_A[3:], index=0, id="c1")), calls=[A]
    ),
    "the name again in every piece, no id": Row(
        calls(piece(ADD, ""), piece(ADD, TEXT_A[:3]), piece(ADD, TEXT_A[3:])), calls=[A]
    ),
    "no function around name and arguments": Row(
        calls({"index": 0, "id": "c1", "name": ADD, "arguments": TEXT_A}), calls=[A]
    ),
    # How it ends.
    "no finish_reason": Row(sse(chunk(content="It is 3.")), says="It is 3."),
    "no finish_reason, no [DONE]": Row(sse(chunk(content="It is 3."), done=False), says="It is 3."),
    "no finish_reason, a call": Row(calls(piece(ADD, TEXT_A, index=0, id="c1"), finish=None), calls=[A]),
    "another finish_reason": Row(calls(piece(ADD, TEXT_A, index=0, id="c1"), finish="stop"), calls=[A]),
    # Whole answers, and other forms of text.
    "JSON to a stream request": Row(whole(completion({"content": "It is 3."})), says="It is 3."),
    "JSON without a content type": Row(whole(completion({"content": "It is 3."}), "text/plain"), says="It is 3."),
    "content as parts": Row(sse(chunk(content=[{"type": "text", "text": "It is 3."}]), chunk("stop")), says="It is 3."),
    "signs of life that are no JSON": Row(sse("ping", chunk(content="It is 3."), "", chunk("stop")), says="It is 3."),
    "null where nothing is said": Row(
        sse({**chunk(content="It is 3.", tool_calls=None, refusal=None), "error": None, "usage": None}, chunk("stop")),
        says="It is 3.",
    ),
    # Names.
    "an unknown tool": Row(calls(piece("nobody_has", TEXT_A, index=0, id="c1")), told="there is no tool 'nobody_has'"),
    "a call without a name": Row(calls(piece(None, TEXT_A, index=0, id="c1")), told="there is no tool ''"),
}


def call_item(arguments: Any = TEXT_A, name: str = ADD, **more: Any) -> Json:
    item = {"type": "function_call", "id": "fc1", "call_id": "c1", "name": name, "arguments": arguments, **more}
    return {key: value for key, value in item.items() if value is not None}


MESSAGE = {"type": "message", "id": "m1", "role": "assistant", "content": [{"type": "output_text", "text": "It is 3."}]}


def event(kind: str, **members: Any) -> Json:
    return {"type": f"response.{kind}", **members}


def response(*output: Json, **more: Any) -> Json:
    return {"object": "response", "id": "r", "status": "completed", "output": list(output), "error": None, **more}


def item_events(item: Json, **more: Any) -> tuple[Json, Json]:
    return event("output_item.added", item={**item, "arguments": ""}, **more), event(
        "output_item.done", item=item, **more
    )


COMPLETED = event("completed", response={})
RESPONSES = {
    "arguments are an object": Row(sse(*item_events(call_item(A), output_index=0), COMPLETED), calls=[A]),
    "arguments are an object, everywhere": Row(
        sse(
            event("output_item.added", item=call_item({}), output_index=0),
            event("function_call_arguments.done", arguments=A, output_index=0),
            event("output_item.done", item=call_item(A), output_index=0),
            COMPLETED,
        ),
        calls=[A],
    ),
    "arguments are a list": Row(sse(*item_events(call_item([1])), COMPLETED), told="not a JSON object"),
    "arguments are cut off": Row(sse(*item_events(call_item(TEXT_A[:-1])), COMPLETED), told="not a JSON object"),
    "no output_index": Row(
        sse(event("output_text.delta", delta="It is "), event("output_text.delta", delta="3."), COMPLETED),
        says="It is 3.",
    ),
    "no output_index, a call": Row(
        sse(
            event("output_item.added", item=call_item("")),
            event("function_call_arguments.delta", delta=TEXT_A, item_id="fc1"),
            event("output_item.done", item=call_item()),
            COMPLETED,
        ),
        calls=[A],
    ),
    "one output_index for two calls": Row(
        sse(
            *item_events(call_item(), output_index=0),
            *item_events(call_item(TEXT_B, id="fc2", call_id="c2"), output_index=0),
            COMPLETED,
        ),
        calls=[A, B],
    ),
    "only created and completed": Row(
        sse(event("created", response=response()), event("completed", response=response(MESSAGE))), says="It is 3."
    ),
    "only completed, calls": Row(
        sse(event("completed", response=response(call_item(), call_item(TEXT_B, id="fc2", call_id="c2")))), calls=[A, B]
    ),
    "only output_item.done": Row(sse(event("output_item.done", item=MESSAGE), COMPLETED), says="It is 3."),
    "only output_item.done, a call": Row(
        sse(event("output_item.done", item=call_item(), output_index=0), COMPLETED), calls=[A]
    ),
    "no end": Row(sse(event("output_item.done", item=MESSAGE)), says="It is 3."),
    "no end but that of the text": Row(sse(event("output_text.delta", delta="It is 3.")), says="It is 3."),
    "no ids": Row(sse(*item_events(call_item(id=None, call_id=None), output_index=0), COMPLETED), calls=[A]),
    "another id at the end": Row(
        sse(
            event("output_item.added", item=call_item("", id="x"), output_index=0),
            event("function_call_arguments.delta", delta=TEXT_A, item_id="x", output_index=0),
            event("output_item.done", item=call_item(id="y"), output_index=0),
            COMPLETED,
        ),
        calls=[A],
    ),
    "JSON to a stream request": Row(whole(response(MESSAGE)), says="It is 3."),
    "JSON to a stream request, a call": Row(whole(response(call_item(A))), calls=[A]),
    "other ids in the whole response": Row(
        sse(*item_events(call_item()), event("completed", response=response(call_item(id="x", call_id="y")))), calls=[A]
    ),
    "JSON without a content type": Row(whole(response(MESSAGE), "text/plain"), says="It is 3."),
    "a response without output": Row(
        sse(*item_events(call_item()), event("completed", response={"output": None, "usage": None})), calls=[A]
    ),
    "null where nothing is said": Row(
        sse(
            event("output_item.done", item={**MESSAGE, "content": [{**MESSAGE["content"][0], "annotations": None}]}),  # type: ignore[dict-item]
            event("completed", response=response(usage=None, incomplete_details=None)),
        ),
        says="It is 3.",
    ),
    "types in the names of events only": Row(
        Raw(
            b'event: response.output_text.delta\ndata: {"delta": "It is 3."}\n\n'
            b'event: response.completed\ndata: {"response": {}}\n\n'
        ),
        says="It is 3.",
    ),
    "an unknown tool": Row(
        sse(*item_events(call_item(name="nobody_has"), output_index=0), COMPLETED), told="there is no tool 'nobody_has'"
    ),
    "a call without a name": Row(
        sse(*item_events(call_item(name=None), output_index=0), COMPLETED),  # type: ignore[arg-type]
        told="there is no tool ''",
    ),
}
ROWS = [("chat", name, row) for name, row in CHAT.items()] + [("resp", name, row) for name, row in RESPONSES.items()]


@dataclass(frozen=True)
class Outcome:
    """What a client of the gateway has in the end."""

    text: str
    has_functions: bool


async def by_responses(rig: Rig, model: str, tool: Json, *, stream: bool) -> Outcome:
    """Ask for a response."""
    answer = await rig.client().responses.create(model=model, input="hi", tools=[tool], stream=stream)
    deltas = ""
    if stream:
        last: Any = None
        async for each in answer:
            deltas += each.delta if each.type == "response.output_text.delta" else ""
            last = each
        answer = last.response
        assert deltas == answer.output_text
    assert answer.status == "completed"
    return Outcome(answer.output_text, any(item.type == "function_call" for item in answer.output))


async def by_chat(rig: Rig, model: str, tool: Json, *, stream: bool) -> Outcome:
    """Ask for a completion."""
    messages = [{"role": "user", "content": "hi"}]
    answer = await rig.client().chat.completions.create(model=model, messages=messages, tools=[tool], stream=stream)
    if not stream:
        message = answer.choices[0].message
        return Outcome(message.content or "", bool(message.tool_calls))
    said, has_functions = "", False
    async for each in answer:
        for choice in each.choices:
            said += choice.delta.content or ""
            has_functions = has_functions or bool(choice.delta.tool_calls)
    return Outcome(said, has_functions)


@pytest.fixture
def made(rig: Rig) -> list[Json]:
    """The arguments of the calls that reach the server."""
    arguments: list[Json] = []

    async def add(incoming: Any) -> Json:
        arguments.append(incoming.arguments)
        return text("added")

    rig.one.tools["add"] = add
    return arguments


def told(body: Any) -> list[str]:
    """What the model is told of its calls."""
    items = body.get("input") or body["messages"]
    return [
        str(item.get("output") or item.get("content"))
        for item in items
        if item.get("type") == "function_call_output" or item.get("role") == "tool"
    ]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("ask", [by_responses, by_chat], ids=["responses", "chat"])
@pytest.mark.parametrize(("model", "row"), [(m, r) for m, _, r in ROWS], ids=[f"{m}: {name}" for m, name, _ in ROWS])
async def test_what_was_meant(rig: Rig, made: list[Json], model: str, row: Row, ask: Any, stream: bool) -> None:
    rig.provider.rounds = [row.answer, Says("It is done.")]
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    outcome = await ask(rig, model, tool, stream=stream)
    assert outcome == Outcome(row.says or "It is done.", has_functions=False)
    assert sorted(made, key=json.dumps) == sorted(row.calls, key=json.dumps)
    if row.says is None:
        outputs = told(rig.provider.asked[1].body)
        assert len(outputs) == (len(row.calls) or 1)
        assert all((row.told or "added") in output for output in outputs)


@pytest.mark.parametrize(("model", "row"), [(m, r) for m, _, r in ROWS], ids=[f"{m}: {name}" for m, name, _ in ROWS])
async def test_what_a_person_is_asked(rig: Rig, made: list[Json], model: str, row: Row) -> None:
    """The approval shows the arguments that the tool is called with; what cannot be called is not asked about."""
    rig.provider.rounds = [row.answer, Says("It is done.")]
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui"}
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[tool])
    asked = [item for item in first.output if item.type == "mcp_approval_request"]
    assert [json.loads(item.arguments) for item in asked if isinstance(json.loads(item.arguments), dict)] + [
        json.loads(json.loads(item.arguments)) for item in asked if isinstance(json.loads(item.arguments), str)
    ] == row.calls
    assert all(len(item.id) <= 40 for item in first.output)
    if not asked:
        assert not made
        return
    yes = [{"type": "mcp_approval_response", "approval_request_id": item.id, "approve": True} for item in asked]
    await client.responses.create(model=model, previous_response_id=first.id, input=yes, tools=[tool])
    assert sorted(made, key=json.dumps) == sorted(row.calls, key=json.dumps)


async def test_signed_thoughts_go_back_with_the_result(rig: Rig, made: list[Json]) -> None:
    """OpenRouter's: text in bits, a signature at its end, an encrypted piece."""
    details = [
        {"type": "reasoning.text", "index": 0, "text": "I should ", "format": "anthropic-claude-v1"},
        {"type": "reasoning.text", "index": 0, "text": "add."},
        {"type": "reasoning.text", "index": 0, "text": "", "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "AAA", "id": "r1"},
        {"type": "reasoning.encrypted", "index": 2, "data": "BBB", "id": "r2"},
    ]
    pieces = [chunk(reasoning="x", reasoning_details=[each]) for each in details]
    answer = sse(*pieces, chunk(tool_calls=[piece(ADD, TEXT_A, index=0, id="c1")]), chunk("tool_calls"))
    rig.provider.rounds = [answer, Says("It is done.")]
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    await rig.client().responses.create(model="chat", input="hi", tools=[tool])
    (said,) = [message for message in rig.provider.asked[1].body["messages"] if message["role"] == "assistant"]
    assert said["reasoning_details"] == [
        {
            "type": "reasoning.text",
            "index": 0,
            "text": "I should add.",
            "format": "anthropic-claude-v1",
            "signature": "sig",
        },
        details[3],
        details[4],
    ]
    assert said["reasoning"] == "xxxxx"
    assert set(said["tool_calls"][0]) == {"id", "type", "function"}
    assert made == [A]


@pytest.mark.parametrize("model", ["chat", "resp"])
async def test_ids_that_providers_take(rig: Rig, made: list[Json], model: str) -> None:
    """Of what the gateway makes up, nothing is longer than 40 characters, with items that the client sends back too."""
    rig.provider.rounds = [Says(calls=((ADD, TEXT_A),)), Says("It is done.")]
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui"}
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[tool])
    (asked,) = [item for item in first.output if item.type == "mcp_approval_request"]
    yes = {"type": "mcp_approval_response", "approval_request_id": asked.id, "approve": True}
    items = [item.model_dump(exclude_none=True) for item in first.output if item.type != "reasoning"]
    said = [{"role": "user", "content": "hi"}, *items, yes]
    second = await client.responses.create(model=model, input=said, tools=[tool])
    (call,) = [item.model_dump(exclude_none=True) for item in second.output if item.type == "mcp_call"]
    await client.responses.create(model=model, input=[*said, call, {"role": "user", "content": "and?"}], tools=[tool])
    sent = json.dumps([asked.body for asked in rig.provider.asked])
    ids = [value for name in ("id", "call_id", "tool_call_id") for value in sent.split(f'"{name}": "')[1:]]
    assert ids
    assert all(len(value.partition('"')[0]) <= 40 for value in ids)
    assert made == [A]


@pytest.mark.parametrize("model", ["chat", "resp"])
@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("stream_options", "Unrecognized request argument supplied: stream_options"),
        ("strict", "tools.0.strict: Extra inputs are not permitted"),
        ("stream", "Streaming is not supported"),
    ],
)
async def test_what_the_gateway_adds_is_left_out_where_it_is_refused(
    rig: Rig, made: list[Json], model: str, refused: str, said: str
) -> None:
    """Tried without it at once, and remembered for the model."""

    def answer(body: Json) -> Any:
        if f'"{refused}":' in json.dumps(body):
            return Refusal(400, said)
        return Says("It is 3.") if told(body) else Says(calls=((ADD, TEXT_A),))

    rig.provider.script = answer
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    for attempts in (3 if refused in ("strict", "stream") or model == "chat" else 2, 2):
        rig.provider.asked.clear()
        rig.provider.rounds = []
        answered = await rig.client().responses.create(model=model, input="hi", tools=[tool])
        assert answered.output_text == "It is 3."
        assert len(rig.provider.asked) == attempts
    assert made == [A, A]


async def test_another_refusal_is_not_tried_again(rig: Rig) -> None:
    rig.provider.rounds = [Refusal(400, "Unsupported value: 'temperature' does not support 5")]
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    with pytest.raises(openai.BadRequestError, match="temperature"):
        await rig.client().responses.create(model="chat", input="hi", tools=[tool], temperature=5)
    assert len(rig.provider.asked) == 1


@pytest.mark.parametrize("model", ["chat", "resp"])
async def test_more_tools_than_the_model_takes(rig: Rig, model: str) -> None:
    models = {**rig.state.models, model: replace(rig.state.models[model], max_tools=3)}
    rig.change(models=models)
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    client = rig.client()
    for ask in (
        client.responses.create(model=model, input="hi", tools=[tool]),
        client.responses.create(model=model, input="hi", tools=[tool], stream=True),
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}], tools=[tool]),
    ):
        with pytest.raises(openai.BadRequestError, match=f"4 tools are too many for {model}, which takes 3"):
            await ask
    assert not rig.provider.asked
    await client.responses.create(model=model, input="hi", tools=[{**tool, "allowed_tools": ["one__add"]}])
    assert len(rig.provider.asked) == 1
