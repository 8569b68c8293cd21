"""The way in for clients of the OpenAI API: key, model, and then one of the APIs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlencode

from mcptui.errors import McptuiError
from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.client_watch import ClientWatch
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.http.paths import Paths
from mcptui.gateway.fronts.openai.answer import send_value
from mcptui.gateway.fronts.openai.chat_completions import complete
from mcptui.gateway.fronts.openai.elsewhere import METHODS, Elsewhere
from mcptui.gateway.fronts.openai.files import FilesApi
from mcptui.gateway.fronts.openai.model_call import ModelCall
from mcptui.gateway.fronts.openai.pass_through import WITH_MODEL, PassedOn, named_model, passed_on
from mcptui.gateway.fronts.openai.reply import Reply
from mcptui.gateway.fronts.openai.request import ModelRequest, model_of, read_request, refused_key
from mcptui.gateway.fronts.openai.responses import ResponsesApi
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.lifetime.work import AccessLostError, DisconnectedError, Work
from mcptui.gateway.pipeline import serve
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.numbers import whole_number
from mcptui.protocol.keys import query_without_keys

log = logging.getLogger(__name__)

_Handler: TypeAlias = Callable[[Incoming, Reply], Awaitable[None]]
_Work: TypeAlias = Callable[[], Awaitable[object]]
_Request: TypeAlias = ModelRequest | PassedOn


class OpenAiFront:
    """Everything below ``/v1``, and the same paths without it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._api = ResponsesApi(core)
        self._files = FilesApi(core)
        core.at_close(self._api.stored.close)

    def add_to(self, paths: Paths) -> None:
        """Answer all paths of the API."""
        handlers: list[tuple[str, _Handler, str]] = [
            ("/models", self._models, "GET"),
            ("/models/{model:path}", self._model, "GET"),
            ("/chat/completions", self._chat, "POST"),
            ("/responses", self._responses, "POST"),
            ("/responses/{id}", self._response, "GET"),
            ("/responses/{id}", self._delete, "DELETE"),
            ("/responses/{id}/cancel", self._cancel, "POST"),
            ("/responses/{id}/input_items", self._input_items, "GET"),
        ]
        for path, handler, method in handlers:
            paths.add(path, partial(_answer, handler), method)
        passing: list[tuple[str, _Handler, str]] = [
            *((path, self._pass_on, "POST") for path in WITH_MODEL),
            ("/files", self._files_list, "GET"),
            ("/files", self._files_create, "POST"),
            ("/files/{id}", self._file, "GET"),
            ("/files/{id}", self._file, "DELETE"),
            ("/files/{id}/content", self._file, "GET"),
        ]
        known: dict[str, list[str]] = {}
        for path, handler, method in (*handlers, *passing):
            paths.add(f"/v1{path}", partial(_answer, handler), method)
            known.setdefault(path, []).append(method)
        # Last: the first pattern that fits a path counts.
        elsewhere = Elsewhere(known)
        for path in known:
            refuse: _Handler = partial(elsewhere.refuse_method, path)
            for prefix in ("/v1", "") if any(path == other for other, _, _ in handlers) else ("/v1",):
                paths.add(prefix + path, partial(_answer, refuse), *elsewhere.others(path))
        for path in ("/v1", "/v1/{rest:path}"):
            paths.add(path, partial(_answer, elsewhere.refuse_path), *METHODS)

    async def _admitted(self, incoming: Incoming) -> KeyPrincipal:
        return await self._core.admit(incoming.address, incoming.headers, incoming.what)

    async def _models(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        snapshot = self._core.snapshot
        models = [_described(snapshot.state.models[name]) for name in snapshot.access(principal).models]
        await send_value(reply.send, {"object": "list", "data": models})

    async def _model(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        await send_value(reply.send, _described(model_of(self._core, principal, incoming.parameters["model"])))

    async def _chat(self, incoming: Incoming, reply: Reply) -> None:
        request = await read_request(self._core, incoming)
        await self._call(
            "v1/chat/completions", request, incoming, reply, partial(complete, self._core, request, reply.send)
        )

    async def _responses(self, incoming: Incoming, reply: Reply) -> None:
        request = await read_request(self._core, incoming)
        await self._call("v1/responses", request, incoming, reply, partial(self._create, request, reply))

    async def _create(self, request: ModelRequest, reply: Reply) -> None:
        background = await self._api.create(request, reply.send)
        if background is not None:
            # Nobody holds it open: it goes on when the key was rotated since.
            opened = Open(KeyPrincipal(request.principal.name), background.cancel, _may_use(request))
            self._core.lifetimes.add(opened)
            background.add_done_callback(lambda _: self._core.lifetimes.remove(opened))

    async def _call(self, method: str, request: _Request, incoming: Incoming, reply: Reply, work: _Work) -> None:
        """Do ``work`` while its client is there and may use the model."""
        call = ModelCall(reply, partial(self._while_allowed, work, request.principal, _may_use(request)))
        exchange = _exchange(self._core, method, request)
        with ClientWatch(incoming, cancels=True):
            await serve(self._core, exchange, 0, call, request.size, call.write)

    # -- what goes to the provider as it is ------------------------------------------------------------------

    async def _pass_on(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        await self._pass(incoming, reply, principal, lambda request: request.send(self._core, reply.send))

    async def _files_create(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        await self._pass(incoming, reply, principal, lambda request: self._files.create(request, reply.send))

    async def _files_list(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        await self._pass(incoming, reply, principal, lambda request: self._files.list(request, reply.send))

    async def _file(self, incoming: Incoming, reply: Reply) -> None:
        id_, principal = incoming.parameters["id"], await self._admitted(incoming)
        model = await self._files.model_of(id_, principal, named_model(incoming))
        await self._pass(incoming, reply, principal, lambda request: self._files.about(request, id_, reply.send), model)

    async def _pass(
        self,
        incoming: Incoming,
        reply: Reply,
        principal: KeyPrincipal,
        work: Callable[[PassedOn], Awaitable[object]],
        model: LlmModel | None = None,
    ) -> None:
        path = incoming.path.removeprefix("/v1")
        async with passed_on(self._core, incoming, principal, path, model) as request:
            method = "v1/files" if path.startswith("/files") else f"v1{path}"
            await self._call(method, request, incoming, reply, partial(work, request))

    # -- responses that were made before ---------------------------------------------------------------------

    async def _response(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        with ClientWatch(incoming, cancels=True):
            await self._while_allowed(partial(self._retrieve, incoming, principal, reply), principal)

    async def _retrieve(self, incoming: Incoming, principal: KeyPrincipal, reply: Reply) -> None:
        if not await self._passed_on(incoming, principal, "GET", "", reply):
            after = _starting_after(incoming)
            await self._api.retrieve(incoming.parameters["id"], principal, after, reply.send)

    async def _delete(self, incoming: Incoming, reply: Reply) -> None:
        id_, principal = incoming.parameters["id"], await self._admitted(incoming)
        if await self._passed_on(incoming, principal, "DELETE", "", reply):
            return
        await self._api.get(id_, principal)
        await self._api.stored.remove(id_)
        await send_value(reply.send, {"id": id_, "object": "response", "deleted": True})

    async def _cancel(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        if not await self._passed_on(incoming, principal, "POST", "/cancel", reply):
            await self._api.cancel(incoming.parameters["id"], principal, reply.send)

    async def _input_items(self, incoming: Incoming, reply: Reply) -> None:
        principal = await self._admitted(incoming)
        if await self._passed_on(incoming, principal, "GET", "/input_items", reply):
            return
        items = (await self._api.get(incoming.parameters["id"], principal)).given[::-1]
        ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {"first_id": "", "last_id": ""}
        await send_value(reply.send, {"object": "list", "data": items, "has_more": False, **ends})

    async def _passed_on(
        self, incoming: Incoming, principal: KeyPrincipal, method: str, what: str, reply: Reply
    ) -> bool:
        query = urlencode(query_without_keys(incoming.query))
        return await self._api.pass_on(method, incoming.parameters["id"], what, query, principal, reply.send)

    async def _while_allowed(
        self,
        work: _Work,
        principal: KeyPrincipal,
        still_valid: Callable[[Snapshot], bool] | None = None,
    ) -> None:
        """Do ``work``; it ends when its principal may no longer do it.

        Raises:
            LlmError: that has happened; or what ``work`` raises.
        """
        try:
            with Work(self._core.lifetimes, principal, still_valid):
                await work()
        except DisconnectedError:
            raise LlmError("The operator of the gateway disconnected this client.", status=503) from None
        except AccessLostError:
            message = "The key may no longer be used for this."
            raise LlmError(message, status=401, kind="invalid_request_error", code="key_revoked") from None


def _may_use(request: _Request) -> Callable[[Snapshot], bool]:
    """Whether the model of ``request`` may still be used."""
    principal, model = request.principal, request.model.name
    return lambda snapshot: snapshot.access(principal).model(model).allowed


def _exchange(core: Core, method: str, request: _Request) -> Exchange:
    """A request to a model as the recorder knows requests; what was said stays between client and provider."""
    return Exchange(
        principal=request.principal,
        snapshot=core.snapshot,
        era="handshake",
        version="openai",
        method=method,
        params={"name": request.model.name, "stream": request.streams},
    )


async def _answer(handler: _Handler, incoming: Incoming) -> None:
    """Answer a request: the place where every error becomes an answer."""
    reply = Reply(incoming)
    try:
        await handler(incoming, reply)
    except AuthError as error:
        await reply.fail(refused_key(error), error.headers)
    except McptuiError as error:
        await reply.fail(error)
    except Exception:
        log.exception("request %s to %s failed", reply.id, incoming.path)
        await reply.fail(LlmError("Internal error of the gateway", status=500))


def _starting_after(incoming: Incoming) -> int | None:
    """The event after which a stream is wanted; None where no stream is."""
    query = parse_qs(incoming.query.decode("latin-1"))
    if query.get("stream", [""])[0].lower() not in ("true", "1"):
        return None
    number = whole_number(query.get("starting_after", [""])[0])
    return -1 if number is None else number


def _described(model: LlmModel) -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": 0, "owned_by": "mcptui"}
