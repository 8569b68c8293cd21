"""How many functions a model takes in one request."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mcptui.llm.errors import bad_request

if TYPE_CHECKING:
    from mcptui.model import LlmModel
    from mcptui.model.runtime import JsonObject

log = logging.getLogger(__name__)

#: What most providers take (OpenAI: "array too long. Expected an array with maximum length 128").
USUAL: Final = 128
#: Providers that are known to take no more, as the ends of their hosts.
_LIMITED: Final = (
    "api.openai.com", ".openai.azure.com", ".services.ai.azure.com", "api.groq.com", "api.x.ai"
)  # fmt: skip


def most_functions(model: LlmModel) -> int | None:
    """How many functions ``model`` takes: as its entry says, else as is known of its provider; None is not known."""
    if model.max_tools is not None:
        return model.max_tools
    host = urlsplit(model.base_url).hostname or ""
    return USUAL if any(host == name or host.endswith(name) for name in _LIMITED) else None


def require_room(model: LlmModel, body: JsonObject) -> None:
    """Refuse a request with more functions than the model takes; say so in the log where nobody knows whether it is.

    Raises:
        LlmError: there are too many.
    """
    number, most = len(body.get("tools") or ()), most_functions(model)
    if most is not None and number > most:
        error = bad_request(
            f"{number} tools are too many for {model.name}, which takes {most}", "tools", "too_many_tools"
        )
        error.hint = "choose servers, or tools (allowed_tools); where the model takes more, set its max_tools"
        raise error
    if most is None and number > USUAL:
        log.warning("%s gets %d tools; many models take %d", model.name, number, USUAL)
