"""The line under the form."""

from __future__ import annotations

from tests.support.pilot import settle
from tests.support.playground import open_test
from tests.support.scenes.app import MakeApp


async def test_while_a_call_runs_the_button_is_off_and_the_line_says_how_far_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        bar = (await open_test(pilot)).form.run_bar
        line = bar.query("Static").last()
        bar.start(None)
        bar.progress({"progress": 1, "total": 4, "message": "reading [x]"})
        await settle(pilot)
        seen = [bar.button.disabled]
        assert "1/4  reading [x]" in str(line.render())
        bar.stop()
        await settle(pilot)
        assert [*seen, bar.button.disabled] == [True, False]
        assert "f5 or alt+t" in str(line.render())


async def test_a_new_call_begins_without_the_progress_of_the_one_before(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        bar = (await open_test(pilot)).form.run_bar
        bar.start(None)
        bar.progress({"progress": 1, "message": "old"})
        bar.stop()
        bar.start(None)
        await settle(pilot)
        assert "old" not in str(bar.query("Static").last().render())
        bar.stop()
