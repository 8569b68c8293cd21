"""``python -m bench.scene HOME``: the app on the demo data, in the terminal that it is started in."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.scenes.app import scene_app

if __name__ == "__main__":
    app = scene_app(Path(sys.argv[1]))
    app.run()
    sys.exit(app.return_code)
