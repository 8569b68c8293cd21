"""Where the key of the vault comes from."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.secrets.errors import SecretError

if TYPE_CHECKING:
    from pathlib import Path

KEY_VARIABLE: Final = "MCPTUI_VAULT_KEY"
KEY_FILE_VARIABLE: Final = "MCPTUI_VAULT_KEY_FILE"

_SIZE: Final = 32
_MAKE_HINT: Final = "Make one with: openssl rand -base64 32"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The key file beside the vault, used only after the user agreed to it."""

    path: Path
    consent: bool


def take_variables(environment: MutableMapping[str, str]) -> dict[str, str]:
    """The variables that say where the key is, taken out of ``environment``: nothing that is started has them then."""
    return {name: environment.pop(name) for name in (KEY_VARIABLE, KEY_FILE_VARIABLE) if name in environment}


def vault_key(key_file: KeyFile, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The wrapping key of the first source that is set, or None where there is none.

    Raises:
        SecretError: a source is set and holds no key, or is a file that others can read.
    """
    if variable := environment.get(KEY_VARIABLE):
        return _decoded(variable.encode(), KEY_VARIABLE)
    if named := environment.get(KEY_FILE_VARIABLE):
        return _decoded(_content(named), f"{KEY_FILE_VARIABLE} ({named})")
    if key_file.consent and key_file.path.exists():
        return _decoded(_content(str(key_file.path)), str(key_file.path))
    return None


def variable_in_use() -> str | None:
    """The variable of the environment that the wrapping key comes from; None where it comes from none."""
    return next((name for name in (KEY_VARIABLE, KEY_FILE_VARIABLE) if os.environ.get(name)), None)


def make_key_file(key_file: KeyFile) -> bytes:
    """Make the key file beside the vault, as the user agreed to."""
    key = secrets.token_bytes(_SIZE)
    replace_file(key_file.path, base64.b64encode(key) + b"\n", mode=PRIVATE_FILE)
    return key


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  a name as the user wrote it
            found = os.fstat(file.fileno())
            # As ssh does with keys: what belongs to others, such as a secret that a container is given, is theirs.
            if found.st_uid == os.getuid() and found.st_mode & 0o077:
                raise SecretError(f"{path} can be read by other users", hint=f"Run: chmod 600 {path}")
            return file.read(1024)
    except OSError as error:
        raise SecretError(f"the vault key cannot be read from {path}: {error.strerror}") from error


def _decoded(content: bytes, source: str) -> bytes:
    if len(content) == _SIZE:
        return content
    text = content.strip().translate(bytes.maketrans(b"-_", b"+/"))
    try:
        key = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _SIZE:
        raise SecretError(f"{source} is not 32 bytes in base64", hint=_MAKE_HINT)
    return key
