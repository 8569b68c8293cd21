from __future__ import annotations

from typing import Any

import pytest

from mcptui.cli.content import block_text, emit_content


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "text", "text": "hello"}, "hello"),
        ({"type": "image", "mimeType": "image/png", "data": "aGVsbG8="}, "[image image/png, 5 bytes; --json has it]"),
        ({"type": "audio", "mimeType": "audio/wav"}, "[audio audio/wav, 0 bytes; --json has it]"),
        ({"type": "resource", "resource": {"uri": "a:b", "text": "inside"}}, "inside"),
        ({"type": "resource", "resource": {"uri": "a:b", "blob": "aGVsbG8h"}}, "[a:b , 6 bytes; --json has it]"),
        ({"type": "resource_link", "uri": "a:b"}, "[resource a:b]"),
        ({"type": "hologram", "x": 1}, '{"type": "hologram", "x": 1}'),
    ],
)
def test_every_kind_of_block_has_a_text(block: dict[str, Any], text: str) -> None:
    assert block_text(block) == text


def test_structured_content_stands_in_for_missing_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    emit_content({"content": [], "structuredContent": {"a": 1}})
    emit_content({"content": [{"type": "text", "text": "x"}], "structuredContent": {"a": 1}})
    assert capsys.readouterr().out == '{\n  "a": 1\n}\nx\n'
