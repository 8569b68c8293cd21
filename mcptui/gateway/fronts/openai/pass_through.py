"""What goes to a model's provider as it is: embeddings, images, audio, moderations, files and older completions."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.types import Send

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, Incoming
from mcptui.gateway.fronts.openai.file_owners import FileOwners
from mcptui.gateway.fronts.openai.form import Form
from mcptui.gateway.fronts.openai.forward import forward
from mcptui.gateway.fronts.openai.forwarded import Observe
from mcptui.gateway.fronts.openai.request import decode, model_of, too_large
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.errors import bad_request
from mcptui.llm.upload import Upload
from mcptui.model import LlmModel
from mcptui.protocol import jsonrpc
from mcptui.protocol.keys import query_without_keys

#: Paths below /v1 whose requests name a model in their body.
WITH_MODEL: Final = (
    "/completions",
    "/embeddings",
    "/moderations",
    "/rerank",
    "/images/generations",
    "/images/edits",
    "/images/variations",
    "/audio/speech",
    "/audio/transcriptions",
    "/audio/translations",
)
#: Whose provider chooses the model where the request does not.
_MODEL_OF_PROVIDER: Final = "/moderations"
#: Where a request that has no model in its body names one whose provider is meant.
_MODEL_HEADER: Final = "x-mcptui-model"


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A request that goes to a provider, checked; as of :class:`mcptui.gateway.fronts.openai.request.ModelRequest`."""

    principal: KeyPrincipal
    model: LlmModel
    method: str
    #: Below the model's base URL, with the query.
    path: str
    body: bytes | Upload | None = None
    size: int = 0
    streams: bool = False
    accept: str = "*/*"

    async def send(self, core: Core, send: Send, observe: Observe | None = None) -> int:
        """Have the provider answer; the status of the answer.

        Raises:
            LlmError: there is no answer.
        """
        connection = await core.providers.connect(self.model)
        return await forward(
            connection, self.method, self.path, self.body, send, observe, streams=self.streams, accept=self.accept
        )


@asynccontextmanager
async def passed_on(
    core: Core, incoming: Incoming, principal: KeyPrincipal, path: str, model: LlmModel | None = None
) -> AsyncIterator[PassedOn]:
    """A request as it goes to the provider of the model that it names.

    Args:
        core: the gateway.
        incoming: the request; the key has been checked.
        principal: whose key it was.
        path: below /v1.
        model: whose provider it is, where that is known already.

    Raises:
        ClientGoneError: the client went away.
        LlmError: it is malformed or too large, or no model of the key is meant.
    """
    query, named = _query(incoming), named_model(incoming)
    accept = next(iter(incoming.headers.get("accept", ())), "*/*")
    # Not every provider knows HEAD; our own server leaves the body of its answer out.
    method = "GET" if incoming.method == "HEAD" else incoming.method
    about: dict[str, Any] = {"principal": principal, "method": method, "path": path + query, "accept": accept}
    needs_model = path in WITH_MODEL and path != _MODEL_OF_PROVIDER

    def model_for(said: object) -> LlmModel:
        if said is not None:
            return model_of(core, principal, said)
        return model or _meant(core, principal, named, needs_model=needs_model)

    content_type = next(iter(incoming.headers.get("content-type", ())), "")
    limits = core.snapshot.state.gateway
    try:
        if content_type.lower().startswith("multipart/form-data"):
            async with contextlib.aclosing(await Form.read(incoming, content_type, limits.max_body_bytes)) as form:
                meant = model_for(form.field("model"))
                upload = form.upload(meant.model, adds_model=needs_model)
                streams = form.field("stream") == "true"
                yield PassedOn(model=meant, body=upload, size=upload.size, streams=streams, **about)
            return
        raw = await incoming.body(limits.max_body_bytes)
    except BodyTooLargeError:
        raise too_large() from None
    if method != "POST":
        yield PassedOn(model=model_for(None), **about)
        return
    body = await decode(raw, limits)
    meant = model_for(said := body.get("model"))
    await FileOwners(core).require_own(raw, body, principal, meant)
    if said != meant.model and (said is not None or needs_model):
        raw = jsonrpc.encode({**body, "model": meant.model})
    yield PassedOn(model=meant, body=raw, size=len(raw), streams=body.get("stream") is True, **about)


def named_model(incoming: Incoming) -> str | None:
    """The model that the query of a request or a header names."""
    named = next((value for name, value in query_without_keys(incoming.query) if name == "model"), None)
    return named or next(iter(incoming.headers.get(_MODEL_HEADER, ())), None)


def _query(incoming: Incoming) -> str:
    """The query as the provider gets it."""
    kept = urlencode([pair for pair in query_without_keys(incoming.query) if pair[0] != "model"])
    return f"?{kept}" if kept else ""


def _meant(core: Core, principal: KeyPrincipal, named: str | None, *, needs_model: bool) -> LlmModel:
    """The model whose provider a request without a model in its body is for: the one that it names, else the one
    provider of the key; where the model itself is needed, the one model of the key.

    Raises:
        LlmError: there is none, or there are several.
    """
    if named is not None:
        return model_of(core, principal, named)
    snapshot = core.snapshot
    models = [snapshot.state.models[name] for name in snapshot.access(principal).models]
    if len(models) == 1 or (not needs_model and len({(model.base_url, model.api_key) for model in models}) == 1):
        return models[0]
    what = "model" if needs_model else "model's provider"
    raise bad_request(
        f"Say which {what} is meant, as ?model=NAME or in the header {_MODEL_HEADER}: "
        f"{', '.join(model.name for model in models) or 'the key may use none'}",
        "model",
    )
