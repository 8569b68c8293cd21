"""One turn on its way: shown as it comes, kept in the history when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from mcptui.errors import McptuiError
from mcptui.llm.errors import LlmError
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.services.answering import Answer
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.turn_view import TurnView
from mcptui.tui.context import AppContext

#: How a provider says that it does not take the API key.
_KEY_REFUSED: Final = frozenset({401, 403})


class Turn:
    """From a question to the end of its answer.

    Args:
        context: the open home and its gateway.
        conversation: what the turn belongs to, also after another one was opened.
        view: where it is shown.
        answer: what came of it.
    """

    def __init__(self, context: AppContext, conversation: Conversation, view: TurnView, answer: Answer) -> None:
        self._context = context
        self._conversation = conversation
        self._view = view
        self._answer = answer
        #: What ended the turn, if it was an error.
        self.error: LlmError | None = None
        self._is_over = False

    @property
    def needs_key(self) -> bool:
        """Whether the provider refused the model's API key."""
        return self.error is not None and self.error.status in _KEY_REFUSED

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing came but an error."""
        return self.error is not None and self._answer.is_empty

    def wait(self, waits: bool) -> None:
        """The answer waits for the person, or goes on."""
        if waits:
            self._answer.wait(self._context.clock())
        else:
            self._answer.resume(self._context.clock())

    async def follow(self, request: JsonObject) -> AsyncGenerator[CallEvent]:
        """Show and note the answer; yields the events that need an answer."""
        try:
            async with aclosing(self._context.gateway.chat(request)) as events:
                async for event in events:
                    self._answer.take(event)
                    if event.type == "done":
                        return
                    if event.type == "error":
                        self.error = _error(event)
                        return
                    await self._show(event)
                    if event.type in ("approval", "ask"):
                        yield event
            self.error = LlmError("The connection to the gateway ended in the middle of the answer.")
        except McptuiError as raised:
            self.error = LlmError(raised.message, hint=raised.hint)
        self._answer.fail(self.error)

    async def end(self) -> None:
        """Show how it ended, and keep it, unless nothing came."""
        turn = self._answer.turn(self._context.clock())
        self._is_over = True
        await self._view.end(turn, self.error)
        if self.is_unanswered:
            if turn.context:
                self._conversation.latest = turn
        else:
            self._conversation.add(turn)
            await asyncio.to_thread(self._conversation.keep, self._context.workspace)

    async def stop(self) -> None:
        """The person stopped it, or leaves: keep what came."""
        if self._is_over:
            return
        self._answer.stop()
        turn = self._answer.turn(self._context.clock())
        if not self._answer.is_empty:
            self._conversation.add(turn)
            # In this thread: nothing can be waited for while the app ends.
            self._conversation.keep(self._context.workspace)
        if self._view.is_attached and self._view.app.is_running:
            await self._view.end(turn)

    async def _show(self, event: CallEvent) -> None:
        value = event.value
        match event.type:
            case "text":
                await self._view.add_text(str(value.get("delta", "")))
            case "tool":
                await self._view.show_call(value)
            case "approval":
                await self._view.show_call({**value, "status": "waiting"})
            case "retry":
                await self._view.show_retry(str(value.get("message", "")), float(value.get("seconds", 0)))


def _error(event: CallEvent) -> LlmError:
    data = event.value.get("data")
    known = data if isinstance(data, dict) else {}
    message = str(event.value.get("message", "The model returned no answer."))
    return LlmError(message, hint=known.get("hint"), status=known.get("status"), code=known.get("code"))
