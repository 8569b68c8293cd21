from __future__ import annotations

import json
from typing import Any

import pytest

from mcptui.interop.sources import Imported, read_source


def read(**server: Any) -> Imported:
    return read_source(json.dumps({"name": "io.example/x", **server}), "registry")


def package(**values: Any) -> Imported:
    return read(packages=[{"registryType": "npm", "identifier": "p", "transport": {"type": "stdio"}, **values}])


def test_the_answer_of_the_registry_and_keys_of_before_2025_09() -> None:
    document = {
        "server": {
            "name": "io.example/old",
            "packages": [
                {
                    "registry_type": "oci",
                    "identifier": "example/old",
                    "version": "2",
                    "runtime_arguments": [{"type": "named", "name": "--network", "value": "host"}],
                    "environment_variables": [{"name": "KEY", "is_required": True, "is_secret": True}, {"value": "x"}],
                }
            ],
        },
        "_meta": {},
    }
    imported = read_source(json.dumps(document))
    assert imported.source == "registry"
    server = imported.found[0].server
    assert server.args == ("run", "-i", "--rm", "--network", "host", "-e", "KEY", "example/old:2")
    assert server.env == {"KEY": "${secret:server/old/key}"}


@pytest.mark.parametrize(
    ("values", "command", "args"),
    [
        ({"version": "latest"}, "npx", ("-y", "p")),
        ({"runtimeHint": "bunx"}, "bunx", ("p",)),
        ({"registryType": "nuget", "version": "1"}, "dnx", ("p@1",)),
        (
            {"registryType": "nuget", "packageArguments": [{"type": "positional", "value": "go"}]},
            "dnx",
            ("p", "--", "go"),
        ),
        (
            {
                "packageArguments": [
                    {"type": "named", "name": "--on", "format": "boolean", "value": "true"},
                    {"type": "named", "name": "--off", "format": "boolean", "default": "false"},
                    {"type": "named", "name": "--optional"},
                    {"type": "positional", "value": "{a}-{b}", "variables": {"a": {"default": 1}}},
                    5,
                ]
            },
            "npx",
            ("-y", "p", "--on", "1-{b}"),
        ),
    ],
)
def test_commands(values: dict[str, Any], command: str, args: tuple[str, ...]) -> None:
    server = package(**values).found[0].server
    assert (server.command, server.args) == (command, args)


def test_what_has_to_be_filled_in() -> None:
    found = package(environmentVariables=[{"name": "PLACE", "isRequired": True}, {"name": "MAYBE"}]).found[0]
    assert (found.server.env, found.server.enabled) == ({"PLACE": "<PLACE>"}, False)
    assert found.notes == ("x: fill in PLACE, then switch it on",)
    remote = {"type": "sse", "url": "https://{host}/sse?k={key}", "variables": {"host": {}, "key": {"isSecret": True}}}
    found = read(remotes=[remote]).found[0]
    assert (found.server.url, found.server.transport) == ("https://<host>/sse?k=${secret:server/x/key}", "sse")
    assert found.missing == (("server/x/key", "key"),)


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        ({"packages": []}, "x offers neither a package nor a URL"),
        ({"packages": [5]}, "x offers neither a package nor a URL"),
        ({"packages": [{}]}, "x: packages of kind ? cannot be started by mcptui"),
        ({"remotes": [{"url": "ftp://x"}]}, "x: the URL must begin with http:// or https://, not ftp"),
    ],
)
def test_nothing_to_use(server: dict[str, Any], problem: str) -> None:
    imported = read(**server)
    assert (imported.found, imported.problems) == ((), (problem,))
