from __future__ import annotations

import base64
from pathlib import Path

import pytest

from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.saving import SavingError, file_name, savables, save


def test_text_json_and_pictures_can_be_saved() -> None:
    data = base64.b64encode(b"picture").decode()
    body = {"content": [{"type": "text", "text": "hi"}, {"type": "image", "mimeType": "image/png", "data": data}]}
    files = savables(Outcome.of_result(Facts(Request("tools/call", {}), None, 1.0), body))
    assert [(file.suffix, file.label) for file in files] == [
        (".txt", "text"),
        (".json", "JSON"),
        (".png", "image 1 of 1, image/png"),
    ]
    assert files[0].data.startswith(b"hi")
    assert files[2].data == b"picture"


@pytest.mark.parametrize(
    ("name", "file"),
    [("a__b", "a__b.txt"), ("../../x y", "x-y.txt"), ("…", "result.txt"), ("a" * 200, "a" * 80 + ".txt")],
)
def test_names_of_tools_become_names_of_files(name: str, file: str) -> None:
    assert file_name(name, ".txt") == file


def test_no_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    assert save(str(file), b"1") == file
    with pytest.raises(SavingError, match="already exists"):
        save(str(file), b"2")
    with pytest.raises(SavingError, match="cannot be written"):
        save(str(tmp_path / "no" / "folder"), b"2")
    assert file.read_bytes() == b"1"
