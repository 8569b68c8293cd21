"""Connections and streams that the programs of others leave open."""

from __future__ import annotations

import gc
import warnings


def collect_leftovers() -> None:
    """Collect them where they were left: else they are told as the fault of a later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
