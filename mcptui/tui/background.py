"""Work beside the event loop's messages, with one place where its failures end up."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from textual import work
from textual.app import App
from textual.screen import Screen
from textual.worker import Worker

from mcptui.errors import McptuiError, of_the_system
from mcptui.tui.text.trace import trace

#: Workers of this group end with the app; waiting for "all work done" leaves them out.
ENDLESS: Final = "endless"

logger = logging.getLogger(__name__)

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


class _Node(Protocol):
    @property
    def app(self) -> App[Any]: ...


NodeT = TypeVar("NodeT", bound=_Node)


class ErrorSink(Protocol):
    """Whoever shows errors to the person: the app."""

    def show_error(self, error: McptuiError) -> None:
        """Tell what failed, why, and what to do."""


def background(
    *, group: str = "default", exclusive: bool = False
) -> Callable[[Callable[Concatenate[NodeT, P], Awaitable[None]]], Callable[Concatenate[NodeT, P], Worker[None]]]:
    """Run a method as a worker; what it raises is shown to the person and never ends the app."""

    def decorate(
        method: Callable[Concatenate[NodeT, P], Awaitable[None]],
    ) -> Callable[Concatenate[NodeT, P], Worker[None]]:
        @functools.wraps(method)
        async def guarded(node: NodeT, /, *args: P.args, **kwargs: P.kwargs) -> None:
            app: Any = node.app
            sink: ErrorSink = app
            try:
                await method(node, *args, **kwargs)
            except McptuiError as error:
                sink.show_error(error)
            except Exception as error:
                logger.error("unexpected error in %s\n%s", method.__qualname__, trace(error))
                sink.show_error(unexpected(error))

        # Without a description Textual writes out all arguments, of which a list may have thousands of items.
        name = method.__qualname__
        return work(group=group, exclusive=exclusive, exit_on_error=False, description=name)(guarded)

    return decorate


def close_screen(screen: Screen[ResultT], result: ResultT | None = None) -> None:
    """Dismiss ``screen`` at the end of work in the background, unless the person has closed it meanwhile.

    Textual pops whatever is on top.
    """
    if screen.is_active:
        screen.dismiss(result)


def unexpected(error: Exception) -> McptuiError:
    """An error of ours in the three parts that people can act on; what ``error`` says may hold a secret."""
    if (told := of_the_system(error)) is not None:
        return told
    told = McptuiError(
        f"Internal error in mcptui: {type(error).__name__}",
        hint="This is a bug: f12 shows where it happened, please report it with that.",
    )
    told.__cause__ = error
    return told
