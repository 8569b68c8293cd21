"""What is a secret by its name, or by what it looks like: the one rule for state, recordings and connections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from mcptui.secrets.references import has_reference, without_references

# Stems that make a name a secret's wherever they stand in it, and others that do at its end only.
_ANYWHERE: Final = r"key|token|secret|passw|pass-?(?:word|phrase|code)|pwd|authori[sz]ation|credential|cookie"
_AT_THE_END: Final = r"(?:auth|pass|pat)s?"
_SECRET_NAME: Final = re.compile(rf"{_ANYWHERE}|{_AT_THE_END}$")
# No name is a secret's without one of these in it, whatever its case.
_STEMS: Final = ("key", "token", "secret", "pass", "pwd", "auth", "credential", "cookie", "pat")
_STEM: Final = re.compile("|".join(_STEMS).encode())
# Words of a name: "APIKey2" has three.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words of names under which numbers are no secrets: max_tokens, tokenCount, key_size, token_expires_in.
_COUNT: Final = frozenset(
    {
        "tokens", "count", "counts", "number", "num", "total", "max", "min", "limit", "limits", "budget", "used",
        "usage", "left", "remaining", "size", "bits", "bytes", "length", "len", "version", "index", "cost", "price",
        "rate", "expires", "expiry", "expiration", "exp", "iat", "ttl", "age", "lifetime", "timeout", "seconds", "ms",
        "at",
    }
)  # fmt: skip
# Ordinary words with such a stem in them, and names of keys that are public.
_ORDINARY: Final = re.compile(
    r"""\b(?:
        key-?(?:board|word|frame|note|map|press|stroke)(?:e?s)? | hot-?keys?
      | monkeys? | donkeys? | turkeys? | hockey | whiskeys? | tokeni[sz](?:e[drs]?|ers|ing|ation)
      | secretar(?:y|ies|ial) | bypass | compass | compats?
      | key-?auth | (?:public|idempotency|strict-?host)-?keys?
    )\b""",
    re.VERBOSE,
)
# Values that are secrets under any name: issued tokens carry a prefix so that they can be found.
_ISSUED: Final = re.compile(
    r"""(?:Bearer\s+|Basic\s+|token\s+)?(?:
        sk-[A-Za-z0-9_-]{16,} | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,}
      | glpat-[A-Za-z0-9_-]{16,} | xox[abprs]-[A-Za-z0-9-]{10,} | AKIA[A-Z0-9]{16} | AIza[A-Za-z0-9_-]{30,}
      | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{20,} | pypi-[A-Za-z0-9_-]{20,} | ntn_[A-Za-z0-9]{20,}
      | lin_api_[A-Za-z0-9]{20,} | dop_v1_[a-f0-9]{20,} | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}
      | eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*
    )""",
    re.VERBOSE,
)
_SCHEME: Final = re.compile(r"(?:Bearer|Basic|Token|ApiKey|Digest)\s+\S+", re.IGNORECASE)
_HARMLESS: Final = re.compile(
    r"(?:|true|false|yes|no|on|off|none|null|\d{1,6}|[~.]?/[^\s]*|https?://[^\s@]*|<[^<>]*>|\.{3}|…)",
    re.IGNORECASE,
)

# A key is a secret wherever it stands, and whatever stands around it (RFC 7468 §10, §11).
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY")
# User and password of URLs in a text (RFC 3986 §3.2.1): up to the last "@" before the path.
_USER_INFO: Final = re.compile(r"(?<=://)([^/?#\s:@]*)(?::([^/?#\s]*))?@")
# The same of the URL of a proxy, which needs no scheme and has no path: what nobody has encoded is found too.
_OF_PROXY: Final = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^:@]*)(?::(.*))?@", re.DOTALL)


def is_secret_name(name: str) -> bool:
    """Whether the value of a header, variable or field with this name is a secret.

    Rather too often than too rarely: ``key_id`` counts, ``keyword`` and ``public_key`` do not.
    """
    lower = name.lower()
    if not any(stem in lower for stem in _STEMS):
        return False
    words = "-".join(_WORD.findall(name)).lower()
    return _SECRET_NAME.search(_ORDINARY.sub("", words)) is not None


def is_count_name(name: str) -> bool:
    """Whether a number under this name, which may have a secret's word in it, says how many, how long or until when."""
    return not _COUNT.isdisjoint(word.lower() for word in _WORD.findall(name))


def may_have_secret_name(encoded: bytes) -> bool:
    """Whether a name for :func:`is_secret_name` can be in ``encoded`` (JSON); much faster than a look at each name."""
    return _STEM.search(encoded.lower()) is not None


def looks_like_secret(name: str, value: str) -> bool:
    """Whether ``value`` of the header, variable or field ``name`` is a secret written out.

    A text with a reference in it is none; numbers, paths, plain URLs and placeholders are none either.
    """
    if has_reference(value):
        return False
    if _PRIVATE_KEY.search(value):
        return True
    if _ISSUED.fullmatch(value) or _SCHEME.fullmatch(value):
        return True
    return is_secret_name(name) and not is_harmless(value)


def is_harmless(value: str) -> bool:
    """Whether ``value`` is no secret under any name: a number, a path, a plain URL, a placeholder."""
    return _HARMLESS.fullmatch(value) is not None


def credentials_in_urls(text: str) -> Iterator[tuple[int, int]]:
    """The places of passwords, and of tokens in the place of a user, in every URL in ``text``; references are none."""
    for match in _USER_INFO.finditer(without_references(text)):
        yield from _credentials(match, text)


def credentials_in_proxy(text: str) -> Iterator[tuple[int, int]]:
    """The same in the URL of a proxy, whose scheme may be left out."""
    if (match := _OF_PROXY.match(without_references(text))) is not None:
        yield from _credentials(match, text)


def _credentials(match: re.Match[str], text: str) -> Iterator[tuple[int, int]]:
    (user_start, user_end), (start, end) = match.span(1), match.span(2)
    if looks_like_secret("", unquote(text[user_start:user_end])):
        yield user_start, user_end
    if end > start and not has_reference(text[start:end]):
        yield start, end
