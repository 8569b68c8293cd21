"""Whose the files at providers are. One API key of a provider serves many keys of the gateway, so the gateway remembers
whose every file is, and to others it does not exist."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.openai.forwarded import Observe, id_observer
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.stores.provider_files import ProviderFile
from mcptui.tasks import beside_others

#: Of an object whose members are no objects with ids of their own.
_FILE_ID: Final = re.compile(rb'"id"\s*:\s*"([A-Za-z0-9._=-]{1,250})"')
#: Members of requests that name files.
_NAMES_FILES: Final = re.compile(r"(?:\w+_)?file_ids?|(?:training|validation)_file")


class FileOwners:
    """Owners of files, by the providers of the models that there are."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._store = core.stores.provider_files

    def observer(self, principal: KeyPrincipal, model: LlmModel) -> Observe:
        """Takes the answer of a provider to a new file, and remembers whose it is."""
        return id_observer(_FILE_ID, lambda id_: self._store.put(ProviderFile(id_, principal.id, model.name)))

    async def model_of(self, id_: str, principal: KeyPrincipal, named: str | None = None) -> LlmModel | None:
        """The model by way of which the principal sent the file ``id_``; None where there is none.

        Args:
            id_: at the provider; several may have the same.
            principal: whose it has to be.
            named: the name of a model whose provider is meant, if one was named.
        """
        models = self._core.snapshot.state.models
        meant = models.values() if named is None else self._alike(models[named]) if named in models else ()
        for model in meant:
            found = await self._store.find(model.name, id_)
            if found is not None and found.principal == principal.id:
                return model
        return None

    async def is_own(self, id_: str, principal: KeyPrincipal, model: LlmModel) -> bool:
        """Whether the file ``id_`` of the provider of ``model`` is the principal's."""
        return principal.id in await self._owners(id_, model)

    async def require_own(self, raw: bytes, body: Any, principal: KeyPrincipal, model: LlmModel) -> None:
        """Refuse a request that names another principal's file. One that nobody sent through here is left to the
        provider.

        Args:
            raw: the request as it came.
            body: the same, decoded.
            principal: whose request it is.
            model: whose provider gets it.

        Raises:
            LlmError: as for a file that does not exist.
        """
        if b"file" not in raw and b"\\u" not in raw:  # a fraction of the time that a look at all values takes
            return
        for id_ in await beside_others(len(raw), _named, body):
            owners = await self._owners(id_, model)
            if owners and principal.id not in owners:
                raise no_such_file(id_)

    async def deleted(self, id_: str, model: LlmModel, status: int) -> None:
        """The provider of ``model`` answered so to a request to delete a file: forget it, unless it is still there."""
        if status < 400 or status == 404:
            for each in self._alike(model):
                await self._store.remove(each.name, id_)

    async def _owners(self, id_: str, model: LlmModel) -> set[str]:
        found = [await self._store.find(each.name, id_) for each in self._alike(model)]
        return {file.principal for file in found if file is not None}

    def _alike(self, model: LlmModel) -> list[LlmModel]:
        """The models that the same provider has, for the same account."""
        models = self._core.snapshot.state.models.values()
        return [each for each in models if (each.base_url, each.api_key) == (model.base_url, model.api_key)]


def no_such_file(id_: str) -> LlmError:
    """There is no such file, or it is another's."""
    return LlmError(f"No such File object: {id_}", status=404, kind="invalid_request_error", param="id")


def _named(body: Any) -> Collection[str]:
    """The ids of files that a request names, at whatever depth."""
    named: dict[str, None] = {}
    rest = [body]
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest.extend(value)
        elif isinstance(value, dict):
            for name, each in value.items():
                if _NAMES_FILES.fullmatch(name):
                    ids = each if isinstance(each, list) else [each]
                    named |= dict.fromkeys(id_ for id_ in ids if isinstance(id_, str))
                rest.append(each)
    return named.keys()
