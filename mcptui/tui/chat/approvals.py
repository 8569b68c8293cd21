"""What the person decided about tools, and the way of each decision to the gateway."""

from __future__ import annotations

from mcptui.errors import McptuiError
from mcptui.model.runtime import JsonObject
from mcptui.tui.chat.approval import ApprovalBar, ArgumentsDialog, ReasonDialog, Verdict
from mcptui.tui.shell.base import ModeScreen


class ApprovalPolicy:
    """What the person decided for this conversation."""

    def __init__(self) -> None:
        #: Every tool runs unasked, but for those of servers in production.
        self.everything = False
        self._known: dict[str, bool] = {}

    def known(self, call: JsonObject) -> bool | None:
        """Whether ``call`` runs without a question; None asks."""
        unasked = True if self.everything and not call.get("production") else None
        return self._known.get(str(call.get("name")), unasked)

    def decide(self, tool: str, verdict: Verdict) -> bool:
        """Whether the call runs; "always" and "never" are remembered."""
        runs = verdict in {"once", "always"}
        if verdict in {"always", "never"}:
            self._known[tool] = runs
        return runs


class ApprovalDesk:
    """Where calls that need a yes arrive."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self.policy = ApprovalPolicy()

    @property
    def _bar(self) -> ApprovalBar:
        return self._screen.query_one(ApprovalBar)

    async def wanted(self, call: JsonObject) -> None:
        """A call needs an answer: a remembered one, or the person's."""
        known = self.policy.known(call)
        if known is None:
            self._bar.add(call)
        else:
            await self._answer(call, {"approve": known})

    async def decided(self, call: JsonObject, verdict: Verdict) -> None:
        """The person answered; "always" and "never" answer other calls of the tool too."""
        tool = str(call.get("name"))
        runs = self.policy.decide(tool, verdict)
        await self._answer(call, {"approve": runs})
        if verdict in {"always", "never"}:
            while (other := self._bar.take(tool=tool)) is not None:
                await self._answer(other, {"approve": runs})

    async def run_everything(self, on: bool) -> None:
        """Let every tool run in this conversation, those that wait too; or ask again."""
        self.policy.everything = on
        if on:
            for call in self._bar.take_all():
                await self.wanted(call)

    async def edit(self, call: JsonObject) -> None:
        """Let the person change the arguments; to be run in a worker."""
        arguments = await self._screen.app.push_screen_wait(ArgumentsDialog(call))
        if arguments is not None and self._bar.take(call_id=call.get("id")) is not None:
            await self._answer(call, {"approve": True, "arguments": arguments})

    async def reject(self, call: JsonObject) -> None:
        """Let the person say why it is rejected; to be run in a worker."""
        reason = await self._screen.app.push_screen_wait(ReasonDialog(call))
        if reason is not None and self._bar.take(call_id=call.get("id")) is not None:
            await self._answer(call, {"approve": False, "reason": reason})

    async def _answer(self, call: JsonObject, answer: JsonObject) -> None:
        try:
            await self._screen.context.gateway.reply(call.get("id"), answer)
        except McptuiError as error:
            self._screen.app.show_error(error)
