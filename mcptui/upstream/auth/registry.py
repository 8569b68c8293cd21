"""Which authenticator signs in with which kind of auth."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any, Final

from mcptui.model.auth import Auth, AuthKind
from mcptui.upstream.auth.authenticator import Authenticator, SignIn

#: Each stands in a module that is named as the kind is in the state file, and is called as the kind's class.
AUTHENTICATORS: Final[Mapping[type[AuthKind], type[Authenticator[Any]]]] = {
    kind: resolve_name(f"{__package__}.{kind.TYPE}:{kind.__name__}Authenticator") for kind in typing.get_args(Auth)
}


def authenticator(sign_in: SignIn[Any]) -> Authenticator[Any]:
    """What signs in with the kind of auth that ``sign_in`` has."""
    return AUTHENTICATORS[type(sign_in.auth)](sign_in)
