"""Where the files of one home are."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from mcptui.files import make_private_directory
from mcptui.state.errors import StateError

HOME_VARIABLE: Final = "MCPTUI_HOME"

_APP: Final = "mcptui"
# sun_path holds 104 bytes with the final NUL on macOS, 108 on Linux.
_SOCKET_PATH_LIMIT: Final = 103
#: On every system with such sockets, and short where TMPDIR is not.
_SHORT_TEMP: Final = Path("/tmp")  # noqa: S108  used through :func:`_require_private`


@dataclass(frozen=True, slots=True)
class Paths:
    """Every file and directory of one home; nothing is created before :meth:`ensure`."""

    config_dir: Path
    state_dir: Path
    log_dir: Path

    @classmethod
    def resolve(cls, home: Path | None = None) -> Paths:
        """The paths of ``home``, else of MCPTUI_HOME, else of the platform's directories."""
        if home is None and (variable := os.environ.get(HOME_VARIABLE)):
            home = Path(variable)
        if home is not None:
            home = Path(os.path.abspath(home.expanduser()))  # noqa: PTH100  keeps symlinks as the user wrote them
            return cls(config_dir=home, state_dir=home / "state", log_dir=home / "log")
        return cls.of_platform()

    @classmethod
    def of_platform(cls) -> Paths:
        """The paths of who has chosen no home."""
        return cls(
            config_dir=platformdirs.user_config_path(_APP, appauthor=False),
            state_dir=platformdirs.user_state_path(_APP, appauthor=False),
            log_dir=platformdirs.user_log_path(_APP, appauthor=False),
        )

    @property
    def profile(self) -> str | None:
        """What to call this home; None for the one of the platform's directories."""
        return None if self == Paths.of_platform() else self.config_dir.name

    @property
    def config_file(self) -> Path:
        """The desired state."""
        return self.config_dir / "mcptui.toml"

    @property
    def themes_dir(self) -> Path:
        """Themes that the user adds."""
        return self.config_dir / "themes"

    @property
    def calls_dir(self) -> Path:
        """Collections of saved calls, one TOML file each."""
        return self.config_dir / "calls"

    @property
    def keys_file(self) -> Path:
        """Keys of the app that the user changed."""
        return self.config_dir / "keys.toml"

    @property
    def gateway_json(self) -> Path:
        """Who the running gateway is."""
        return self.state_dir / "gateway.json"

    @property
    def gateway_lock(self) -> Path:
        """Held by the gateway for the life of its process."""
        return self.state_dir / "gateway.lock"

    @property
    def socket(self) -> Path:
        """The control socket; in a private temporary directory where its path would be too long."""
        digest = hashlib.sha256(os.fsencode(self.state_dir)).hexdigest()[:16]
        directories = (self.state_dir, Path(tempfile.gettempdir()) / f"{_APP}-{digest}")
        sockets = (directory / "gateway.sock" for directory in directories)
        fitting = (socket for socket in sockets if len(os.fsencode(socket)) <= _SOCKET_PATH_LIMIT)
        return next(fitting, _SHORT_TEMP / f"{_APP}-{digest}" / "gateway.sock")

    @property
    def control_token(self) -> Path:
        """What whoever speaks to the control socket has to show; written anew by every gateway."""
        return self.state_dir / "control.token"

    @property
    def history_db(self) -> Path:
        """The call log; the gateway's."""
        return self.state_dir / "history.db"

    @property
    def conversations_db(self) -> Path:
        """Conversations with models; the app's and the commands'."""
        return self.state_dir / "conversations.db"

    @property
    def backups(self) -> Path:
        """Earlier versions of the state file."""
        return self.state_dir / "backups"

    @property
    def last_good(self) -> Path:
        """The newest content of the state file that the gateway could use."""
        return self.state_dir / "last-good.toml"

    @property
    def state_lock(self) -> Path:
        """Held while the state file is being changed."""
        return self.state_dir / "state.lock"

    @property
    def vault_file(self) -> Path:
        """The encrypted secrets of machines without a usable keyring."""
        return self.state_dir / "vault.json"

    @property
    def keyring_service(self) -> str:
        """The keyring is one for all homes of a user: other homes than the usual one get a service of their own."""
        return _APP if self.is_usual else f"{_APP} {self.config_dir}"

    @property
    def is_usual(self) -> bool:
        """Whether a program without MCPTUI_HOME finds this home."""
        return self.config_dir == platformdirs.user_config_path(_APP, appauthor=False)

    @property
    def log_file(self) -> Path:
        """The gateway's log."""
        return self.log_dir / "gateway.log"

    def ensure(self) -> None:
        """Create the directories that are missing, readable by the owner only.

        Raises:
            StateError: a directory cannot be made, or the one of the socket belongs to someone else.
        """
        for directory in (self.config_dir, self.state_dir, self.log_dir, self.socket.parent):
            try:
                make_private_directory(directory)
            except OSError as error:
                raise StateError(
                    f"cannot create {directory}: {error.strerror}",
                    hint=f"Set {HOME_VARIABLE} to a directory that you can write to.",
                ) from error
        self.check_socket()

    def has_socket(self) -> bool:
        """Whether there is a control socket, in use or left behind.

        Raises:
            StateError: as :meth:`check_socket` does.
        """
        try:
            self.check_socket()
        except FileNotFoundError:
            return False
        return self.socket.exists()

    def check_socket(self) -> None:
        """Be sure that nobody else can have put something in the place of the control socket.

        Raises:
            StateError: its directory lies in the shared temporary directory and is not this user's alone.
            FileNotFoundError: there is no such directory.
        """
        if self.socket.parent != self.state_dir:
            _require_private(self.socket.parent)


def _require_private(directory: Path) -> None:
    """Refuse a directory in the shared temp directory that another user may have put there."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StateError(
            f"{directory} is not a private directory of this user",
            hint="Remove it, or choose a shorter path for the state directory.",
        )
