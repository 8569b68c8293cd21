"""The arguments of MCP tools as model APIs take them, worked out once for every schema that a server has."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from mcptui.schema.for_models import for_models

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

log = logging.getLogger(__name__)

#: Schemas that are remembered.
_MOST: Final = 4096


class Parameters:
    """Schemas for models by the identity of the server's own, which stays as long as its list is not read again."""

    def __init__(self) -> None:
        # The schema is kept beside what was made of it: while it is, no other can have its identity.
        self._known: OrderedDict[int, tuple[Any, JsonObject]] = OrderedDict()

    def of(self, tool: JsonObject) -> JsonObject:
        """``parameters`` of the function for ``tool``; what had to be mended is said in the log."""
        schema = tool.get("inputSchema")
        known = self._known.get(id(schema))
        if known is not None and known[0] is schema:
            self._known.move_to_end(id(schema))
            return known[1]
        made = for_models(schema)
        if made.remarks:
            log.warning("the schema of %s is adapted for models: %s", tool.get("name"), "; ".join(made.remarks))
        self._known[id(schema)] = schema, made.parameters
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return made.parameters


#: Of the whole process: schemas are the same for everybody who may see them.
parameters: Final = Parameters()
