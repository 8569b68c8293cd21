"""Buttons of one line."""

from __future__ import annotations

from mcptui.tui.widgets.buttons import LineButton


def test_the_label_is_literal_and_the_tone_a_class() -> None:
    button = LineButton("[b]Run[/b]", id="x", variant="error", classes="wide")
    assert str(button.label) == "[b]Run[/b]"
    assert button.id == "x"
    assert {"tone-error", "wide"} <= set(button.classes)
    # Textual's own variants have colours of their own for the focus.
    assert button.variant == "default"
