"""The tour of the demo: five steps, each left by doing what it says."""

from __future__ import annotations

from typing import Final

from mcptui.access import decide
from mcptui.demo.entry import SERVER_NAME
from mcptui.demo.setup import DENIED_TOOL, LIMITED_KEY
from mcptui.model import State
from mcptui.tui.shell.options import CoachStep


def _is_granted(state: State) -> bool:
    return LIMITED_KEY in state.keys and decide(state, LIMITED_KEY).allows_tool(SERVER_NAME, DENIED_TOOL)


STEPS: Final = (
    CoachStep(
        "Six servers in all states; the details show the reason. Clients call tools now: press 5 to watch them.",
        lambda mode, _: mode == "gateway",
    ),
    CoachStep(
        f"A call of key {LIMITED_KEY} is denied. Press /, type outcome:denied, enter; then press a to grant it.",
        lambda _, state: _is_granted(state),
    ),
    CoachStep(
        "Granted: its next call succeeds. Press 2 for access; v there opens the access matrix.",
        lambda mode, _: mode == "access",
    ),
    CoachStep(
        "Each client has a key with its own servers and tools. Press 3 to run a tool as any key.",
        lambda mode, _: mode == "test",
    ),
    CoachStep(
        f"Choose {SERVER_NAME}__calculate, press enter, then f5. Press 4 to ask the demo model: what is 6 * 7?",
        lambda mode, _: mode == "chat",
    ),
)
