"""Messages that deviate, whatever carries them."""

from __future__ import annotations

from tests.quirks.row import ALL, Row

ROWS = [
    Row(name="nothing deviates", over=ALL, steps=("tools", "prompts", "resources", "templates", "call echo")),
]
