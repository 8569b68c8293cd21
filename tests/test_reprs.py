"""No secret stands in the repr of a value: it would come into tracebacks, logs and the output of tests."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Final

import mcptui
from mcptui.model.setting import settings_of
from mcptui.secrets.recognition import is_secret_name

# Beside those whose name is a secret's.
_MAY_HOLD_SECRETS: Final = frozenset({"headers", "env", "proxy", "client_cert"})
_TEXT: Final = re.compile(r"\b(?:str|bytes|Any)\b")
#: Names of keys and of settings, a choice, paths and URLs, a digest.
_NO_SECRETS: Final = frozenset(
    {
        "key", "keys", "union_key", "testing_key", "credentials", "tls_keyfile", "token_endpoint",
        "authorization_endpoint", "VariantKey.credential", "Host.forget_secret",
    }
)  # fmt: skip


def classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(mcptui.__path__, "mcptui."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and found.__module__ == module.name and dataclasses.is_dataclass(found):
                yield found


def test_no_field_that_may_hold_a_secret_is_in_a_repr() -> None:
    shown = set()
    for cls in classes():
        kept = {name for name, setting in settings_of(cls).items() if setting.about.kept_as}
        for field in dataclasses.fields(cls):
            may_hold = field.name in {*kept, *_MAY_HOLD_SECRETS} or is_secret_name(field.name)
            names = {field.name, f"{cls.__name__}.{field.name}"}
            if field.repr and may_hold and _TEXT.search(str(field.type)) and not names & _NO_SECRETS:
                shown.add(f"{cls.__module__}.{cls.__name__}.{field.name}")
    assert shown == set()
