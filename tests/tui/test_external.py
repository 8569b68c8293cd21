"""The person's editor and pager."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App, SuspendNotSupported

from mcptui.tui.external import ExternalProgramError, edit_file, edited, page


class QuietApp(App[None]):
    """Its terminal is free at once."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


def refused() -> Iterator[None]:
    raise SuspendNotSupported


class StuckApp(App[None]):
    """Its terminal cannot be given away, as over the web."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield from refused()


def program(tmp_path: Path, code: str) -> str:
    script = tmp_path / "an editor.py"
    script.write_text(f"import sys, os, pathlib\nfile = pathlib.Path(sys.argv[-1])\n{code}\n")
    return f"'{sys.executable}' '{script}'"


@pytest.fixture(autouse=True)
def _no_programs_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VISUAL", "EDITOR", "PAGER"):
        monkeypatch.delenv(name, raising=False)


def test_the_edited_text_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("VISUAL", program(tmp_path, "file.write_text(file.read_text() + 'b')"))
    assert edited(QuietApp(), "a") == "ab"


def test_nobody_else_can_read_it_and_it_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "file.write_text(f'{oct(file.stat().st_mode)} {file}')"))
    mode, _, name = edited(QuietApp(), "secret", suffix=".json").partition(" ")
    assert mode.endswith("600")
    assert name.endswith(".json")
    assert not Path(name).exists()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("no-such-editor-anywhere", None),
        (None, "sys.exit(3)"),
        (None, "file.write_bytes(b'\\xff')"),
        (None, "file.unlink()"),
    ],
)
def test_an_editor_that_fails_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str | None, code: str | None
) -> None:
    monkeypatch.setenv("EDITOR", command or program(tmp_path, code or ""))
    with pytest.raises(ExternalProgramError):
        edited(QuietApp(), "a")


def test_variables_without_a_command_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "  ")
    monkeypatch.setenv("EDITOR", program(tmp_path, "file.write_text('edited')"))
    assert edited(QuietApp(), "a") == "edited"


def test_the_pager_gets_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    text = "import shutil; shutil.copy(file, os.environ['SEEN'])"
    monkeypatch.setenv("SEEN", str(seen))
    monkeypatch.setenv("PAGER", program(tmp_path, text))
    page(QuietApp(), "long\ntext é")
    assert seen.read_text(encoding="utf-8") == "long\ntext é"


def test_a_terminal_that_cannot_be_given_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "cat")
    with pytest.raises(ExternalProgramError):
        page(StuckApp(), "x")


@pytest.mark.parametrize(
    ("editor", "line", "arguments"),
    [
        ("vi", 7, ["+7", "FILE"]),
        ("nano -w", 7, ["-w", "+7", "FILE"]),
        ("code", 7, ["--wait", "--goto", "FILE:7"]),
        ("code -w", 7, ["-w", "--goto", "FILE:7"]),
        ("code", None, ["--wait", "FILE"]),
        ("zed", 7, ["--wait", "FILE:7"]),
        ("hx", 7, ["FILE:7"]),
        ("hx", None, ["FILE"]),
    ],
)
def test_a_file_is_opened_at_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: str, line: int | None, arguments: list[str]
) -> None:
    name, *options = editor.split()
    script, told, file = tmp_path / name, tmp_path / "told", tmp_path / "mcptui.toml"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{told}"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", " ".join([f"'{script}'", *options]))
    edit_file(QuietApp(), file, line)
    assert told.read_text().splitlines() == [each.replace("FILE", str(file)) for each in arguments]


def test_only_a_text_that_comes_back_is_discarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an editor has written into a file stays there, whatever it returns."""
    monkeypatch.setenv("EDITOR", "false")
    with pytest.raises(ExternalProgramError, match=r"^false exited with 1; changes discarded$"):
        edited(QuietApp(), "x")
    with pytest.raises(ExternalProgramError, match=r"^false exited with 1$"):
        edit_file(QuietApp(), tmp_path / "mcptui.toml")
