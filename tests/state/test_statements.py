from __future__ import annotations

import pytest

from mcptui.state.statements import dotted, line_of, statements

TEXT = '''\
version = 1
"quoted key" = """
[not.a.header]
x = 1
"""

# [neither]
[servers.a]
  args = [ # [nor.this]
    "x = [", # }
  ]
headers = { "A.B" = "}", 'c' = '[' }
env.HOME = \'\'\'
[no]\'\'\'
[ servers . "b c" ]
url = "u" # = [

[[list]]
'''


def test_statements_are_found_with_their_lines() -> None:
    assert [(item.path, item.line, item.is_header) for item in statements(TEXT)] == [
        (("version",), 1, False),
        (("quoted key",), 2, False),
        (("servers", "a"), 8, True),
        (("servers", "a", "args"), 9, False),
        (("servers", "a", "headers"), 12, False),
        (("servers", "a", "env", "HOME"), 13, False),
        (("servers", "b c"), 15, True),
        (("servers", "b c", "url"), 16, False),
        (("list",), 18, True),
    ]


def test_statements_cover_whole_lines() -> None:
    args = statements(TEXT)[3]
    assert TEXT[args.start : args.end] == '  args = [ # [nor.this]\n    "x = [", # }\n  ]\n'
    assert [TEXT[start:end] for start, end in statements(TEXT)[6].parts] == ["servers", '"b c"']


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("servers", "a", "headers", "A.B"), 12),
        (("servers", "a", "url"), 8),
        (("servers", "b c", "url"), 16),
        (("servers",), 8),
        (("servers", "nope"), None),
        (("nothing", "here"), None),
    ],
)
def test_line_of_the_nearest_key(path: tuple[str, ...], line: int | None) -> None:
    assert line_of(statements(TEXT), path) == line


@pytest.mark.parametrize("text", ["", "\n\n# only\n", '"\\q" = 1', "= 1", "[", "a = [", 'a = "', "]"])
def test_invalid_text_does_no_harm(text: str) -> None:
    assert len(statements(text)) <= 1


@pytest.mark.parametrize(
    ("path", "text"),
    [(("a", "b-1"), "a.b-1"), (("a b", 'q"\\\n\x7f'), '"a b"."q\\"\\\\\\u000A\\u007F"'), (("",), '""')],
)
def test_dotted(path: tuple[str, ...], text: str) -> None:
    assert dotted(path) == text
