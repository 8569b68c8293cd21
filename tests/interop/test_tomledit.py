from __future__ import annotations

import tomllib

import pytest

from mcptui.interop.errors import ImportFileError
from mcptui.interop.tomledit import remove_table, set_table

PATH = ("mcp_servers", "me")
ENTRY = {"url": "https://a.example/mcp", "http_headers": {"A": "b"}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        'model = "x"\n',
        '# first\n[mcp_servers.x]\nurl = "u" # why\n\n# after\n[projects."/srv"]\ntrust_level = "trusted"\n',
        '[mcp_servers]\nx = { url = "u" }\n',
        'mcp_servers.x.url = "u"\n',
        '[mcp_servers.x]\r\nurl = "u"\r\n',
    ],
)
def test_a_table_comes_and_goes_and_nothing_else_changes(text: str) -> None:
    written = set_table(text, PATH, ENTRY)
    assert tomllib.loads(written)["mcp_servers"]["me"] == ENTRY
    assert set_table(written, PATH, ENTRY) == written
    changed = set_table(written, PATH, {"url": "v", "bearer_token_env_var": "KEY"})
    assert tomllib.loads(changed)["mcp_servers"]["me"] == {"url": "v", "bearer_token_env_var": "KEY"}
    assert remove_table(written, PATH) == remove_table(changed, PATH) == text
    assert remove_table(text, PATH) == text


def test_what_is_not_changed() -> None:
    with pytest.raises(ImportFileError, match="not valid TOML: Expected '=' after a key"):
        set_table("x", PATH, ENTRY)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "[" * 3000 + "]" * 3000])
def test_what_is_nested_too_deeply_is_not_changed(text: str) -> None:
    with pytest.raises(ImportFileError, match="nested too deeply"):
        set_table(text, PATH, ENTRY)


def test_a_byte_order_mark_stays() -> None:
    text = '\ufeff[mcp_servers.a]\ncommand = "x"\n'
    changed = set_table(text, ("mcp_servers", "b"), {"command": "y"})
    assert changed.startswith("\ufeff[mcp_servers.a]")
    assert changed.count("\ufeff") == 1
    assert remove_table(changed, ("mcp_servers", "b")) == text
    assert remove_table(text, ("mcp_servers", "b")) == text
