"""Where programs keep their files on Linux, macOS and Windows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the places of configuration files depend on.

    Attributes:
        home: the person's home directory.
        platform: as ``sys.platform``.
        env: environment variables.
        folder: the project folder, for files of one project.
    """

    home: Path
    platform: str = "linux"
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path | None = None

    @classmethod
    def here(cls) -> Machine:
        """This machine, and the current folder as project."""
        return cls(home=Path.home(), platform=sys.platform, env=os.environ, folder=Path.cwd())

    @property
    def apps(self) -> Path:
        """The parent of the configuration folders of desktop programs."""
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        if self.platform == "win32":
            return self.variable("APPDATA") or self.home / "AppData" / "Roaming"
        return self.config

    @property
    def config(self) -> Path:
        """The XDG configuration folder, which some programs use on every platform."""
        return self.variable("XDG_CONFIG_HOME") or self.home / ".config"

    def variable(self, name: str) -> Path | None:
        """The path that a variable holds; None where it is not set."""
        return Path(self.env[name]) if self.env.get(name) else None
