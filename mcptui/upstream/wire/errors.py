"""What goes wrong between here and a server, before anybody puts it in words."""

from __future__ import annotations


class WireError(Exception):
    """The connection did not do its part; the message holds nothing that was sent."""


class BadAddressError(WireError):
    """The URL has no host, or a scheme that is not http or https."""


class BadHeaderError(WireError):
    """A header holds characters that would end it."""


class ConnectError(WireError):
    """No connection could be opened; the cause is the OSError or ssl.SSLError."""


class BrokenError(WireError):
    """An open connection ended, or what came over it is not HTTP."""


class TooLargeError(WireError):
    """A body is larger than its reader allows."""
