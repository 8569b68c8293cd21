"""What is worth a notice while the person looks elsewhere, and how often there may be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mcptui.model.runtime import CallRecord, ServerState
from mcptui.protocol.text import one_line
from mcptui.tui.life.gateway_view import GatewayView

Kind: TypeAlias = Literal["denied", "down", "login"]

#: Seconds between two notices, and between two about the same.
_BETWEEN: Final = 5.0
_AGAIN: Final = 60.0
#: Of a name.
_LONGEST: Final = 60

_WORDS: Final[dict[ServerState, tuple[Kind, str]]] = {
    "unreachable": ("down", "is unreachable"),
    "needs_login": ("login", "needs a login"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; ``text`` names servers, tools and keys, and has nothing that they said."""

    kind: Kind
    subject: str
    text: str


def notices_of_change(before: GatewayView, after: GatewayView) -> Iterator[Notice]:
    """What is new about the gateway and its servers; what was so when the app came is not."""
    if after.phase == "lost" and before.phase in ("running", "silent"):
        yield Notice("down", "", "The gateway exited unexpectedly")
    if before.status is None or after.status is None or before.status.instance_id != after.status.instance_id:
        return
    for server in after.status.servers:
        known = before.server(server.name)
        if known is not None and known.state != server.state and server.state in _WORDS:
            kind, words = _WORDS[server.state]
            yield Notice(kind, server.name, f"Server {one_line(server.name, limit=_LONGEST)} {words}")


def is_still_so(notice: Notice, view: GatewayView) -> bool:
    """Whether a notice that had to wait is still true; denied calls are told at once or not at all."""
    if not notice.subject:
        return view.phase == "lost"
    server = view.server(notice.subject)
    return server is not None and server.state in _WORDS and _WORDS[server.state][0] == notice.kind


def notice_of_call(record: CallRecord) -> Notice | None:
    """A call that was denied to a key."""
    if record.outcome != "denied" or record.denied is None:
        return None
    server, name = str(record.denied.get("server") or ""), str(record.denied.get("name") or record.name or "")
    what = one_line(f"{server}/{name}" if server else name, limit=_LONGEST)
    key = one_line(record.key, limit=_LONGEST)
    return Notice("denied", f"{key} {what}", f"Denied to key {key}: {what}")


def text_of(notices: Sequence[Notice]) -> str:
    """What one notice says of all of ``notices``, of which there are some."""
    more = len(notices) - 1
    return f"{notices[0].text}, and {more} more" if more else notices[0].text


class NoticeLimit:
    """Bounds how many there are, however much happens."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._told: dict[tuple[Kind, str], float] = {}

    def untold(self, notices: Iterable[Notice], now: float) -> list[Notice]:
        """Those that were not told just now."""
        self._told = {what: at for what, at in self._told.items() if now - at < _AGAIN}
        return [notice for notice in notices if (notice.kind, notice.subject) not in self._told]

    def wait(self, now: float) -> float:
        """Seconds until there may be another one; 0 for now."""
        return 0.0 if self._last is None else max(0.0, _BETWEEN - (now - self._last))

    def tell(self, notices: Iterable[Notice], now: float) -> None:
        """There is one of ``notices`` now."""
        self._last = now
        self._told |= {(notice.kind, notice.subject): now for notice in notices}
