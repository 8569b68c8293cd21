from __future__ import annotations

from pathlib import Path

from mcptui.demo.coach import STEPS
from mcptui.demo.run import demo_workspace
from mcptui.demo.setup import LIMITED_KEY
from mcptui.services.subjects import set_tools


def test_each_step_is_left_by_doing_it(tmp_path: Path) -> None:
    assert len(STEPS) == 5
    with demo_workspace(tmp_path / "h") as demo:
        before = demo.workspace.load().state
        set_tools(demo.workspace, "key", LIMITED_KEY, {"demo": ("*",)})
        after = demo.workspace.load().state
    moments = [
        ("servers", before),
        ("gateway", before),
        *((mode, after) for mode in ("gateway", "access", "test", "chat")),
    ]
    done = [[step.is_done(mode, state) for step in STEPS] for mode, state in moments]
    assert done == [
        [False, False, False, False, False],
        [True, False, False, False, False],
        [True, True, False, False, False],
        [False, True, True, False, False],
        [False, True, False, True, False],
        [False, True, False, False, True],
    ]


def test_a_step_fits_into_two_lines_of_eighty_columns() -> None:
    assert [step.text for step in STEPS if len(step.text) > 2 * 76 - 30] == []
