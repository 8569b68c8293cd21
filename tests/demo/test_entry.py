"""The demo server as an entry: it is started by this Python, from wherever mcptui is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from mcptui.demo.entry import demo_server_config
from mcptui.interop.values import unusable
from mcptui.model import Server
from mcptui.model.setting import values_of


@pytest.mark.parametrize("name", ["demo", "other"])
def test_the_entry_starts_a_module_that_is_there(name: str) -> None:
    server = demo_server_config(name)
    assert (server.name, server.command, server.is_stdio) == (name, sys.executable, True)
    option, module = server.args
    assert option == "-m"
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    assert server.cwd is not None
    assert Path(spec.origin).is_relative_to(server.cwd)
    assert unusable(Server, values_of(server)) == {}
