"""Ends the stdio servers of a gateway that died without doing so itself (kill -9, out of memory).

A tiny process beside the gateway: it reads ``+pgid`` and ``-pgid`` lines from its standard input and, when
that closes, kills every process group that is still listed. Run as a script with ``-I -S``, so that it costs
a few milliseconds and no imports.
"""

from __future__ import annotations

import os
import signal
import sys
import time


def main() -> None:
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
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            try:
                os.killpg(group, sent)
            except (ProcessLookupError, PermissionError):
                continue
        if sent is signal.SIGTERM and groups:
            time.sleep(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
