"""Where the questions of a running call arrive and are answered."""

from __future__ import annotations

from mcptui.model.runtime import JsonObject
from mcptui.tui.ask.answer import Answer
from mcptui.tui.ask.dialogs import AskDialog, TextAskDialog, dialog_for
from mcptui.tui.shell.base import ModeScreen


class QuestionDesk:
    """Shows questions on the screen of one mode, and takes them away when their call ends."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._dialogs: list[AskDialog] = []
        self._is_open = False
        #: What was written for the last request of a server and method: most likely it is the same again.
        self._written: dict[tuple[str, str], str] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether a request of a server waits for its answer."""
        return bool(self._dialogs)

    def open(self) -> None:
        """A call begins."""
        self._is_open = True

    def close(self) -> None:
        """The call has ended: close its dialogs."""
        self._is_open = False
        for dialog in tuple(self._dialogs):
            dialog.withdraw()

    async def ask(self, server: str, question: JsonObject) -> None:
        """Ask the person and send the answer; to be run in a worker."""
        method = str(question.get("method"))
        dialog = dialog_for(server, method, question.get("params"), written=self._written.get((server, method), ""))
        answer = dialog if isinstance(dialog, Answer) else await self._show(dialog)
        if isinstance(dialog, TextAskDialog) and answer.error is None:
            self._written[server, method] = dialog.written
        if self._is_open:
            await self._screen.context.gateway.reply(question.get("id"), answer.result, answer.error)

    async def _show(self, dialog: AskDialog) -> Answer:
        app, mode = self._screen.app, self._screen.MODE.id
        if app.current_mode != mode:
            app.say(f"A server requests input: see {mode.title()}")
        self._dialogs.append(dialog)
        try:
            return await app.push_screen_wait(dialog, mode=mode)
        finally:
            self._dialogs.remove(dialog)
