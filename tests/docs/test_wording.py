"""The words that CONTRIBUTING.md rules out are in no document, help text or message.

Spelling is checked by codespell (``make lint``); this test looks at words that are spelled
right and not used here.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Words\n")[2].partition("\n## ")[0]
#: Pages that are generated from texts of the app.
GENERATED = {"keys.md"}
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *(p for p in (ROOT / "docs").glob("*.md") if p.name not in GENERATED),
]
SOURCES = sorted((ROOT / "mcptui").rglob("*.py"))
#: Where docstrings are help texts, or the area keeps to the list in them too.
WITH_DOCSTRINGS = {"cli", "services", "demo"}
#: The first column of the table: what is not written.
_CELLS = re.findall(r"^\| (.+?) \|", STYLE, re.MULTILINE)[1:]
WORDS = [words for cell in _CELLS for words in cell.split(", ")]
AVOIDED = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, WORDS))})(?!\w)", re.IGNORECASE)


def messages(file: Path) -> str:
    """The texts of a module; docstrings only where they are checked too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    if file.parent.name not in WITH_DOCSTRINGS:
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                skipped.add(id(node.value))
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped
    )


def test_the_list_is_read() -> None:
    assert AVOIDED.search("It is read anew, says nothing.")
    assert not AVOIDED.search("It is read again.")


@pytest.mark.parametrize("file", [*PAGES, *SOURCES], ids=lambda file: str(file.relative_to(ROOT)))
def test_no_avoided_words(file: Path) -> None:
    text = messages(file) if file.suffix == ".py" else file.read_text(encoding="utf-8")
    assert [found[0] for found in AVOIDED.finditer(text)] == []
