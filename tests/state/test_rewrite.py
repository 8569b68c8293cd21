from __future__ import annotations

import tomllib
from typing import Any

import pytest

from mcptui.state.edits import ABSENT, Edit
from mcptui.state.rewrite import rename, rewrite

TEXT = """\
# What I use every day.
version = 1

# local files
[servers.files]
command = "npx" # from npm
args = [
  "-y", # yes
  "server", # the package
]
env = { HOME = "/root", LANG = "C" }
later = "an unknown key"
# enabled = false

# about github
[servers.github]
url = "https://x.example"  # never change this

# about teams
[teams.data]
servers = ["files"]

# the end
"""


def set_(path: str, value: Any) -> Edit:
    return Edit(tuple(path.split(".")), None, value)


def changed_lines(text: str, *edits: Edit) -> list[str]:
    """Lines that went away (-) and came (+), in order."""
    import difflib

    changed = rewrite(text, edits)
    tomllib.loads(changed)
    lines = difflib.ndiff(text.splitlines(), changed.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (set_("servers.files.command", "uvx"), ['-command = "npx" # from npm', '+command = "uvx" # from npm']),
        (set_("servers.github.url", "u"), [
            '-url = "https://x.example"  # never change this', '+url = "u"  # never change this']),
        (set_("servers.github.enabled", False), ["+enabled = false"]),
        (set_("servers.files.timeout", 5.0), ["+timeout = 5.0"]),
        (set_("servers.files.env.LANG", "de"), [
            '-env = { HOME = "/root", LANG = "C" }', '+env = { HOME = "/root", LANG = "de" }']),
        (set_("servers.files.env.LANG", ABSENT), [
            '-env = { HOME = "/root", LANG = "C" }', '+env = { HOME = "/root" }']),
        (set_("servers.files.args", ["-y"]), ['-  "server", # the package']),
        (set_("servers.files.args", ["-y", "server", "/srv"]), ['+  "/srv",']),
        (set_("servers.github.headers.X-A", "1"), ['+headers = { X-A = "1" }']),
        (set_("teams.data.servers", ABSENT), ['-servers = ["files"]']),
        (set_("servers.github", ABSENT), [
            "-# about github", "-[servers.github]", '-url = "https://x.example"  # never change this', "-"]),
        (set_("servers.new", {"url": "u", "headers": {"A b": "1"}}), [
            "+[servers.new]", '+url = "u"', '+headers = { "A b" = "1" }', "+"]),
        (set_("orgs.acme", {}), ["+", "+[orgs.acme]"]),
        (set_("gateway.port", 1), ["+", "+[gateway]", "+port = 1"]),
    ],
)  # fmt: skip
def test_only_these_lines_change(edit: Edit, lines: list[str]) -> None:
    assert changed_lines(TEXT, edit) == lines


def test_comment_of_the_next_table_stays_with_it() -> None:
    changed = rewrite(TEXT, [set_("servers.files", ABSENT)])
    assert changed.startswith("# What I use every day.\nversion = 1\n\n# about github\n[servers.github]\n")


def test_comment_above_a_first_table_is_not_parted_from_it() -> None:
    text = "# c\n[teams.a]\nrpm = 1\n# d\n[teams.b]\nrpm = 2\n"
    assert rewrite(text, [set_("teams.c", {"rpm": 3})]).endswith("rpm = 2\n\n[teams.c]\nrpm = 3\n")
    assert rewrite(text, [set_("teams.a", ABSENT)]) == "# d\n[teams.b]\nrpm = 2\n"
    assert rewrite(text, [set_("teams.b", ABSENT)]) == "# c\n[teams.a]\nrpm = 1\n"
    assert rewrite(text, [set_("teams.a", ABSENT), set_("teams.b", ABSENT)]) == ""


def test_settings_stand_above_the_other_tables() -> None:
    edits = [set_("gateway.port", 1), set_("gateway.host", "::1"), set_("secrets.backend", "vault")]
    assert rewrite("version = 1\n\n[servers.a]\nurl = 'u'\n", edits) == (
        'version = 1\n\n[gateway]\nport = 1\nhost = "::1"\n\n[secrets]\nbackend = "vault"\n\n[servers.a]\nurl = \'u\'\n'
    )
    assert rewrite("[servers.a]\nurl = 'u'", edits[:1]) == "[servers.a]\nurl = 'u'\n\n[gateway]\nport = 1\n"


@pytest.mark.parametrize(
    "text",
    [
        '[servers]\na.url = "u"\na.env.X = "1"\nz = {url = "z"}\n',
        '[servers.a]\nurl = "u"\nenv.X = "1"\n[teams.t]\n[servers.z]\nurl = "z"\n',
        '[servers.a.env]\nX = "1"\n[servers.z]\nurl = "z"\n[servers.a]\nurl = "u"\n',
        'servers = { a = { url = "u", env = { X = "1" } }, z = { url = "z" } }\n',
        'servers.a.url = "u"\nservers.a.env.X = "1"\nservers.z.url = "z"\n',
        '[servers.a]\r\nurl = "u"\r\nenv = { X = "1" }\r\n[servers.z]\r\nurl = "z"\r\n',
    ],
)
def test_every_way_of_writing_can_be_edited(text: str) -> None:
    expected = {"a": {"url": "u", "env": {"X": "1"}}, "z": {"url": "z"}}
    assert tomllib.loads(text)["servers"] == expected
    edits = [
        set_("servers.a.url", "v"), set_("servers.a.env.Y", "2"), set_("servers.a.enabled", False),
        set_("servers.z.headers.H", "h"), set_("servers.b", {"url": "b"}),
    ]  # fmt: skip
    changed = rewrite(text, edits)
    assert tomllib.loads(changed)["servers"] == {
        "a": {"url": "v", "env": {"X": "1", "Y": "2"}, "enabled": False},
        "z": {"url": "z", "headers": {"H": "h"}},
        "b": {"url": "b"},
    }
    assert changed.count("\r\n") in {0, changed.count("\n")}
    back = rewrite(changed, [set_("servers.b", ABSENT), set_("servers.a.env", ABSENT)])
    assert set(tomllib.loads(back)["servers"]) == {"a", "z"}
    assert "env" not in tomllib.loads(back)["servers"]["a"]


def test_rename_keeps_comments_and_place() -> None:
    text = TEXT + "[servers.files.headers] # h\n"
    changed = rename(text, "servers", "files", "my files")
    assert changed == text.replace("[servers.files", '[servers."my files"')
    assert rename('[servers]\na.url = "u"\n', "servers", "a", "b") == '[servers]\nb.url = "u"\n'


def test_order_of_an_array_is_kept() -> None:
    changed = rewrite(TEXT, [set_("servers.files.args", ["server", "-y"])])
    assert tomllib.loads(changed)["servers"]["files"]["args"] == ["server", "-y"]


def test_long_array_gets_a_line_for_each_item() -> None:
    changed = rewrite("[teams.a]\n", [set_("teams.a.servers", ["x" * 40] * 3)])
    assert changed.count("\n") == 6


def test_statement_that_tomlkit_gets_wrong_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for outcome in ("command = 1\n", "= broken"):
        monkeypatch.setattr("mcptui.state.rewrite._with_value", lambda *_, outcome=outcome: outcome)
        assert changed_lines(TEXT, set_("servers.files.command", "uvx")) == [
            '-command = "npx" # from npm',
            '+command = "uvx"',
        ]
