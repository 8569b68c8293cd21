"""TLS on the public port: the certificate is read at the start, and again when its file has changed."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path
from typing import Final

from mcptui.errors import McptuiError

log = logging.getLogger(__name__)

#: How often the files are looked at, seconds.
_EVERY: Final = 5.0


class Certificate:
    """A certificate and its key in files that others renew.

    Raises:
        McptuiError: they cannot be used; says why.
    """

    def __init__(self, certfile: str, keyfile: str) -> None:
        self._files = (Path(certfile).expanduser(), Path(keyfile).expanduser())
        self._seen = self._stamp()
        self.context = _context(*self._files)

    def renew(self) -> bool:
        """Use the files as they are now for new connections, if they have changed; a bad pair is not used."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        try:
            _context(*self._files)
            self.context.load_cert_chain(*self._files)
        except (McptuiError, OSError) as error:  # ssl.SSLError is an OSError
            # Both files change one after the other: until they fit, the old pair stays.
            log.warning("the new certificate is not used: %s", error)
            return False
        self._seen = stamp
        log.info("a new certificate is in use")
        return True

    async def follow(self) -> None:
        """Renew for ever."""
        while True:
            await asyncio.sleep(_EVERY)
            await asyncio.to_thread(self.renew)

    def _stamp(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stat(file) for file in self._files)


def _stat(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _context(certfile: Path, keyfile: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # Without a password no terminal is asked for one.
        context.load_cert_chain(certfile, keyfile, password="")
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror if isinstance(error, FileNotFoundError | PermissionError) else None
        raise McptuiError(
            f"the TLS certificate {certfile} and the key {keyfile} cannot be used: {reason or 'they do not fit'}",
            hint="Set tls_certfile and tls_keyfile in [gateway] to PEM files that belong together.",
        ) from None
    return context
