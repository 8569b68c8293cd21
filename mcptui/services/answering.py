"""The events of an answer, put together to the turn that is shown and kept."""

from __future__ import annotations

from collections.abc import Sequence

from mcptui.errors import McptuiError
from mcptui.model.chat import ChatOutcome, ChatTurn
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.services.conversations import ENDED, messages_so_far


class Answer:
    """One answer while it comes in.

    Args:
        question: what was asked.
        request: what the gateway is sent: the model's name here, whose tools it has, and of which servers.
        at: now, seconds since the epoch.
    """

    def __init__(self, question: str, request: JsonObject, *, at: float) -> None:
        self._question = question
        self._request = request
        self._at = at
        self._attached: Sequence[JsonObject] = ()
        self._waited = 0.0
        self._waits_since: float | None = None
        self._parts: list[JsonObject] = []
        self._messages: list[JsonObject] | None = None
        self._used: JsonObject = {}
        self._rounds = 0
        self._outcome: ChatOutcome = "done"
        self._note = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing came."""
        return not self._parts and not self._messages

    @property
    def outcome(self) -> ChatOutcome:
        """How it ended, or goes on."""
        return self._outcome

    def take(self, event: CallEvent) -> None:
        """Take an event of the turn; those that are not part of the answer change nothing."""
        value = event.value
        match event.type:
            case "attached":
                self._attached = tuple(value.get("attached") or ())
            case "text":
                self._text(str(value.get("delta", "")))
            case "tool":
                self._tool({"type": "tool", **value})
            case "usage":
                self._used = value
            case "done":
                self._messages, self._rounds = list(value.get("messages") or ()), value.get("rounds") or 0
                stop = value.get("stop")
                if isinstance(stop, str) and stop != "stop":
                    self._note = f"incomplete: {stop.replace('_', ' ')}"
                elif not any(part["type"] == "text" and part["text"] for part in self._parts):
                    self._note = "the model returned no answer"
            case "error":
                data = value.get("data")
                known = data if isinstance(data, dict) else {}
                self._messages = known.get("messages") or None
                if known.get("context_size"):  # the provider refused more: the conversation fills it
                    self._used = {**self._used, "context": known["context_size"], "context_size": known["context_size"]}
                self._fail(str(value.get("message", "The model returned no answer.")))

    def wait(self, now: float) -> None:
        """From ``now`` on the answer waits for the person; that is not time that the model took."""
        if self._waits_since is None:
            self._waits_since = now

    def resume(self, now: float) -> None:
        """The person has answered."""
        if self._waits_since is not None:
            self._waited += now - self._waits_since
            self._waits_since = None

    def stop(self) -> None:
        """The person stopped it; the partial answer is kept."""
        self._outcome, self._note = "stopped", "stopped"
        for index, part in enumerate(self._parts):
            if part["type"] == "tool" and part.get("status") not in ENDED:
                self._parts[index] = {**part, "status": "cancelled", "error": "cancelled"}

    def fail(self, error: McptuiError) -> None:
        """It broke off."""
        self._fail(error.message)

    def turn(self, now: float) -> ChatTurn:
        """The answer so far."""
        self.resume(now)
        return ChatTurn(
            question=self._question,
            model=self._request["model"],
            key=self._request.get("key"),
            servers=self._request.get("servers"),
            attached=self._attached,
            system=self._request.get("system") or "",
            temperature=self._request.get("temperature"),
            at=self._at,
            seconds=now - self._at - self._waited,
            parts=tuple(self._parts),
            messages=tuple(messages_so_far(self._parts) if self._messages is None else self._messages),
            usage=self._used.get("usage") or {},
            cost=self._used.get("cost"),
            context=self._used.get("context") or 0,
            context_size=self._used.get("context_size"),
            rounds=self._rounds,
            outcome=self._outcome,
            note=self._note,
        )

    def _fail(self, why: str) -> None:
        self.stop()
        self._outcome, self._note = "failed", why

    def _text(self, delta: str) -> None:
        if not self._parts or self._parts[-1]["type"] != "text":
            self._parts.append({"type": "text", "text": ""})
        self._parts[-1] = {"type": "text", "text": self._parts[-1]["text"] + delta}

    def _tool(self, part: JsonObject) -> None:
        for index, known in enumerate(self._parts):
            if known.get("id") == part.get("id"):
                self._parts[index] = part
                return
        self._parts.append(part)
