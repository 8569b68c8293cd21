from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcptui.tui.shell.theme import ThemeError, ThemeFolders, parse_theme, shipped_themes

GOOD = 'name = "mine"\nprimary = "#336699"\n'


def test_the_shipped_themes_are_usable() -> None:
    folders = ThemeFolders(Path("/nonexistent"))
    names = {theme.name for theme in folders.changed()}
    assert names >= {"mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono"}
    assert folders.problems == []
    assert shipped_themes().is_dir()


def test_the_monochrome_theme_has_no_hue() -> None:
    theme = next(theme for theme in ThemeFolders(Path("/nonexistent")).changed() if theme.name == "mcptui-mono")
    colours = [theme.primary, theme.accent, theme.success, theme.warning, theme.error, *theme.variables.values()]
    for colour in colours:
        assert colour is not None
        assert colour[1:3] == colour[3:5] == colour[5:7]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('primary = "#fff\nx', "line 1"),
        ('primary = "#336699"\ncolour = "red"\n', "colour"),
        ('name = "mine"\n', "primary"),
        ('primary = "bluish"\n', "primary"),
        ("primary = 5\n", "primary"),
        ('primary = "#336699"\ndark = "yes"\n', "dark"),
        ('primary = "#336699"\ntext_alpha = "much"\n', "text_alpha"),
        ('primary = "#336699"\nvariables = { border = 1 }\n', "variables"),
        ('primary = "#336699"\nname = 1\n', "name"),
        ("variables = " + "[" * 5000, "mine"),
    ],
)
def test_a_bad_theme_names_file_and_key(text: str, named: str) -> None:
    with pytest.raises(ThemeError, match=named) as caught:
        parse_theme(text, Path("themes/mine.toml"))
    assert "mine.toml" in caught.value.message
    assert caught.value.hint


def test_a_theme_without_a_name_is_called_like_its_file() -> None:
    assert parse_theme('primary = "#336699"', Path("themes/calm.toml")).name == "calm"


def test_only_changed_files_are_given_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, encoding="utf-8")
    folders = ThemeFolders(tmp_path, shipped=tmp_path / "none")
    assert [theme.name for theme in folders.changed()] == ["mine"]
    assert folders.changed() == []
    os.utime(file, ns=(1, 1))
    assert [theme.name for theme in folders.changed()] == ["mine"]


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    folders = ThemeFolders(tmp_path, shipped=tmp_path / "none")
    assert [theme.name for theme in folders.changed()] == ["mine"]
    assert "bad.toml" in folders.problems[0].message
