"""Earlier contents of clients' files, kept before mcptui changes one."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

from mcptui.files import make_private_directory, make_private_file

_KEEP: Final = 10


def keep_client_backup(backups: Path, client_id: str, path: Path) -> Path:
    """Copy ``path`` into the backups, readable by the owner only; of each client the newest ten are kept.

    Raises:
        OSError: it cannot be kept.
    """
    directory = backups / "clients"
    make_private_directory(directory)
    # Names sort by age.
    kept = directory / f"{client_id}-{time.time_ns():020d}{path.suffix}"
    make_private_file(kept)
    shutil.copyfile(path, kept)
    for old in sorted(directory.glob(f"{client_id}-[0-9]*"))[:-_KEEP]:
        old.unlink(missing_ok=True)
    return kept
