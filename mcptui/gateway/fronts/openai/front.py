"""The way in for clients of the OpenAI API: key, model, and then one of the APIs."""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from mcptui.errors import McptuiError
from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.openai.answer import send_error, send_value
from mcptui.gateway.fronts.openai.chat_completions import complete
from mcptui.gateway.fronts.openai.leaving import while_connected
from mcptui.gateway.fronts.openai.request import ModelRequest, authenticated, model_of, read_request, refused_key
from mcptui.gateway.fronts.openai.responses import ResponsesApi
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.lifetime.work import AccessLostError, Work
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.keys import without_gateway_keys

log = logging.getLogger(__name__)

_REQUEST_ID: Final = b"x-request-id"

_Handler = Callable[[Scope, Receive, Send], Awaitable[None]]


class OpenAiFront:
    """Everything below ``/v1``, and the same paths without it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._api = ResponsesApi(core)
        core.at_close(self._api.stored.close)

    def routes(self) -> list[Route]:
        """All paths."""
        paths: list[tuple[str, _Handler, str]] = [
            ("/models", self._models, "GET"),
            ("/models/{model:path}", self._model, "GET"),
            ("/chat/completions", self._chat, "POST"),
            ("/responses", self._responses, "POST"),
            ("/responses/{id}", self._response, "GET"),
            ("/responses/{id}", self._delete, "DELETE"),
            ("/responses/{id}/cancel", self._cancel, "POST"),
            ("/responses/{id}/input_items", self._input_items, "GET"),
        ]
        return [
            Route(prefix + path, _Endpoint(handler), methods=[method])
            for path, handler, method in paths
            for prefix in ("/v1", "")
        ]

    async def _models(self, scope: Scope, _: Receive, send: Send) -> None:
        principal = await authenticated(self._core, scope)
        snapshot = self._core.snapshot
        models = [_described(snapshot.state.models[name]) for name in snapshot.access(principal).models]
        await send_value(send, {"object": "list", "data": models})

    async def _model(self, scope: Scope, _: Receive, send: Send) -> None:
        principal = await authenticated(self._core, scope)
        await send_value(send, _described(model_of(self._core, principal, scope["path_params"]["model"])))

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(self._core, scope, receive)
        async with self._under_way("v1/chat/completions", request, receive):
            await complete(self._core, request, send)

    async def _responses(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(self._core, scope, receive)
        async with self._under_way("v1/responses", request, receive):
            background = await self._api.create(request, send)
            if background is not None:
                # Nobody holds it open: it goes on when the key was rotated since.
                opened = Open(KeyPrincipal(request.principal.name), background.cancel, _may_use(request))
                self._core.lifetimes.add(opened)
                background.add_done_callback(lambda _: self._core.lifetimes.remove(opened))

    async def _response(self, scope: Scope, receive: Receive, send: Send) -> None:
        principal = await authenticated(self._core, scope)
        async with self._while_allowed(receive, principal):
            if not await self._passed_on(scope, principal, "GET", "", send):
                await self._api.retrieve(scope["path_params"]["id"], principal, _starting_after(scope), send)

    async def _delete(self, scope: Scope, _: Receive, send: Send) -> None:
        id_, principal = scope["path_params"]["id"], await authenticated(self._core, scope)
        if await self._passed_on(scope, principal, "DELETE", "", send):
            return
        await self._api.get(id_, principal)
        await self._api.stored.remove(id_)
        await send_value(send, {"id": id_, "object": "response", "deleted": True})

    async def _cancel(self, scope: Scope, _: Receive, send: Send) -> None:
        principal = await authenticated(self._core, scope)
        if not await self._passed_on(scope, principal, "POST", "/cancel", send):
            await self._api.cancel(scope["path_params"]["id"], principal, send)

    async def _input_items(self, scope: Scope, _: Receive, send: Send) -> None:
        principal = await authenticated(self._core, scope)
        if await self._passed_on(scope, principal, "GET", "/input_items", send):
            return
        items = (await self._api.get(scope["path_params"]["id"], principal)).given[::-1]
        ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {"first_id": "", "last_id": ""}
        await send_value(send, {"object": "list", "data": items, "has_more": False, **ends})

    async def _passed_on(self, scope: Scope, principal: KeyPrincipal, method: str, what: str, send: Send) -> bool:
        query = without_gateway_keys(scope["query_string"]).decode("latin-1")
        return await self._api.pass_on(method, scope["path_params"]["id"], what, query, principal, send)

    @contextlib.asynccontextmanager
    async def _under_way(self, method: str, request: ModelRequest, receive: Receive) -> AsyncIterator[None]:
        """The block ends when the client goes, or may no longer use the model; it is recorded as a call is."""
        started = time.perf_counter()
        fault: RpcError | None = None
        completed = False
        try:
            async with self._while_allowed(receive, request.principal, _may_use(request)):
                yield
                completed = True
        except McptuiError as error:
            fault = RpcError(INTERNAL_ERROR, error.message)
            raise
        finally:
            self._core.recorder.note(
                _exchange(self._core, method, request),
                started=started,
                bytes_in=len(request.raw),
                bytes_out=0,
                error=fault,
                cancelled=not completed and fault is None,
            )

    @contextlib.asynccontextmanager
    async def _while_allowed(
        self, receive: Receive, principal: KeyPrincipal, still_valid: Callable[[Snapshot], bool] | None = None
    ) -> AsyncIterator[None]:
        """The block ends when the client goes, or may no longer do this."""
        try:
            with Work(self._core.lifetimes, principal, still_valid):
                async with while_connected(receive):
                    yield
        except AccessLostError:
            message = "The key may no longer be used for this."
            raise LlmError(message, status=401, kind="invalid_request_error", code="key_revoked") from None


def _may_use(request: ModelRequest) -> Callable[[Snapshot], bool]:
    """Whether the model of ``request`` may still be used."""
    principal, model = request.principal, request.model.name
    return lambda snapshot: snapshot.access(principal).model(model).allowed


def _exchange(core: Core, method: str, request: ModelRequest) -> Exchange:
    """A request to a model as the recorder knows requests; what was said stays between client and provider."""
    return Exchange(
        principal=request.principal,
        snapshot=core.snapshot,
        era="handshake",
        version="openai",
        method=method,
        params={"name": request.model.name, "stream": request.body.get("stream") is True},
    )


class _Endpoint:
    """One path as an ASGI application: the place where every error becomes an answer."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        request_id = f"req_{secrets.token_hex(16)}"

        async def sending(message: Any) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start" and not any(
                name == _REQUEST_ID for name, _ in message["headers"]
            ):
                # Clients show it with errors; a provider's own is of more use at the provider.
                message = {**message, "headers": [*message["headers"], (_REQUEST_ID, request_id.encode("ascii"))]}
            await send(message)

        try:
            await self._handler(scope, receive, sending)
        except AuthError as error:
            await send_error(sending, refused_key(error), error.headers)
        except McptuiError as error:
            if started:  # the client sees that the answer has no end
                log.warning("the answer of %s broke off: %s", request_id, error.message)
                return
            await send_error(sending, error)
        except Exception:
            log.exception("request %s to %s failed", request_id, scope["path"])
            if started:
                raise
            await send_error(sending, LlmError("Internal error of the gateway", status=500))


def openai_routes(core: Core) -> list[Route]:
    """The OpenAI API of ``core``."""
    return OpenAiFront(core).routes()


def _starting_after(scope: Scope) -> int | None:
    """The event after which a stream is wanted; None where no stream is."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if query.get("stream", [""])[0].lower() not in ("true", "1"):
        return None
    number = query.get("starting_after", [""])[0]
    return int(number) if number.isdecimal() else -1


def _described(model: LlmModel) -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": 0, "owned_by": "mcptui"}
