from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcptui.daemon import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger as it was: other tests listen to it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "gateway.log"
    logs.set_up(file, "info", foreground=False)
    logging.getLogger("mcptui.x").info("seen")
    logging.getLogger("mcptui.x").debug("not seen")
    logging.getLogger("uvicorn").info("noise")
    logs.set_level("debug")
    logging.getLogger("mcptui.x").debug("seen too")
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["seen", "seen too"]


def test_in_the_foreground_on_standard_error_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(tmp_path / "gateway.log", "warning", foreground=True)
    logging.getLogger("mcptui.x").warning("seen")
    captured = capsys.readouterr()
    assert captured.err.endswith("mcptui.x: seen\n")
    assert captured.out == ""
