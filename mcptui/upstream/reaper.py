"""Ends the stdio servers of a gateway that died without doing so itself (kill -9, out of memory).

A tiny process beside the gateway: it reads ``+pgid`` and ``-pgid`` lines from its standard input and, when
that closes, ends every process group that is still listed. Run as a script with ``-I -S``, so that it costs
a few milliseconds and no imports; its argument is how long a group may take to end by itself, seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_POLL = 0.05


def main(grace: float) -> None:
    """Read until the gateway is gone, then clean up after it."""
    groups: set[int] = set()
    for line in sys.stdin:
        sign, number = line[:1], line[1:].strip()
        if not number.isdecimal() or int(number) <= 1:
            continue
        if sign == "+":
            groups.add(int(number))
        elif sign == "-":
            groups.discard(int(number))
    groups = {group for group in groups if _sent(group, signal.SIGTERM)}
    waited = 0.0
    while groups and waited < grace:
        time.sleep(_POLL)
        waited += _POLL
        groups = {group for group in groups if _sent(group, 0)}
    for group in groups:
        _sent(group, signal.SIGKILL)


def _sent(group: int, sent: int) -> bool:
    """Whether there was somebody to send it to."""
    try:
        os.killpg(group, sent)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(float(sys.argv[1]))
