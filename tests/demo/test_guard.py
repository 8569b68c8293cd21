"""What becomes of a demo that is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from mcptui.demo.guard import guarded
from tests.demo.test_run import directory, left_behind, lines, start
from tests.support.processes import all_gone

__all__ = ["directory"]


# Neither leaves it a moment: to the guard both are one.
@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGABRT, marks=pytest.mark.soak)])
async def test_gateway_and_home_of_a_killed_demo_go(directory: Path, number: signal.Signals) -> None:
    process = start(directory)
    try:
        lines(process.stdout, 3)
        family = [each.pid for each in psutil.Process(process.pid).children(recursive=True)]
        assert len(list(directory.glob("mcptui-demo-*"))) == 1
        process.send_signal(number)
        process.communicate()
        assert await all_gone(family)
        assert left_behind(directory) == []
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("temporary", [True, False])
async def test_who_ends_in_order_leaves_the_rest_to_itself(tmp_path: Path, temporary: bool) -> None:
    before = set(psutil.Process(os.getpid()).children())
    with guarded(tmp_path, temporary=temporary):
        (guard,) = set(psutil.Process(os.getpid()).children()) - before
        assert guard.is_running()
    assert await all_gone([guard.pid])
    assert tmp_path.exists()
