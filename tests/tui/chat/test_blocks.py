from __future__ import annotations

import pytest

from mcptui.demo.rules import reply
from mcptui.tui.chat.blocks import code_of, may_end, paragraphs, split

FILL = "x" * 2000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no code `here`", ""),
        ("a\n```python\nx = 1\n```\nb", "x = 1\n"),
        ("```\na\n```\n\n~~~~\nb\n```\n~~~~\n", "a\n\nb\n```\n"),
        ("```\nnever closed", ""),
    ],
)
def test_code(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        (f"{FILL}\n\n", True),
        (f"{FILL}\n", False),
        ("short\n\n", False),
        (f"{FILL}\n\n- a\n\n", False),
        (f"{FILL}\n\n  more of an item\n\n", False),
        (f"{FILL}\n\n12. a\n\n", False),
        (f"{FILL}\n\n> a\n\n", False),
        (f"{FILL}\n\n| a |\n\n", False),
        (f"{FILL}\n\n```\ncode\n\n", False),
        (f"{FILL}\n\n```\ncode\n```\n\n", True),
    ],
)
def test_where_a_block_may_end(text: str, ends: bool) -> None:
    assert may_end(text) is ends


def test_a_text_is_split_without_loss() -> None:
    text = reply([{"role": "user", "content": "write a long answer"}], []).text
    blocks = split(text)
    assert "".join(blocks) == text
    assert len(blocks) > 10
    assert all(len(block) < 4000 for block in blocks)
    assert paragraphs("a\n\nb\nc") == ["a\n\n", "b\nc"]
    assert split("") == []
