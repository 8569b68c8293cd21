"""Which handler answers a path: most are found by the path itself, the others by patterns."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias

from mcptui.gateway.fronts.http.incoming import Incoming

Handler: TypeAlias = Callable[[Incoming], Awaitable[None]]

_PARAMETER: Final = re.compile(r"\\\{(\w+)(:path)?\\\}")


class MethodNotAllowedError(Exception):
    """The path exists, for other methods."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.allowed = sorted(allowed)


class Paths:
    """Handlers by path and method.

    Where several patterns fit a path, the first one that was added for the method counts. HEAD is answered like GET:
    the server leaves the body out.
    """

    def __init__(self) -> None:
        self._plain: dict[str, dict[str, Handler]] = {}
        self._patterns: dict[re.Pattern[str], dict[str, Handler]] = {}

    def add(self, path: str, handler: Handler, *methods: str) -> None:
        """Have ``handler`` answer ``path``, in which ``{name}`` stands for a segment and ``{name:path}`` for a rest."""
        has_parameters = "{" in path
        handlers = self._patterns.setdefault(_pattern(path), {}) if has_parameters else self._plain.setdefault(path, {})
        handlers |= dict.fromkeys(methods, handler)
        if "GET" in methods:
            handlers["HEAD"] = handler

    def find(self, incoming: Incoming) -> Handler | None:
        """The handler of a request, whose parameters are then known; None for an unknown path.

        Raises:
            MethodNotAllowedError: the path is known, but not with this method.
        """
        handlers = self._plain.get(incoming.path)
        if handlers is not None:
            if (handler := handlers.get(incoming.method)) is not None:
                return handler
            raise MethodNotAllowedError(handlers)
        allowed: set[str] = set()
        for pattern, handlers in self._patterns.items():
            if (found := pattern.fullmatch(incoming.path)) is not None:
                if (handler := handlers.get(incoming.method)) is not None:
                    incoming.parameters = found.groupdict()
                    return handler
                allowed |= handlers.keys()
        if allowed:
            raise MethodNotAllowedError(allowed)
        return None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(lambda found: f"(?P<{found[1]}>{'.*' if found[2] else '[^/]+'})", re.escape(path)))
