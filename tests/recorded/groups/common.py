"""Requests that are sent in more than one form."""

from __future__ import annotations

from typing import Any, Final

LISTS: Final = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")
VERSIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def call(name: Any, **arguments: Any) -> dict[str, Any]:
    """The params of a tool call."""
    return {"name": name, "arguments": arguments}


def both(tool: str, **arguments: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """A tool of the servers of both eras: label, method, params."""
    return [(f"{server} {tool}", "tools/call", call(f"{server}__{tool}", **arguments)) for server in ("hs", "st")]


#: Label, method, params: requests that both eras know.
REQUESTS: Final[list[tuple[str, str, Any]]] = [
    *((method, method, None) for method in LISTS),
    *((f"{method} with a wrong cursor", method, {"cursor": "x"}) for method in LISTS),
    *both("add", a=1, b=2),
    *both("echo", nested={"a": [1, None, "ä\u2028"]}),
    *both("boom"),
    *both("fail"),
    *both("invalid"),
    *both("login"),
    *both("structured"),
    *both("no_content"),
    *both("big"),
    *both("params"),
    *both("task"),
    ("unknown tool", "tools/call", call("hs__none")),
    ("tool of an unknown server", "tools/call", call("none__add")),
    ("tool without a prefix", "tools/call", call("add")),
    ("tool of a server that the key may not use", "tools/call", call("api__headers")),
    ("call without params", "tools/call", None),
    ("call without a name", "tools/call", {"arguments": {}}),
    ("name that is no string", "tools/call", call(7)),
    ("arguments that are no object", "tools/call", {"name": "hs__add", "arguments": [1]}),
    ("prompt", "prompts/get", {"name": "hs__greet", "arguments": {"who": "ann"}}),
    ("prompt of the other era", "prompts/get", {"name": "st__greet", "arguments": {"who": "ann"}}),
    ("prompt that breaks", "prompts/get", {"name": "hs__broken"}),
    ("unknown prompt", "prompts/get", {"name": "hs__none"}),
    ("prompt without a name", "prompts/get", {}),
    ("resource", "resources/read", {"uri": "file:///hs"}),
    ("resource of the other era", "resources/read", {"uri": "file:///st"}),
    ("resource that two have", "resources/read", {"uri": "file:///both"}),
    ("binary resource", "resources/read", {"uri": "file:///blob"}),
    ("resource of a template", "resources/read", {"uri": "st://a/b"}),
    ("resource that is missing", "resources/read", {"uri": "file:///missing"}),
    ("unknown resource", "resources/read", {"uri": "file:///none"}),
    ("resource without a uri", "resources/read", {}),
    (
        "completion of a prompt",
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "hs__greet"}, "argument": {"name": "who", "value": "a"}},
    ),
    (
        "completion of a template",
        "completion/complete",
        {"ref": {"type": "ref/resource", "uri": "st://{path}"}, "argument": {"name": "path", "value": "a"}},
    ),
    (
        "completion of nothing known",
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "none"}, "argument": {"name": "who", "value": "a"}},
    ),
    ("completion without a ref", "completion/complete", {}),
    ("completion of a wrong kind", "completion/complete", {"ref": {"type": "x"}, "argument": {}}),
    ("ping", "ping", None),
    ("log level", "logging/setLevel", {"level": "error"}),
    ("wrong log level", "logging/setLevel", {"level": "loud"}),
    ("subscribe", "resources/subscribe", {"uri": "file:///hs"}),
    ("subscribe to nothing known", "resources/subscribe", {"uri": "file:///none"}),
    ("subscribe without a uri", "resources/subscribe", {}),
    ("unsubscribe", "resources/unsubscribe", {"uri": "file:///hs"}),
    ("discover", "server/discover", None),
    ("unknown method", "no/such", {"a": 1}),
    ("task", "tasks/get", {"taskId": "t1"}),
    ("unknown task", "tasks/get", {"taskId": "none"}),
    ("task without an id", "tasks/get", {}),
    ("tasks", "tasks/list", None),
    ("result of a task", "tasks/result", {"taskId": "t1"}),
    ("cancel of a task", "tasks/cancel", {"taskId": "t1"}),
    ("update of a task", "tasks/update", {"taskId": "t1", "inputResponses": {}}),
]
