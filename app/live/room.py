"""Rooms: who may do what with a session, who is in, and who has been handed control. Nothing here talks to anybody.

Whoever has the session's key owns it; the owner hands out grants, keys that may do all but end the session, change the
room or hand out more. An open room lets everybody in who knows the session's id. A closed one lets in the owner, those
with a grant, and members: everybody who comes in gets a token, with which a lost connection finds its place again.
"""

import json
import logging
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.live.keys import digest, fits, name_in, new_id, new_key, new_secret, signed
from app.problems import Problem
from engine.blocks import CheckpointError, seal, unseal

MAGIC = b"LIVEROO\0"
MOST_GRANTS = 20
"""Control can be in so many hands besides the owner's."""
LONGEST_NAME = 40
REQUEST_PAUSE = 5.0
"""A viewer may ask for control once in so many seconds."""
MOST_REQUESTS, REQUEST_MINUTE = 30, 60.0
"""All viewers together may ask so many times in so many seconds."""
MOST_ABSENT = 1000
"""So many members who are away keep their number and name."""

logger = logging.getLogger(__name__)


class Role(StrEnum):
    """What somebody is to a session."""

    OWNER = "owner"
    CONTROLLER = "controller"
    VIEWER = "viewer"
    STRANGER = "stranger"
    """May not even watch."""

    @property
    def controls(self) -> bool:
        """Return whether this role may play, pause, step and change the experiment."""
        return self in (Role.OWNER, Role.CONTROLLER)


@dataclass(eq=False)
class Member:
    """Somebody who is or was in."""

    id: str
    number: int
    name: str = ""
    since: float = 0.0
    """When they came in, in seconds of Unix time."""
    visits: int = 0
    """How many connections they have now."""
    asks: bool = False
    """Whether they wait for control."""
    asked: float = -REQUEST_PAUSE
    """When they last asked, in seconds of the monotonic clock."""


@dataclass(eq=False)
class Grant:
    """Control in somebody's hands. Of its key only the digest is kept."""

    id: str
    kept: bytes
    name: str
    since: float
    """When it was handed out, in seconds of Unix time."""
    member: str | None
    """Who holds it, as far as is known."""


