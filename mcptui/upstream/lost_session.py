"""Whether a server that refuses a request has forgotten the session, so that nobody has read it."""

from __future__ import annotations

import logging
from typing import Final

from mcptui.protocol.errors import RpcError
from mcptui.upstream.call import Call
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotReadError, UpstreamError
from mcptui.upstream.pending import Pending
from mcptui.upstream.refusal import Refusal

log = logging.getLogger(__name__)

#: How long a server may take to answer a ping in a session that is in doubt, seconds.
PING: Final = 10.0
#: Requests whose errors are nobody's but the server's own.
_OF_NO_TOOL: Final = frozenset({"ping", "initialize"})


async def is_lost(refusal: Refusal, pending: Pending, session: str | None, dispatcher: Dispatcher) -> bool:
    """Whether ``pending``, sent in ``session`` and answered with ``refusal``, was not read for want of a session.

    An error under the id of the request may be that of a tool whose own session has expired, in the same words. Then
    it was read, and may have done something; only the session itself tells.
    """
    if not refusal.means_lost_session(pending.id, session):
        return False
    if not refusal.repeats(pending.id) or pending.call.method in _OF_NO_TOOL:
        return True
    return not await _answers(dispatcher)


async def _answers(dispatcher: Dispatcher) -> bool:
    """Whether the session lives, or does not say that it does not."""
    try:
        await dispatcher.request(Call(method="ping", params={}, timeout=PING))
    except NotReadError:
        return False
    except (RpcError, UpstreamError) as error:
        log.debug("a session in doubt answers a ping with: %s", error)
    return True
