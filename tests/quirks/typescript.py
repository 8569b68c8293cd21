"""The official TypeScript client as a visitor (``make peers``)."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from tests.quirks.row import Failure, Outcome, Row
from tests.quirks.visit import ROOT, Standing

MODULES: Final = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
_SCRIPT: Final = Path(__file__).with_name("typescript_visit.mjs")


class TypeScriptClient:
    """A process that visits one server after the other: starting one for each would take most of the time."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers

    async def visit(self, server: Standing, row: Row) -> list[Outcome]:
        """What the client gets, step by step."""
        request = {"over": server.over, "target": server.target, "steps": row.steps}
        self._requests.write(json.dumps(request) + "\n")
        self._requests.flush()
        got = json.loads(await asyncio.to_thread(self._answers.readline))
        return [Failure(step["fails"]) if isinstance(step, dict) else step for step in got]


@contextmanager
def typescript_client() -> Iterator[TypeScriptClient]:
    """The process, running."""
    with subprocess.Popen(
        [MODULES / "node/bin/node", _SCRIPT, MODULES],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield TypeScriptClient(process.stdin, process.stdout)
        finally:
            process.stdin.close()
