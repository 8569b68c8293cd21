"""Resources and prompts in messages."""

from __future__ import annotations

from textual import on

from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line
from mcptui.services.one_call import called, text_of
from mcptui.tui.background import background
from mcptui.tui.chat.attach_dialog import AttachDialog, PromptArgumentsDialog
from mcptui.tui.chat.choice_actions import ChoiceActions
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.prompt import Prompt
from mcptui.tui.playground.items import Item, items


class AttachActions(ChoiceActions):
    """The part of the Chat mode that puts resources and prompts into messages."""

    def __init__(self) -> None:
        super().__init__()
        #: The text of resources that were attached, by their URI.
        self._resources: dict[str, str] = {}

    def attached_to(self, message: str) -> list[JsonObject]:
        """The resources that a message names as ``@uri``, as far as they were attached."""
        named = set()
        # The longest first: a URI may be the beginning of another.
        for uri in sorted(self._resources, key=len, reverse=True):
            if f"@{uri}" in message:
                named.add(uri)
                message = message.replace(f"@{uri}", " ")
        return [{"uri": uri, "text": text} for uri, text in self._resources.items() if uri in named]

    async def open_conversation(self, conversation: Conversation) -> None:
        """Show another conversation; what was attached to its messages goes with them when they are sent again."""
        await super().open_conversation(conversation)
        self._resources |= {part["uri"]: part["text"] for turn in conversation.turns for part in turn.attached}

    @on(Prompt.AttachWanted)
    @background(group="dialog", exclusive=True)
    async def attach(self, event: Prompt.AttachWanted) -> None:
        """Have the person select a resource or a prompt, and put it into the message."""
        listed = await self.context.gateway.listed(self.app.testing_key)
        # A template is no resource yet.
        found = [item for item in items(listed).values() if item.tab == event.kind and "uriTemplate" not in item.raw]
        item = await self.app.push_screen_wait(AttachDialog(event.kind, found))
        if item is not None:
            await (self._attach_resource(item) if item.tab == "resources" else self._insert_prompt(item))
        self.prompt.focus()

    async def _attach_resource(self, item: Item) -> None:
        text = await self._text_of(item, {})
        if text:
            self._resources[item.name] = text
            self.prompt.complete(f"@{item.name} ")

    async def _insert_prompt(self, item: Item) -> None:
        arguments: Json = {}
        if isinstance(item.schema, dict) and item.schema.get("properties"):
            params = {"message": item.description, "requestedSchema": item.schema}
            answer = await self.app.push_screen_wait(PromptArgumentsDialog(item.server, params))
            result: JsonObject = answer.result if isinstance(answer.result, dict) else {}
            if result.get("action") != "accept":
                return
            arguments = result.get("content") or {}
        text = await self._text_of(item, arguments)
        if text:
            self.prompt.complete(text)

    async def _text_of(self, item: Item, arguments: Json) -> str:
        """What a resource or prompt says; empty, and the person is told, where it has no text."""
        request = item.request(arguments)
        outcome, body = await called(self.context.gateway, request.method, request.params, self.app.testing_key)
        text = text_of(body)
        if outcome == "ok" and text:
            return text
        why = text if outcome != "ok" else "it has no text"
        self.app.say(f"{one_line(item.name, limit=60)} cannot be inserted: {one_line(why, limit=200)}")
        return ""
