"""``/v1/files``: files at a model's provider, each of the key that sent it."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.types import Send

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.openai.answer import send_value
from mcptui.gateway.fronts.openai.file_owners import FileOwners, no_such_file
from mcptui.gateway.fronts.openai.pass_through import PassedOn
from mcptui.gateway.fronts.openai.request import model_of
from mcptui.gateway.principal import KeyPrincipal
from mcptui.model import LlmModel


class FilesApi:
    """Files, each of the key that sent it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._owners = FileOwners(core)

    async def model_of(self, id_: str, principal: KeyPrincipal, named: str | None) -> LlmModel:
        """The model whose provider has the file ``id_``.

        Args:
            id_: the file.
            principal: whose it has to be.
            named: the name of a model whose provider is meant, if one was named.

        Raises:
            LlmError: there is none that is the principal's, or it may not use the model any more.
        """
        model = await self._owners.model_of(id_, principal, named)
        if model is None:
            raise no_such_file(id_)
        return model_of(self._core, principal, model.name)

    async def create(self, request: PassedOn, send: Send) -> None:
        """Send a file to the provider, and remember whose it is."""
        observe = self._owners.observer(request.principal, request.model)
        await request.send(self._core, send, observe)

    async def about(self, request: PassedOn, id_: str, send: Send) -> None:
        """Have the provider tell about a file, give or delete it."""
        status = await request.send(self._core, send)
        if request.method == "DELETE":
            await self._owners.deleted(id_, request.model, status)

    async def list(self, request: PassedOn, send: Send) -> None:
        """The files of the principal among those that the provider lists.

        Raises:
            LlmError: the provider refuses, or answers something else.
        """
        connection = await self._core.providers.connect(request.model)
        response = await connection.send("GET", request.path, None)
        try:
            if response.status_code >= 400:
                raise await connection.refusal(response)
            data = b"".join([piece async for piece in connection.pieces(response)])
        finally:
            await response.aclose()
        try:
            listed = orjson.loads(data)
            found = [each for each in listed["data"] if isinstance(each["id"], str)]
        except (ValueError, TypeError, LookupError):
            raise connection.not_of_the_api() from None
        own = [each for each in found if await self._owners.is_own(each["id"], request.principal, request.model)]
        ends: dict[str, Any] = {"first_id": own[0]["id"], "last_id": own[-1]["id"]} if own else {}
        await send_value(
            send, {**listed, "data": own, **{name: ends.get(name) for name in ends.keys() & listed.keys()}}
        )
