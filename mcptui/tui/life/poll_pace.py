"""How often the app looks at the gateway: each second while a person is there or something changes, else less often."""

from __future__ import annotations

from typing import Final

from mcptui.tui.life.gateway_view import GatewayView

#: Seconds without a key and without a change after which looks become rare.
_AWAKE: Final = 30
#: Seconds between rare looks.
_RARE: Final = 10


class PollPace:
    """Is asked once a second."""

    def __init__(self) -> None:
        self._at_rest = 0
        self._known: object = None

    def wake(self) -> None:
        """A person is there."""
        self._at_rest = 0

    def is_due(self, view: GatewayView) -> bool:
        """Whether to look now; ``view`` is what was seen last."""
        servers = view.status.servers if view.status is not None else ()
        known = (view.phase, [(server.name, server.state) for server in servers])
        if known != self._known:
            self._known = known
            self.wake()
        self._at_rest += 1
        return view.phase != "running" or self._at_rest <= _AWAKE or self._at_rest % _RARE == 0
