from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
STORED = ROOT / "screenshots"


def test_every_stored_picture_is_one() -> None:
    pictures = sorted(STORED.glob("*.svg"))
    assert pictures
    for picture in pictures:
        assert ElementTree.parse(picture).getroot().tag.endswith("svg"), picture.name


def test_pages_show_pictures_that_are_there() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    shown = {
        (page.parent / name).resolve()
        for page in pages
        for name in re.findall(r"\((\S+\.svg)\)", page.read_text("utf-8"))
    }
    assert shown
    assert sorted(picture for picture in shown if not picture.exists()) == []
