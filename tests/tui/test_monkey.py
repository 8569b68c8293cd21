"""Keys in no order, on all screens, while servers fail: the app lives and everything can be undone."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.support.monkey import FailingGateway, Monkey
from tests.support.scenes import data, talk
from tests.support.scenes.app import scene_app

#: More keys, or other seeds, for a longer look: MONKEY_KEYS=10000 MONKEY_SEEDS=7,8.
_KEYS = int(os.environ.get("MONKEY_KEYS", "1500"))
_SEEDS = [int(seed) for seed in os.environ.get("MONKEY_SEEDS", "1,2").split(",")]


async def _play(home: Path, seed: int, keys: int) -> None:
    dice = random.Random(seed)
    gateway = FailingGateway(
        running=data.STATUS,
        starts_as=data.STATUS,
        by_key=data.LISTED,
        steps=data.PROBE_OK,
        records=list(data.RECORDS),
        lines=list(data.LOG),
        events=talk.EVENTS,
        dice=dice,
    )
    app = scene_app(home, gateway=gateway)
    monkey = Monkey(app, dice)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await monkey.play(pilot, keys)


@pytest.fixture(autouse=True)
def _nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a monkey installs, opens or writes stays here."""
    for name in ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda *_, **__: True)


async def test_a_short_game(tmp_path: Path) -> None:
    await _play(tmp_path, seed=42, keys=120)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", _SEEDS)
async def test_a_long_game(tmp_path: Path, seed: int) -> None:
    await _play(tmp_path, seed, _KEYS)
