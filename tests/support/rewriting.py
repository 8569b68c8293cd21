"""The asserts of a clean checkout, rewritten once by all workers together instead of once by each of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite


def rewrite_part(config: pytest.Config, tests: Path, part: int, parts: int) -> None:
    """Keep what pytest makes of every test file of ``part`` where it looks for that; there is no public way."""
    if sys.dont_write_bytecode:
        return
    state = config.stash[rewrite.assertstate_key]
    for file in sorted(tests.rglob("test_*.py"))[part::parts]:
        kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
        if rewrite.try_makedirs(kept.parent) and rewrite._read_pyc(file, kept) is None:
            source_hash, code = rewrite._rewrite_test(file, config)
            rewrite._write_pyc(state, code, source_hash, kept)
