"""A form with files (multipart/form-data, RFC 7578) on its way to a provider: files on the disk, fields in memory."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.llm.errors import bad_request
from mcptui.llm.upload import Upload
from mcptui.protocol.keys import without_gateway_keys

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: How many bytes of files stay in memory, how many are sent on at a time, and how many a field may have.
_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_LONGEST_FIELD: Final = 256 * 1024
_MOST_PARTS: Final = 1_000
#: Fields that decide here where a request goes: the provider must not find another one.
_SINGLE: Final = ("model", "stream")
#: The name of a file as some clients say it, although RFC 7578 section 4.2 has only ``filename``.
_EXTENDED: Final = re.compile(rb";\s*filename\*\s*=\s*\"?[\w-]+'[^']*'([^\s;\"]+)", re.IGNORECASE)


@dataclass(slots=True)
class _Part:
    """One part: a field with its value, or a file with its place among the files."""

    #: None until it was said.
    name: bytes | None = None
    filename: bytes | None = None
    content_type: bytes = b""
    value: bytes = b""
    start: int = 0
    size: int = 0

    @property
    def is_file(self) -> bool:
        return self.filename is not None

    @property
    def head(self) -> bytes:
        """Its headers, written anew: whoever reads them finds what was found here."""
        head = b'Content-Disposition: form-data; name="%s"' % _escaped(self.name or b"")
        if self.filename is not None:
            head += b'; filename="%s"' % _escaped(self.filename)
        head += b"\r\n"
        if self.content_type:
            head += b"Content-Type: %s\r\n" % self.content_type
        return without_gateway_keys(head)


class Form:
    """A form that was read; to be closed."""

    def __init__(self) -> None:
        #: What stands between its parts when it is sent: in none of them, as nobody knew it.
        self._boundary = f"mcptui-{secrets.token_hex(16)}".encode()
        self._parts: list[_Part] = []
        self._files: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by aclose()

    @classmethod
    async def read(cls, incoming: Incoming, content_type: str, limit: int) -> Form:
        """Read the form of a request.

        Raises:
            BodyTooLargeError: it has more than ``limit`` bytes.
            ClientGoneError: the client went away.
            LlmError: it is malformed.
        """
        from python_multipart.exceptions import MultipartParseError
        from python_multipart.multipart import MultipartParser, parse_options_header

        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise bad_request("The Content-Type of the form has no boundary.")
        form = cls()
        try:
            reader = _Reader(form)
            parser = MultipartParser(boundary, reader.callbacks())
            async for data in incoming.pieces(limit):
                parser.write(data)
            parser.finalize()
            if not reader.is_whole:
                raise bad_request("The form has no end.")
            form.require_clear()
        except MultipartParseError as error:
            await form.aclose()
            raise bad_request(f"The body is not a form: {error}") from None
        except BaseException:
            await form.aclose()
            raise
        return form

    async def aclose(self) -> None:
        """Forget its files."""
        self._files.close()

    def field(self, name: str) -> str | None:
        """The value of the first field of this name."""
        value = next((part.value for part in self._parts if part.name == name.encode() and not part.is_file), None)
        return None if value is None else value.decode("utf-8", "replace")

    def require_clear(self) -> None:
        """Refuse what a provider may read otherwise.

        Raises:
            LlmError: a part has no name, or a field that decides here is there twice, or is a file.
        """
        if any(not part.name for part in self._parts):
            raise bad_request("A part of the form has no Content-Disposition: form-data with a name.")
        for name in _SINGLE:
            parts = [part for part in self._parts if part.name == name.encode()]
            if len(parts) > 1 or any(part.is_file for part in parts):
                raise bad_request(f"The form has to have one field {name}, which is no file.", name)

    def upload(self, model: str, *, adds_model: bool = False) -> Upload:
        """The form as a provider gets it: without keys of the gateway, with ``model`` in the field of that name.

        Args:
            model: its name there.
            adds_model: whether it is put in where the form has no such field.
        """
        fields = [part for part in self._parts if part.name == b"model"]
        if not fields and adds_model:
            fields = [_Part(name=b"model")]
            self._parts[:0] = fields
        for part in fields:
            part.value = model.encode()
        for part in self._parts:
            part.value = without_gateway_keys(part.value)
        size = sum(len(self._opening(part)) + len(part.value) + part.size + len(b"\r\n") for part in self._parts)
        kind = f"multipart/form-data; boundary={self._boundary.decode('latin-1')}"
        return Upload(self._encoded(), size + len(self._end), kind)

    @property
    def _end(self) -> bytes:
        return b"--" + self._boundary + b"--\r\n"

    def _opening(self, part: _Part) -> bytes:
        return b"--" + self._boundary + b"\r\n" + part.head + b"\r\n"

    async def _encoded(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield self._opening(part) + part.value
            self._files.seek(part.start)
            left = part.size
            while left:
                piece = self._files.read(min(left, _PIECE))
                left -= len(piece)
                yield piece
            yield b"\r\n"
        yield self._end

    # -- while it is read -----------------------------------------------------------------------------------

    def begin(self) -> _Part:
        """Another part.

        Raises:
            LlmError: there are too many.
        """
        if len(self._parts) == _MOST_PARTS:
            raise bad_request(f"The form has more than {_MOST_PARTS} parts.")
        self._parts.append(_Part(start=self._files.tell()))
        return self._parts[-1]

    def add(self, part: _Part, data: bytes) -> None:
        """More of the last part.

        Raises:
            LlmError: it is a field, and too long.
        """
        if not part.is_file:
            if len(part.value) + len(data) > _LONGEST_FIELD:
                raise bad_request(f"A field of the form has more than {_LONGEST_FIELD} bytes, and is no file.")
            part.value += data
            return
        self._files.write(data)
        part.size += len(data)


class _Reader:
    """Takes what the parser finds."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._part = _Part()
        self._name = b""
        self._value = b""
        self.is_whole = False

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._said,
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._form.add(self._part, data[start:end]),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._part = self._form.begin()

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _said(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        from python_multipart.multipart import parse_options_header

        name = self._name.lower()
        if name == b"content-disposition":
            if self._part.name is not None:
                raise bad_request("A part of the form has two headers Content-Disposition.")
            kind, options = parse_options_header(self._value)
            self._part.name = options.get(b"name", b"") if kind == b"form-data" else b""
            extended = _EXTENDED.search(self._value)
            self._part.filename = options.get(b"filename", unquote_to_bytes(extended[1]) if extended else None)
        elif name == b"content-type":
            self._part.content_type = self._value
        self._name = self._value = b""

    def _end(self) -> None:
        self.is_whole = True


def _escaped(name: bytes) -> bytes:
    """A name between quotes, as browsers write it (WHATWG HTML, multipart/form-data encoding algorithm).

    A backslash escapes for some readers, and not for others.
    """
    text = name.replace(b"\\", b"_").replace(b'"', b"%22")
    return text.replace(b"\r", b"%0D").replace(b"\n", b"%0A").replace(b"\0", b"_")
