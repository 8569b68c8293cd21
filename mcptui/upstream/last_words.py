"""Why a program ended, in the line of its output that says so: neither its version nor where a log lies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Final

#: What stands before a line that was printed where messages belong.
ON_STDOUT: Final = "stdout: "
#: As much of the end of its output as is looked at, lines.
_LOOKED_AT: Final = 80
_LONGEST: Final = 300
#: A message of several lines is cut after so many.
_MESSAGE_LINES: Final = 3

_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_BOX: Final = re.compile(r"^[\s│┃║|]*[│┃║]\s?|\s*[│┃║]\s*$|^\s*[╭╰┌└┏┗].*[╮╯┐┘┓┛]\s*$")
#: Programs say it when they end, whatever they ended of.
_NOISE: Final = re.compile(
    r"""^\s*(?:
        Node\.js\ v[\d.]+ | npm\ (?:notice|warn)\b.* | .*[Aa]\ complete\ log\ of\ this\ run.* |
        \(Use\ `node\ --trace.* | note:\ run\ with\ `?RUST_BACKTRACE.* | (?:Try|Run)\ ['"`].*(?:--help|\ help).* |
        See\ ['"`].*help.* | For\ more\ (?:information|details)\b.* | \[notice\].* | [\^~\s]+ | exit\ status\ \d+ |
        Emitted\ 'error'\ event.* | [\s{}\[\](),;]* | (?:DEBUG|INFO|TRACE)\b.* | During\ handling\ of\ the\ above.* |
        The\ above\ exception\ was.* | .*\bExperimentalWarning\b.* | .*\bDeprecationWarning\b.*
    )$""",
    re.VERBOSE,
)
_STACK: Final = re.compile(r"^\s+at\s")
_JS_ERROR: Final = re.compile(r"^(?:Uncaught\s+)?(?:[A-Za-z_$][\w.$]*)?(?:Error|Exception)(?:\s\[[\w-]+\])?:?(?:\s|$)")
_TRACEBACK: Final = re.compile(r"^Traceback \(most recent call last\):")
_GROUP: Final = re.compile(r"^\s*\+ Exception Group Traceback")
_GROUP_BARS: Final = re.compile(r"^[\s|+]*\|\s?|^[\s|+]*[+-]+$")
_GROUP_PART: Final = re.compile(r"^[\s|]*\+[-+]+ 1 -+$")
_PANIC: Final = re.compile(r"^thread '.*' (?:\(\d+\) )?panicked at\b")
_GO: Final = re.compile(r"^(?:panic|fatal error): ")
_NPM: Final = re.compile(r"^npm (?:error|ERR!)\s?")
#: What npm says of an error before and after it says the error.
_NPM_DETAIL: Final = re.compile(
    r"^(?:\d+\s*$|(?:code|errno|syscall|path|dest|command|cwd|signal|network|Node version|npm)\b\s|Note that\b|"
    r"\d+ Note that\b|\d+ tarball\b|\s+at\s|\s*[{}]|A complete log)"
)
_CAUSED: Final = re.compile(r"^error(?:\[\w+\])?: |^Error: |^\s*×\s")
_CAUSE: Final = re.compile(r"^\s+(?:cause|Caused by)?:?\s*(?:╰─▶|├─▶|cause:|Caused by:|\d+:)\s*", re.IGNORECASE)
_SOUNDS_BAD: Final = re.compile(
    r"\b(?:error|fatal|panic|exception|traceback|critical|cannot|can't|could ?n[o']t|unable|not found|no such|"
    r"no module|missing|required|denied|invalid|failed|failure|refused|unknown|unrecognized|unexpected|"
    r"not set|must be|must set|unsupported|forbidden|unauthorized|timed? ?out|usage:)",
    re.IGNORECASE,
)
#: What a program says once, after errors that it has tried to get over.
_FINAL: Final = re.compile(r"\b(?:fatal|critical|panic|uncaught|unhandled|giving up|aborting)\b", re.IGNORECASE)
_PROTOCOL: Final = re.compile(
    r"initiali[sz]e|discover|handshake|protocol|rpc|request|method|message|notification|unexpected|params",
    re.IGNORECASE,
)
_USAGE: Final = re.compile(r"^\s*usage:", re.IGNORECASE)

_BROKEN_CACHE: Final = re.compile(
    r"(?:ENOTEMPTY|MODULE_NOT_FOUND|Cannot find (?:module|package)|ENOENT|not found|[Pp]ermission denied|EJSONPARSE|"
    r"Invalid package config|SyntaxError)"
)
_NPX_DIRECTORY: Final = re.compile(r"(?P<path>[^\s'\"]*[/\\]_npx[/\\][0-9a-f]+)")


def reason(output: Sequence[str]) -> str:
    """The line, or the first lines, of ``output`` that say what went wrong; "" where nothing was printed."""
    lines = [_plain(line) for line in tuple(output)[-_LOOKED_AT:]]
    for find in _FORMATS:
        found = find(lines)
        if found:
            return _joined(found)
    meant = [line for line in lines if not _NOISE.match(line)]
    bad = [line for line in meant if _SOUNDS_BAD.search(line) and not _USAGE.match(line)]
    final = [line for line in bad if _FINAL.search(line)]
    return _joined(final[:1] or bad[:1] or meant[-1:])


def is_about_protocol(why: str) -> bool:
    """Whether a :func:`reason` may be that of a server that was asked what it does not know; where none is said too."""
    return not _SOUNDS_BAD.search(why) or _PROTOCOL.search(why) is not None


def hint(output: Sequence[str]) -> str | None:
    """What to do about a failure that is known; None for any other."""
    for line in map(_plain, tuple(output)[-_LOOKED_AT:]):
        directory = _NPX_DIRECTORY.search(line)
        if directory is not None and _BROKEN_CACHE.search(line):
            path = directory["path"]
            return f"An interrupted installation left a broken package: remove {path}, then try again."
    return None


def of_nothing(program: str, environment: Mapping[str, str]) -> str:
    """Where to look when ``program`` has ended without a word: npx says nothing of an installation that failed."""
    if PurePath(program).stem not in ("npm", "npx"):
        return "It printed nothing."
    cache = environment.get("npm_config_cache") or environment.get("NPM_CONFIG_CACHE") or "~/.npm"
    return f"It printed nothing; the log that npm keeps is in {PurePath(cache, '_logs')}."


def _plain(line: str) -> str:
    return _BOX.sub("", _ESCAPES.sub("", line.removeprefix(ON_STDOUT))).rstrip()


def _joined(lines: Sequence[str]) -> str:
    """``lines`` as one."""
    text = "; ".join(" ".join(line.split()).rstrip(";") for line in lines)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _last(lines: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at in reversed(range(len(lines))) if pattern.match(lines[at])), None)


def _message(lines: Sequence[str], at: int) -> list[str]:
    """The line at ``at`` and those of the same message below it."""
    message = [lines[at]]
    for line in lines[at + 1 :]:
        if not line.strip() or _STACK.match(line) or _NOISE.match(line) or len(message) == _MESSAGE_LINES:
            break
        message.append(line)
    return message


def _exception_group(lines: Sequence[str]) -> list[str]:
    """Python: the first exception of the newest group."""
    begin = _last(lines, _GROUP)
    if begin is None:
        return []
    part = next((at for at in range(begin, len(lines)) if _GROUP_PART.match(lines[at])), begin)
    inside = [_GROUP_BARS.sub("", line) for line in lines[part + 1 :]]
    return _exception(inside)[:1]


def _traceback(lines: Sequence[str]) -> list[str]:
    """Python: the exception that the newest traceback ends with."""
    begin = _last(lines, _TRACEBACK)
    return [] if begin is None else _exception(lines[begin + 1 :])


def _exception(lines: Sequence[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line.strip() and not line.startswith(" ") and not _TRACEBACK.match(line):
            return _message(lines, at)
    return []


def _thrown(lines: Sequence[str]) -> list[str]:
    """JavaScript and Java: what was thrown, above the newest stack."""
    stack = next((at for at in reversed(range(len(lines))) if _begins_stack(lines, at)), None)
    if stack is None:
        return []
    for at in reversed(range(stack)):
        if _JS_ERROR.match(lines[at]) or lines[at].startswith("Exception in thread"):
            return _message(lines, at)
    return []


def _begins_stack(lines: Sequence[str], at: int) -> bool:
    return bool(_STACK.match(lines[at])) and at > 0 and not _STACK.match(lines[at - 1])


def _panic(lines: Sequence[str]) -> list[str]:
    """Rust, where the message stands below, and Go."""
    begin = _last(lines, _PANIC)
    if begin is not None:
        return [line for line in lines[begin + 1 : begin + 2] if line.strip()] or [lines[begin]]
    begin = _last(lines, _GO)
    return [] if begin is None else [lines[begin]]


def _package_manager(lines: Sequence[str]) -> list[str]:
    """npm: the error among what it says of it."""
    said = [_NPM.sub("", line) for line in lines if _NPM.match(line)]
    errors = [line for line in said if line.strip() and not _NPM_DETAIL.match(line)]
    return errors[:1] or [line for line in said if line.strip()][:1]


def _with_cause(lines: Sequence[str]) -> list[str]:
    """uv and others: an error with what caused it indented below."""
    begin = _last(lines, _CAUSED)
    if begin is None:
        return []
    causes = list(_indented_causes(lines[begin + 1 :]))
    return [lines[begin].strip().removeprefix("× "), *causes[:1]] if causes else []


def _indented_causes(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if not _CAUSE.match(line):
            return
        yield _CAUSE.sub("", line)


_FORMATS: Final[tuple[Callable[[Sequence[str]], list[str]], ...]] = (
    _exception_group,
    _traceback,
    _panic,
    _thrown,
    _package_manager,
    _with_cause,
)
