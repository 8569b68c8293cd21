"""``python -m mcptui``: the same as the command ``mcptui``."""

from __future__ import annotations

from mcptui.cli.main import main

if __name__ == "__main__":
    main(prog_name="mcptui")
