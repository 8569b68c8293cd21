"""LiteLLM's ``config.yaml``: what is carried over, what is not, and that this is said."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.interop.dialects import LITELLM
from mcptui.interop.errors import ImportFileError
from mcptui.interop.litellm import is_litellm_document, load_yaml, read_litellm_document
from mcptui.interop.reading import Reading
from mcptui.interop.sources import read_source

MANY = 'LiteLLM writes "-" between server and tool: separator = "-" in [gateway] keeps the names'


def read(document: dict[str, Any]) -> tuple[Reading, tuple[str, ...]]:
    reading = Reading(set(), LITELLM)
    return reading, read_litellm_document(reading, document).problems


def server(**entry: Any) -> Reading:
    reading, problems = read({"mcp_servers": {"a": {"url": "https://x/mcp", **entry}}})
    assert problems == ()
    return reading


@pytest.mark.parametrize(
    ("document", "meant"),
    [
        ({"model_list": []}, True),
        ({"litellm_settings": {}}, True),
        ({"general_settings": None}, True),
        ({"mcp_servers": {}}, False),
        ({}, False),
        ([{"model_list": []}], False),
        ("model_list", False),
        (None, False),
    ],
)
def test_whose_document_it_is(document: object, meant: bool) -> None:
    assert is_litellm_document(document) is meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "not valid YAML: expected the node content, but found '<stream end>', line 1, column 5"),
        ("a: 1\nb: c: d", "not valid YAML: mapping values are not allowed here, line 2, column 5"),
        ("a: *b", "not valid YAML: found undefined alias 'b', line 1, column 4"),
        ("a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        ("a: \x07", "not valid YAML: ReaderError"),
        ("a: 2024-13-01", "not valid YAML: ValueError"),
        ("[" * 1000, "not valid YAML: RecursionError"),
    ],
)
def test_what_is_no_yaml(text: str, says: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        load_yaml(text)
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("entry", "prefix"),
    [
        ({}, None),
        ({"alias": "a"}, None),
        ({"alias": "work"}, "work"),
        ({"alias": ""}, None),
        ({"alias": "Work Items"}, "Work_Items"),
        ({"alias": "work/items: all"}, "work_items__all"),
        ({"alias": "x" * 40}, "x" * 32),
    ],
)
def test_the_alias_is_what_tool_names_begin_with(entry: dict[str, Any], prefix: str | None) -> None:
    assert server(**entry).servers[0].prefix == prefix


@pytest.mark.parametrize(
    ("entry", "headers"),
    [
        ({"static_headers": {"X-A": "1"}}, {"X-A": "1"}),
        ({"static_headers": {"X-A": "${T}"}}, {"X-A": "${env:T}"}),
        ({"static_headers": {"X-A": "${T}"}, "env_vars": [{"name": "T", "value": "t"}]}, {"X-A": "t"}),
        ({"static_headers": {"X-A": "${T}"}, "env_vars": [{"name": "T", "value": ""}]}, {"X-A": ""}),
        ({"static_headers": {"X-A": "${T}"}, "env_vars": [{"name": "T"}, 5, {"value": "t"}]}, {"X-A": "${env:T}"}),
        ({"static_headers": {"X-A": "${T}${U}"}, "env_vars": [{"name": "T", "value": "t"}]}, {"X-A": "t${env:U}"}),
        ({"static_headers": ["X-A"], "env_vars": {"T": "t"}}, {}),
    ],
)
def test_static_headers_with_the_variables_of_the_entry(entry: dict[str, Any], headers: dict[str, str]) -> None:
    assert server(**entry).servers[0].headers == headers


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ({"rpm": 5}, "a: not carried over: requests a minute per server"),
        ({"allowed_params": {}}, "a: not carried over: filters of parameters"),
        ({"aws_role_name": "r", "aws_region_name": "eu"}, "a: not carried over: AWS signatures"),
        ({"instructions": "x"}, "a: not carried over: instructions"),
        ({"access_groups": ["@"]}, "a: the access group @ cannot be a group's name here"),
        ({"not_a_setting": "red"}, "a: not used here: not_a_setting"),
        ({"token_url": "https://x/token", "audience": "x", "server_id": "1"}, None),
    ],
)
def test_what_is_not_carried_over_is_said_once(entry: dict[str, Any], note: str | None) -> None:
    assert server(**entry).notes == [*([note] if note else []), MANY]


def test_a_description_may_stand_in_two_places() -> None:
    assert server(mcp_info={"description": "inside"}).servers[0].description == "inside"
    assert server(mcp_info={"description": "inside"}, description="own").servers[0].description == "own"
    assert server(mcp_info="none").servers[0].description == ""


def test_groups_hold_servers_under_the_names_they_have_here() -> None:
    entries = {"My Docs": {"url": "https://x/mcp", "access_groups": ["dev", "all"]}}
    entries["b"] = {"url": "https://y/mcp", "access_groups": ["dev"]}
    config = read_litellm_document(Reading(set(), LITELLM), {"mcp_servers": entries})
    assert config.groups == {"dev": ("my-docs", "b"), "all": ("my-docs",)}


@pytest.mark.parametrize("servers", [None, [], "x", {}])
def test_a_document_without_servers_says_nothing_of_separators(servers: object) -> None:
    reading, problems = read({"mcp_servers": servers})
    assert (reading.servers, reading.notes, problems) == ([], [], ())


def test_litellm_entries_that_are_none() -> None:
    imported = read_source("mcp_servers: {a: 1, b: {description: x}, c: {url: 'https://x/', access_groups: ['@']}}")
    assert imported.problems == ("a is not a table", "b has neither a url nor a command")
    assert imported.found[0].notes == ("c: the access group @ cannot be a group's name here",)
    assert imported.groups == {}


def test_tools_and_aliases_of_litellm() -> None:
    text = """
mcp_tools: [{name: add}]
litellm_settings: {mcp_aliases: {w: wiki}}
general_settings: {litellm_key_header_name: X-Key, mcp_disabled_capabilities: []}
mcp_servers: {wiki: {url: "https://x/mcp"}, "My Docs": {url: "https://y/mcp"}}
"""
    imported = read_source(text)
    assert [(found.server.name, found.server.prefix) for found in imported.found] == [
        ("wiki", "w"),
        ("my-docs", "My_Docs"),
    ]
    assert set(imported.notes) >= {
        "mcp_tools: Python functions of LiteLLM's own process cannot be carried over",
        "general_settings.litellm_key_header_name: clients send x-litellm-api-key or Authorization",
        "general_settings: not used here: mcp_disabled_capabilities",
    }
