"""An org, team, user or key as it stands in a form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from mcptui.access.subjects import KIND_OF, Ref, parent
from mcptui.model import Key, Org, Subject, Team, User
from mcptui.model.entities import SubjectKind
from mcptui.model.names import subject_name_problem
from mcptui.model.times import parse_moment
from mcptui.tui.access.allowed import Allowed


@dataclass(frozen=True, slots=True)
class SubjectDraft:
    """What the form holds, as text where the person types text."""

    kind: SubjectKind
    name: str = ""
    description: str = ""
    parent: Ref | None = None
    expires: str = ""
    rpm: str = ""
    servers: Allowed = None
    #: The subject that is edited; None for a new one.
    edited: Subject | None = field(default=None, repr=False)

    @classmethod
    def of(cls, found: Subject) -> SubjectDraft:
        """The draft for editing ``found``."""
        rpm = found.rpm if isinstance(found, Key | Team) else None
        expires = found.expires if isinstance(found, Key) else None
        return cls(
            KIND_OF[type(found)],
            found.name,
            found.description,
            parent(found),
            expires.isoformat() if expires is not None else "",
            str(rpm) if rpm is not None else "",
            found.servers,
            found,
        )

    def problems(self, now: datetime) -> dict[str, str]:
        """What is wrong, by field."""
        found: dict[str, str] = {}
        if (problem := subject_name_problem(self.name)) is not None:
            found["name"] = problem
        if self.expires.strip() and self.moment(now) is None:
            found["expires"] = "30d, 12h or a date such as 2027-01-31; empty for never"
        if self.rpm.strip() and self.limit is None:
            found["rpm"] = "a whole number above 0; empty for no limit"
        return found

    def moment(self, now: datetime) -> datetime | None:
        """When the key ends."""
        return parse_moment(self.expires, now) if self.expires.strip() else None

    @property
    def limit(self) -> int | None:
        """Requests a minute."""
        text = self.rpm.strip()
        return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) < 10**9 else None

    def parent_name(self, kind: SubjectKind) -> str | None:
        """The name of the level above, if it is of ``kind``."""
        return self.parent.name if self.parent is not None and self.parent.kind == kind else None

    def subject(self, now: datetime) -> Subject:
        """The value to save. A new key has no hash yet: making one is up to the service."""
        org, team, user = (self.parent_name(kind) for kind in ("org", "team", "user"))
        found = self.edited if self.edited is not None else self._blank()
        match found:
            case Key():
                moment = self.moment(now)
                found = replace(found, org=org, team=team, user=user, expires=moment, rpm=self.limit)
            case Team():
                found = replace(found, org=org, rpm=self.limit)
            case User():
                found = replace(found, team=team)
        return replace(found, name=self.name, description=self.description)

    def _blank(self) -> Subject:
        match self.kind:
            case "org":
                return Org(name=self.name, servers=self.servers)
            case "team":
                return Team(name=self.name, servers=self.servers)
            case "user":
                return User(name=self.name, servers=self.servers)
            case "key":
                return Key(name=self.name, hash="", servers=self.servers)
