"""Documents that may be at one of several places: whatever is wrong at one of them, the next is tried."""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import urlsplit

from mcptui.protocol.text import public_url
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.guarded import GuardedHttp

log = logging.getLogger(__name__)

#: Answers that say nothing about whether a document is there.
_LATER: Final = frozenset({408, 425, 429})


class Documents:
    """Reads JSON objects, and remembers why one could not be read.

    Args:
        http: asks.
        what: is looked for.
        required: the member that such a document has.
    """

    def __init__(self, http: GuardedHttp, what: str, required: str) -> None:
        self._http = http
        self._what = what
        self._required = required
        self._problem: UpstreamError | None = None
        #: Origins that do not answer at all: there is nothing to wait for a second time.
        self._away: set[str] = set()

    async def read(self, url: str) -> dict[str, Any] | None:
        """The document at ``url``; None where there is none, or none that can be read now."""
        if origin_of(url) in self._away:
            return None
        try:
            answer = await self._http.get(url, self._what)
        except UpstreamError as error:
            self._away.add(origin_of(url))
            self._missed(error)
            return None
        found = answer.json() if answer.status == 200 else {}
        if self._required in found:
            return found
        if answer.status >= 500 or answer.status in _LATER:
            where = public_url(url)
            self._missed(UpstreamError(f"{self._what}, {where}, answered {answer.status}", status=answer.status))
        return None

    def _missed(self, error: UpstreamError) -> None:
        log.info("looked for %s: %s", self._what, error)
        self._problem = self._problem or error

    def raise_problem(self) -> None:
        """Say why nothing was found, where that does not mean that there is nothing.

        Raises:
            UpstreamError: the first place that could not be read.
        """
        if self._problem is not None:
            raise self._problem


def origin_of(url: str) -> str:
    """Scheme, host and port of ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def texts(value: object) -> tuple[str, ...]:
    """The texts of a JSON array; none where it is something else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
