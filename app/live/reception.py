"""Receptions: the people in a session's room at the ends of their streams, and what they are told of each other."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic, time
from typing import Any, Protocol

from app.live.outbox import Outbox
from app.live.room import Grant, Member, Role, Room
from app.problems import Problem
from app.wire.events import control_event, declined_event, presence_event, request_event, welcome_event

PRESENCE_PAUSE = 0.5
"""Who comes and goes is told once in so many seconds at most."""
CLOSED = "The room of this session is closed; its owner can open it."


class Watching(Protocol):
    """What streams to a visitor."""

    can_control: bool


@dataclass(eq=False)
class Visit:
    """One connection of a member."""

    member: Member
    is_owner: bool
    outbox: Outbox
    viewer: Watching | None = None


class Calm:
    """Does something at once, and what is asked for soon after that only once, a little later."""

    def __init__(self, action: Callable[[], None], later: Callable[[Callable[[], None]], object]) -> None:
        """Do ``action``, and again only after the pause at whose end ``later`` calls what it is given."""
        self._action, self._later = action, later
        self._rests = self._wanted = False

    def ask(self) -> None:
        """Do it, now or when the pause is over."""
        self._wanted = True
        if not self._rests:
            self._act()

    def _act(self) -> None:
        self._rests, self._wanted = self._wanted, False
        if self._rests:
            self._action()
            self._later(self._act)


def after_pause(action: Callable[[], None]) -> None:
    """Do something when PRESENCE_PAUSE is over."""
    asyncio.get_running_loop().call_later(PRESENCE_PAUSE, action)


class Reception:
    """Lets people into a room and tells them what happens there."""

    def __init__(self, room: Room | None = None) -> None:
        """Begin with an empty room, or with one that was kept."""
        self.room = room or Room()
        self._visits: dict[Visit, None] = {}
        self._presence = Calm(self._tell_presence, after_pause)

    def enter(self, is_owner: bool, credentials: Iterable[str], outbox: Outbox) -> Visit:
        """Let somebody in and welcome them; Problem (403) if the room is closed to them."""
        shown = list(credentials)
        roles = {self.room.role_of(credential) for credential in [None, *shown]}
        if not is_owner and roles == {Role.STRANGER}:
            raise Problem(403, CLOSED)
        visit = Visit(self.room.enter(shown, time()), is_owner, outbox)
        self._visits[visit] = None
        member = visit.member
        outbox.put_event(welcome_event(member.number, self.room.token_of(member), self.role_of(visit), member.name))
        self._presence.ask()
        return visit

    def leave(self, visit: Visit) -> None:
        """Let somebody go."""
        del self._visits[visit]
        self.room.leave(visit.member)
        self._presence.ask()

    def role_of(self, visit: Visit) -> Role:
        """Return what somebody in the room is to the session now."""
        if visit.is_owner:
            return Role.OWNER
        return Role.VIEWER if self.room.holds(visit.member) is None else Role.CONTROLLER

    def change(self, *, is_open: bool) -> None:
        """Open or close the room."""
        self.room.change(is_open=is_open)
        self._presence.ask()

    def ask(self, token: str | None, name: str) -> Member:
        """Ask the owner for control; Problem (403, 429) if whoever has this token may not."""
        member = self.room.member_with(token)
        if member is None:
            raise Problem(403, "Only who watches the session may ask for control, with the token of their stream.")
        self.room.ask(member, name, monotonic())
        for visit in self._visits:
            if visit.is_owner:
                visit.outbox.put_event(request_event(member.number, member.name))
        self._presence.ask()
        return member

    def decline(self, number: int) -> None:
        """Tell the viewer with this number that it is not given control; Problem (404, 409) if none such asks."""
        member = self.room.member(number)
        self.room.decline(member)
        for visit in self._visits_of(member):
            visit.outbox.put_event(declined_event())
        self._presence.ask()

    def hand_out(self, number: int | None, name: str) -> dict[str, Any]:
        """Hand control to the viewer with this number, or make a key for whoever will hold it; return what was done."""
        member = None if number is None else self.room.member(number)
        if member is not None and member.id in self._owners():
            raise Problem(409, f"Viewer {number} owns the session.")
        grant, key = self.room.hand_out(member, name, time())
        self._tell_control(member, key)
        self._presence.ask()
        return self._grant_document(grant) | ({"key": key} if member is None else {})

    def take_back(self, grant_id: str) -> None:
        """Make a grant invalid and tell its holder; Problem (404) if there is none."""
        grant = self.room.take_back(grant_id)
        for visit in self._visits:
            if visit.member.id == grant.member:
                self._tell_control(visit.member, None)
                break
        self._presence.ask()

    def document(self, role: Role) -> dict[str, Any]:
        """Return what a role may know of the room."""
        document = {"open": self.room.is_open, "role": role.value, "viewer_count": self.room.count}
        if not role.controls:
            return document
        owners = self._owners()
        viewers = [self._viewer_document(member, member.id in owners) for member in self.room.present()]
        return document | {"viewers": viewers, "grants": list(map(self._grant_document, self.room.grants.values()))}

    def _owners(self) -> set[str]:
        return {visit.member.id for visit in self._visits if visit.is_owner}

    def _viewer_document(self, member: Member, is_owner: bool) -> dict[str, Any]:
        role = Role.OWNER if is_owner else Role.VIEWER if self.room.holds(member) is None else Role.CONTROLLER
        return {
            "number": member.number,
            "name": member.name,
            "role": role.value,
            "since": round(member.since, 3),
            "asks": member.asks,
        }

    def _grant_document(self, grant: Grant) -> dict[str, Any]:
        return {
            "id": grant.id,
            "name": grant.name,
            "since": round(grant.since, 3),
            "viewer": next((each.number for each in self.room.present() if each.id == grant.member), None),
        }

    def _visits_of(self, member: Member) -> Iterator[Visit]:
        return (visit for visit in self._visits if visit.member is member)

    def _tell_control(self, member: Member | None, key: str | None) -> None:
        """Tell every page of a member that control has come or gone."""
        if member is None:
            return
        for visit in self._visits_of(member):
            visit.outbox.put_event(control_event(key))
            if visit.viewer is not None:
                visit.viewer.can_control = self.role_of(visit).controls

    def _tell_presence(self) -> None:
        text = presence_event(self.room.count, self.room.is_open)
        for visit in self._visits:
            visit.outbox.put_event(text)