@dataclass(eq=False)
class Room:
    """The room of one session."""

    is_open: bool = True
    version: int = 0
    """Counts the changes of what ``to_json`` keeps."""
    grants: dict[str, Grant] = field(default_factory=dict)
    _members: dict[str, Member] = field(default_factory=dict)
    _secret: bytes = field(default_factory=new_secret)
    _next: int = 1
    _here: int = 0
    _requests: deque[float] = field(default_factory=deque)

    # Who may what

    def role_of(self, credential: str | None) -> Role:
        """Return the role of whoever shows a grant's key, a member's token, something else or nothing."""
        if credential is not None and self.grant_for(credential) is not None:
            return Role.CONTROLLER
        is_member = credential is not None and name_in(credential, self._secret) is not None
        return Role.VIEWER if self.is_open or is_member else Role.STRANGER

    def grant_for(self, key: str) -> Grant | None:
        """Return the grant with this key; the time it takes does not depend on which one it is."""
        fitting = [grant for grant in self.grants.values() if fits(key, grant.kept)]
        return fitting[0] if fitting else None

    def change(self, *, is_open: bool) -> None:
        """Open or close the room. Who is in stays in."""
        self.is_open = is_open
        self.version += 1

    # Who is in

    def enter(self, credentials: Iterable[str], now: float) -> Member:
        """Let in somebody known by a token or the key of a grant, or else somebody new, at ``now`` (Unix time)."""
        shown = list(credentials)
        member = self._known(shown) or self._new(now)
        self._here += not member.visits
        member.visits += 1
        for grant in filter(None, map(self.grant_for, shown)):
            if grant.member != member.id:
                grant.member = member.id
                self.version += 1
        return member

    def leave(self, member: Member) -> None:
        """Note the end of one of a member's connections."""
        member.visits -= 1
        if not member.visits:
            self._here -= 1
            member.asks = False

    @property
    def count(self) -> int:
        """Return how many members are in, however many connections each has."""
        return self._here

    def token_of(self, member: Member) -> str:
        """Return what lets a member in again, under the same number."""
        return signed(member.id, self._secret)

    def member(self, number: int) -> Member:
        """Return who is in under a number; Problem (404) if nobody is."""
        for member in self.present():
            if member.number == number:
                return member
        raise Problem(404, f"Nobody watches this session as viewer {number}.")

    def member_with(self, token: str | None) -> Member | None:
        """Return who is in and has this token."""
        member = None if token is None else self._members.get(name_in(token, self._secret) or "")
        return member if member is not None and member.visits else None

    def present(self) -> Iterator[Member]:
        """Yield those who are in, in the order in which they first came."""
        return (member for member in self._members.values() if member.visits)

    def holds(self, member: Member) -> Grant | None:
        """Return the grant that a member holds."""
        return next((grant for grant in self.grants.values() if grant.member == member.id), None)

    # Control

    def ask(self, member: Member, name: str, now: float) -> None:
        """Note at ``now`` (monotonic) that a member wants control; Problem (429) if it asks too often."""
        self._count_request(member, now)
        member.asks, member.asked = True, now
        if name and name != member.name:
            member.name = name
            self.version += 1

    def decline(self, member: Member) -> None:
        """Note that a member who asks is not given control; Problem (409) if it does not ask."""
        if not member.asks:
            raise Problem(409, f"Viewer {member.number} does not ask for control.")
        member.asks = False

    def hand_out(self, member: Member | None, name: str, now: float) -> tuple[Grant, str]:
        """Return a grant and its key; a member who has one gets another key. Problem (429) if there are too many."""
        key = new_key()
        held = None if member is None else self.holds(member)
        if held is None and len(self.grants) >= MOST_GRANTS:
            raise Problem(429, f"Control is in {MOST_GRANTS} hands, which is the most; take some back first.")
        if member is not None:
            member.asks = False
            member.name = name = name or member.name
        grant = Grant(
            new_id() if held is None else held.id, digest(key), name, now, None if member is None else member.id
        )
        self.grants[grant.id] = grant
        self.version += 1
        return grant, key

    def take_back(self, grant_id: str) -> Grant:
        """Return a grant that is valid no more; Problem (404) if there is none."""
        if grant_id not in self.grants:
            raise Problem(404, "There is no such grant; it may have been taken back.")
        self.version += 1
        return self.grants.pop(grant_id)

    # What is kept

    def to_bytes(self) -> bytes:
        """Return what outlives the server: whether it is open, grants, and the members who have a name or control."""
        holders = {grant.member for grant in self.grants.values()}
        kept = [member for member in self._members.values() if member.name or member.id in holders]
        document = {
            "open": self.is_open,
            "secret": self._secret.hex(),
            "grants": [{**vars(grant), "kept": grant.kept.hex()} for grant in self.grants.values()],
            "members": [{"id": each.id, "number": each.number, "name": each.name} for each in kept],
        }
        return seal(MAGIC, json.dumps(document).encode())

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Room":
        """Return the room of which this was kept: a new one if nothing was, and a closed one if it was damaged."""
        if not kept:
            return cls()
        try:
            document: dict[str, Any] = json.loads(unseal(MAGIC, kept))
        except CheckpointError as error:
            logger.warning("a room is closed and grants are lost", extra={"reason": str(error)})
            return cls(is_open=False)
        grants = [Grant(**{**grant, "kept": bytes.fromhex(grant["kept"])}) for grant in document["grants"]]
        members = [Member(**member) for member in document["members"]]
        return cls(
            is_open=document["open"],
            grants={grant.id: grant for grant in grants},
            _members={member.id: member for member in members},
            _secret=bytes.fromhex(document["secret"]),
            _next=1 + max((member.number for member in members), default=0),
        )

    def _known(self, credentials: Iterable[str]) -> Member | None:
        """Return the member to whom one of the credentials belongs, also one of whom no more is known."""
        for credential in credentials:
            grant, name = self.grant_for(credential), name_in(credential, self._secret)
            found = self._members.get(name or (grant and grant.member) or "")
            if found is not None:
                return found
        return None

    def _new(self, now: float) -> Member:
        member = Member(new_id(), self._next, since=now)
        self._next += 1
        self._members[member.id] = member
        self._forget()
        return member

    def _forget(self) -> None:
        """Forget some of those who are away, beyond the most that are remembered: first who came first."""
        if len(self._members) - self._here <= MOST_ABSENT + MOST_GRANTS:
            return
        holders = {grant.member for grant in self.grants.values()}
        absent = [each for each in self._members.values() if not each.visits and each.id not in holders]
        for member in absent[:-MOST_ABSENT]:
            del self._members[member.id]

    def _count_request(self, member: Member, now: float) -> None:
        while self._requests and self._requests[0] <= now - REQUEST_MINUTE:
            self._requests.popleft()
        if now < member.asked + REQUEST_PAUSE:
            raise Problem(429, f"Ask at most once in {REQUEST_PAUSE:g} seconds.")
        if len(self._requests) >= MOST_REQUESTS:
            raise Problem(429, f"At most {MOST_REQUESTS} requests in {REQUEST_MINUTE:g} seconds; ask again later.")
        self._requests.append(now)
