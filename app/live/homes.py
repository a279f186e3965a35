"""Homes: with which worker each session lives, and how it goes on elsewhere: after sleep, a move or a death."""

import asyncio
import itertools
import json
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from app.live.allowance import Limits
from app.live.archive import Archive, Kept
from app.live.crews import choose_crew
from app.live.entry import Entry
from app.live.hello import Credentials
from app.live.keys import digest, new_id, new_key
from app.live.link import Message
from app.live.pool import Pool, WorkerLink, WorkerLost
from app.live.reception import Reception
from app.live.room import Room
from app.problems import Problem
from app.settings import Settings
from app.store.errors import StoreError
from app.store.records import Record

HOUSEKEEPING = 1.0
"""Idle sessions and uneven loads are looked for every so many seconds."""
MOST_TRIES = 4
"""A session, or a call, that so many workers have not survived is given up."""
REST = 60.0
"""A session that nobody has needed for so many seconds may be put to sleep to make room for another."""
NOTES, DAY = 10, 86_400
LAST_WORDS = 2.0
"""At the end, workers have so many seconds to say what is to be kept."""

logger = logging.getLogger(__name__)


class Homes:
    """The sessions that are awake, their workers, and the store for all."""

    def __init__(self, settings: Settings, on_message: Callable[[Entry, Message], None]) -> None:
        """Keep within the limits of ``settings``; tell of what workers say to those who watch a session."""
        self.settings, self._tell = settings, on_message
        credentials = Credentials.fresh(settings.worker_secret)
        self.pool = Pool(choose_crew(settings), credentials, self._on_message, self._on_lost)
        self.archive = Archive(settings.database_url)
        self.entries: dict[str, Entry] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._limits = Limits(seconds=settings.max_compute_seconds, share=settings.max_compute_share)

    async def start(self) -> None:
        """Open the store, start the workers, and go on with the sessions that were awake."""
        await self.archive.open()
        await self.pool.start()
        for summary in await self.archive.recent(self.settings.idle_seconds):
            await self.find(summary.id)
        self._do(self._keep_house())

    async def stop(self) -> None:
        """Have everything kept, and end."""
        for task in self._tasks:
            task.cancel()
        with suppress(TimeoutError, WorkerLost):
            async with asyncio.timeout(LAST_WORDS):
                await asyncio.gather(*(link.call({"do": "keep"}) for link in self.pool.links))
        self._note_touches()
        await self.pool.stop()
        await self.archive.close()

    async def create(self, body: bytes) -> tuple[Entry, str, bytes]:
        """Make a session on the least loaded worker; return it, its key and its document."""
        await self._make_room()
        key = new_key()
        entry = Entry(new_id(), digest(key))
        self.entries[entry.id] = entry
        try:
            entry.worker = await self._place()
            header = {"do": "create", "session": entry.id, "epoch": entry.epoch, "limits": self._limits}
            text = expect_success(*await entry.worker.call(header, body))
            await self._saved(entry)
        except BaseException as error:
            self.end(entry, "The session could not be made.")
            if isinstance(error, WorkerLost):
                raise Problem(503, "The process that was to train this session has died; try again.") from None
            raise
        entry.settled.set()
        return entry, key, text

    async def find(self, name: str) -> Entry:
        """Return a session, which wakes if it was asleep; Problem (404) if there is none with this id."""
        if name not in self.entries:
            record = await self.archive.find(name)
            if record is None:
                raise Problem(404, "There is no such session; it may have been ended.")
            if name not in self.entries:
                await self._make_room()
            if name not in self.entries:
                self._wake(record)
        entry = self.entries[name]
        entry.touched = monotonic()
        return entry

    async def call(self, entry: Entry, name: str, body: bytes = b"", **parameters: Any) -> bytes:
        """Ask a session something and return the text of the answer; Problem if it is refused.

        It survives the worker: what has not been answered is asked again, and a ``step`` call of which some steps were
        kept goes on with those that are left.
        """
        number = self.pool.next_call()
        header = {"do": "call", "session": entry.id, "name": name, "parameters": parameters, "call": number}
        entry.steps |= {number} if name == "step" else set()
        try:
            tries = 0
            while tries < MOST_TRIES:
                worker = await entry.home()
                with suppress(WorkerLost):
                    if entry.job != number:
                        tries += 1
                        worker.expect(number)
                        worker.send(header, body)
                    status, text = await worker.answer_to(number)
                    await self._saved(entry)
                    return expect_success(status, text)
        finally:
            entry.steps.discard(number)
            entry.touched = monotonic()
        raise Problem(503, "Several processes have died of this call; it is given up.")

    async def keep_room(self, entry: Entry) -> None:
        """Have stored who may do what in a session, if that has changed; housekeeping tries again what has failed."""
        version = entry.room.version
        if entry.stored and version != entry.stored_room:
            with suppress(StoreError):
                await asyncio.wrap_future(self.archive.change_room(entry.id, entry.room.to_bytes()))
                entry.stored_room = version

    def end(self, entry: Entry, reason: str) -> None:
        """End a session for good and tell its viewers why."""
        if entry.id in self.entries:
            entry.tell("end")
            self.archive.delete([entry.id])
            self._forget(entry, reason)

    def _on_message(self, message: Message) -> None:
        """Do what a worker wants to have done."""
        header = message.header
        entry = self.entries.get(header["session"])
        if entry is None:
            return
        match header["is"]:
            case "kept":
                self._keep(entry, header, message.payload)
            case "ended":
                self.end(entry, header["reason"])
            case _:
                self._tell(entry, message)

    def _keep(self, entry: Entry, header: dict[str, Any], payload: bytes) -> None:
        """Have stored what a worker says, unless the session lives elsewhere by now."""
        if header["epoch"] != entry.epoch:
            return
        if entry.stored:
            done = self.archive.keep(entry.id, header, payload)
        else:
            done = self.archive.add(entry.id, entry.kept, entry.room.to_bytes(), header, payload)
        entry.stored, entry.saved = True, asyncio.wrap_future(done)
        entry.saved.add_done_callback(lambda saved: saved.cancelled() or saved.exception())  # the writer has told

    async def _saved(self, entry: Entry) -> None:
        """Wait until what was kept last is in the store; trouble with the store is no reason not to go on."""
        if entry.saved is not None:
            await asyncio.wait([entry.saved])

    def _on_lost(self, worker: WorkerLink) -> None:
        """Find another worker for the sessions of one that has died, those that are watched first."""
        homeless = [entry for entry in self.entries.values() if entry.worker is worker and entry.settled.is_set()]
        for entry in sorted(homeless, key=lambda entry: -len(entry.audience.viewers)):
            entry.settled.clear()
            self._do(self._house(entry))

    def _wake(self, record: Record) -> None:
        """Let a session that is asleep live again."""
        reception = Reception(Room.from_bytes(record.room))
        entry = self.entries[record.id] = Entry(record.id, record.kept, stored=True, reception=reception)
        self._do(self._house(entry))

    async def _place(self) -> WorkerLink:
        """Return the least loaded worker, which has one session more now."""
        worker = await self.pool.least_loaded()
        worker.sessions += 1
        return worker

    async def _house(self, entry: Entry) -> None:
        """Let a session live with a worker, as it was kept last; one that several have not survived sleeps."""
        entry.worker = None
        try:
            for _ in range(MOST_TRIES):
                with suppress(WorkerLost):
                    kept = await self.archive.take(entry.id)
                    if kept is None or entry.id not in self.entries:
                        break
                    await self._move_in(entry, await self._place(), kept)
                    return
        except (Problem, StoreError) as error:
            logger.error("a session cannot be continued", extra={"session": entry.id, "cause": str(error)})
        self._forget(entry, entry.ended or "This session could not be continued.")

    async def _move_in(self, entry: Entry, worker: WorkerLink, kept: Kept) -> None:
        """Let a session go on with ``worker``, and with it those who watch it and wait for it."""
        entry.epoch = kept.record.epoch
        for number in entry.steps:
            worker.expect(number)
        place = {"session": entry.id, "sequence": entry.sequence, "limits": self._limits}
        header = {"do": "revive", **place, **kept.header}
        try:
            text = expect_success(*await worker.call(header, b"".join(kept.parts)))
        except BaseException:
            worker.sessions -= 1
            raise
        job = json.loads(text)["job"]
        entry.job = job if job in entry.steps else None
        for number in entry.steps - {entry.job}:
            worker.forget(number)  # it will be asked anew
        entry.worker = worker
        entry.settled.set()
        entry.audience.reopen()
        if entry.id not in self.entries:  # ended meanwhile
            entry.tell("end")
            self._forget(entry, entry.ended)

    async def _release(self, entry: Entry) -> None:
        """Have a session kept by its worker, which forgets it then."""
        worker = await entry.home()
        entry.settled.clear()
        with suppress(WorkerLost):  # then it is as it was kept before
            await worker.call({"do": "release", "session": entry.id})
        for number in entry.steps:
            worker.lose(number)  # it will be answered where the session goes on
        await self._saved(entry)
        await self.keep_room(entry)
        worker.sessions -= 1
        entry.worker = None

    async def _sleep(self, entry: Entry) -> None:
        """Put a session to sleep, unless somebody comes meanwhile."""
        start = monotonic()
        await self._release(entry)
        if entry.is_idle(start):
            self._forget(entry, "")
        else:
            await self._house(entry)

    async def _make_room(self) -> None:
        """See that there is room for one more session, by putting one to sleep if need be; Problem (429) if not."""
        most = self.settings.max_sessions
        if len(self.entries) < most:
            return
        idle = self._idle(monotonic() - REST)
        if not idle:
            raise Problem(
                429, f"{most} sessions are awake, which is the most that this server can train; end one first."
            )
        await self._sleep(min(idle, key=lambda entry: entry.touched))

    def _forget(self, entry: Entry, reason: str) -> None:
        """Count a session as awake no longer."""
        self.entries.pop(entry.id, None)
        entry.close(reason)

    async def _keep_house(self) -> None:
        """Tidy up again and again, whatever goes wrong."""
        for tick in itertools.count():
            await asyncio.sleep(HOUSEKEEPING)
            try:
                await self._tidy(tick)
            except StoreError:
                pass  # the writer has told, and it comes again
            except Exception:
                logger.exception("housekeeping failed")

    async def _tidy(self, tick: int) -> None:
        """Put to sleep who is idle, spread the load, and forget what nobody has wanted for long."""
        for entry in self._idle(monotonic() - self.settings.idle_seconds):
            await self._sleep(entry)
        if self.archive.trouble is None:
            await self._spread()
        for entry in list(self.entries.values()):
            await self.keep_room(entry)
        if tick % NOTES == 0:
            self._note_touches()
            await self._purge()

    def _idle(self, since: float) -> list[Entry]:
        """Return the sessions that may sleep; none while the store fails, from which they would have to wake."""
        settled = [entry for entry in self.entries.values() if entry.settled.is_set()]
        return [entry for entry in settled if entry.is_idle(since) and self.archive.trouble is None]

    async def _spread(self) -> None:
        """Move sessions from the worker with most to the one with fewest, until they differ by one at most."""
        while len(links := self.pool.ready) > 1:
            most, fewest = (choose(links, key=lambda link: link.sessions) for choose in (max, min))
            movable = [each for each in self.entries.values() if each.worker is most and each.settled.is_set()]
            if most.sessions - fewest.sessions < 2 or not movable:
                return
            entry = min(movable, key=lambda entry: len(entry.audience.viewers))
            await self._release(entry)
            await self._house(entry)

    async def _purge(self) -> None:
        """Forget for good what nobody has wanted for long; those that are awake are wanted."""
        limits = self.settings.keep_days * DAY, self.settings.max_stored_bytes
        for name in await self.archive.purge(*limits, spared=set(self.entries)):
            logger.info("session %s is forgotten", name)

    def _note_touches(self) -> None:
        now = monotonic()
        self.archive.touch(
            {
                entry.id: 0.0 if entry.audience.viewers else now - entry.touched
                for entry in self.entries.values()
                if entry.stored
            }
        )

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else; a mistake in it is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task has failed", exc_info=error)


def expect_success(status: int, text: bytes) -> bytes:
    """Return the text of an answer; Problem if it is a refusal."""
    if status >= 400:
        document = json.loads(text)
        raise Problem(status, document["detail"], document.get("errors", ()))
    return text
