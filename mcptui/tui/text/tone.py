"""Meaning of a piece of text, and how it looks in Textual content and in table cells."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from rich.style import Style as RichStyle
from textual.content import Content
from textual.theme import Theme

Tone: TypeAlias = Literal["plain", "muted", "strong", "accent", "ok", "warn", "bad"]

_CONTENT_STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "muted": "$foreground-muted",
    "strong": "bold",
    "accent": "$text-accent",
    "ok": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
}


def toned(text: str, tone: Tone = "plain") -> Content:
    """``text`` taken literally, in the colour of ``tone``."""
    style = _CONTENT_STYLES[tone]
    return Content.styled(text, style) if style else Content(text)


def rich_style(tone: Tone, theme: Theme) -> RichStyle:
    """The style of a table cell: Rich knows colours, not the theme's variables."""
    if tone == "muted":
        muted = theme.variables.get("foreground-muted", "")
        return RichStyle(color=muted) if muted.startswith("#") else RichStyle(dim=True)
    if tone == "strong":
        return RichStyle(bold=True)
    colour = {
        "accent": theme.accent,
        "ok": theme.success,
        "warn": theme.warning,
        "bad": theme.error,
    }.get(tone)
    return RichStyle(color=colour if colour and colour.startswith("#") else None)
