"""Opens a page for a person, where there is a browser on this machine."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from urllib.parse import urlsplit


def has_browser(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a page that is opened here is one that the person sees: not over ssh, not without a display."""
    if any(name in environment for name in ("SSH_CONNECTION", "SSH_TTY")):
        return False
    if platform in ("darwin", "win32"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def open_page(url: str) -> bool:
    """Open ``url`` without a shell; False where that did not work. Only http and https are opened."""
    if urlsplit(url).scheme not in ("http", "https"):
        return False
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
