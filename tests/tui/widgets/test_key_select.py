"""Which key is used for testing."""

from __future__ import annotations

from dataclasses import replace

from mcptui.tui.widgets.key_select import OWNER, KeySelect
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp


async def test_the_choice_is_the_app_s_and_follows_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        select = app.screen.query_one(KeySelect)
        assert select.value == OWNER
        name = next(iter(data.STATE.keys))
        select.value = name
        await settle(pilot)
        assert app.testing_key == name
        app.testing_key = None
        await settle(pilot)
        assert select.value == OWNER


async def test_disabled_keys_say_so(make_app: MakeApp) -> None:
    key = replace(next(iter(data.STATE.keys.values())), name="k.1", enabled=False)
    app = make_app(replace(data.STATE, keys={key.name: key}))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        labels = [str(label) for label, _ in app.screen.query_one(KeySelect)._options]
    assert labels == ["owner (all servers)", "key k.1 (disabled)"]
