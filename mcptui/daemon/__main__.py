"""``python -m mcptui.daemon [HOME]``: how the supervisor starts the gateway."""

from __future__ import annotations

import sys
from pathlib import Path

from mcptui.daemon.process import run
from mcptui.state.paths import Paths

if __name__ == "__main__":
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.exit(run(Paths.resolve(home), foreground=False))
