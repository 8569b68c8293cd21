"""What can be done with a result."""

from __future__ import annotations

from tests.support.pilot import press
from tests.support.playground import TEXT_RESULT, answering, open_test
from tests.support.scenes.app import MakeApp


async def test_a_result_is_copied_and_takes_the_whole_screen(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv", "f5", "escape", "y")
        assert app.clipboard == "# Handbook [x]"
        await press(pilot, "z")
        assert screen.maximized is not None
