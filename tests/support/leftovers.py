"""Connections and streams that the programs of others leave open."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


def collect_leftovers() -> None:
    """Collect them where they were left: else they are told as the fault of a later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@contextmanager
def leftovers_collected() -> Iterator[None]:
    """Collect what the block leaves when it ends, and nothing during it."""
    gc.disable()
    try:
        yield
    finally:
        collect_leftovers()
        gc.enable()
