"""The writer: the thread that alone writes to the store, and makes of all that waits one transaction."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import groupby
from threading import Condition, Thread
from time import monotonic
from typing import Any, TypeVar

from app.store.errors import StoreError
from app.store.records import Change, Checkpoint
from app.store.store import Store

Result = TypeVar("Result")
Operation = Callable[[Store], Any]
GATHERING = 0.2
"""So many seconds a checkpoint may wait for others, unless it is urgent."""
PAUSE = 1.0
"""Seconds between attempts while the disk fails."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Waiting:
    """Something to be written, and those who wait for it."""

    work: Change | Operation
    keep: bool = True
    """Whether to try again after the disk has failed."""
    futures: list[Future[Any]] = field(default_factory=list)
    result: Any = None

    def absorb(self, later: "Waiting") -> bool:
        """Become both, if both are checkpoints that can be made into one; return whether they were."""
        if isinstance(self.work, Change) and isinstance(later.work, Change) and self.work.takes(later.work):
            self.work = self.work.then(later.work)
            self.futures += later.futures
            return True
        return False

    def succeed(self) -> None:
        """Tell that it is written."""
        for future in self.futures:
            future.set_result(self.result)
        self.futures = []

    def fail(self, error: Exception) -> None:
        """Tell that it is not."""
        for future in self.futures:
            future.set_exception(error)
        self.futures = []


class Writer:
    """Writes to a store, in the order in which it is asked.

    While the disk fails, what was asked is kept (checkpoints of a session made into one) and tried again every second,
    and those who wait are told: their futures fail with StoreError.
    """

    def __init__(self, store: Store) -> None:
        """Write to ``store``, which is open."""
        self._store = store
        self._waiting: list[Waiting] = []
        self._due: float | None = None
        """When to write what waits; None: nothing does."""
        self._pause_ends = 0.0
        self._closing = False
        self._changed = Condition()
        self.trouble: str | None = None
        """Why sessions are not being kept at the moment; None if they are."""
        self._thread = Thread(target=self._run, name="livenet-writer", daemon=True)
        self._thread.start()

    def save(self, checkpoint: Checkpoint, urgent: bool = False) -> Future[None]:
        """Write a checkpoint, at once if ``urgent``; the future is done when it is on disk."""
        return self._put(Waiting(Change.of(checkpoint)), 0.0 if urgent else GATHERING)

    def submit(self, operation: Callable[[Store], Result], keep: bool = True) -> Future[Result]:
        """Have ``operation`` write to the store, at once.

        It is tried again after a failure of the disk if ``keep``. What is good only together with its answer, such as
        raising an epoch, should not be.
        """
        return self._put(Waiting(operation, keep), 0.0)

    def close(self) -> None:
        """Write what waits, if that is possible, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        if self._waiting:
            logger.error("%d changes of sessions could not be kept: %s", len(self._waiting), self.trouble)

    def _put(self, waiting: Waiting, patience: float) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()  # from now on it cannot be cancelled
        waiting.futures.append(future)
        with self._changed:
            if self._closing:
                waiting.fail(StoreError("The server ends and keeps nothing any more."))
                return future
            queue(self._waiting, waiting)
            due = max(monotonic() + patience, self._pause_ends)
            if self._due is None or due < self._due:
                self._due = due
                self._changed.notify()
        return future

    def _run(self) -> None:
        while True:
            batch, closing = self._next_batch()
            left = self._write(batch)
            self._put_back(left)
            if closing:
                return

    def _next_batch(self) -> tuple[list[Waiting], bool]:
        """Return what is to be written, once it is time, and whether it is the last."""
        with self._changed:
            while not self._closing and (self._due is None or self._due > monotonic()):
                self._changed.wait(None if self._due is None else self._due - monotonic())
            batch, self._waiting, self._due = self._waiting, [], None
            return batch, self._closing

    def _put_back(self, left: list[Waiting]) -> None:
        """Keep what the disk did not take, before what has come since."""
        with self._changed:
            for waiting in self._waiting:
                queue(left, waiting)
            self._waiting = left
            if self.trouble is not None:
                self._pause_ends = monotonic() + PAUSE
            if left:
                self._due = max(self._due or 0.0, self._pause_ends)

    def _write(self, batch: list[Waiting]) -> list[Waiting]:
        """Write everything, in one transaction if nothing is wrong with any of it; return what is to be tried again."""
        try:
            self._write_at_once(batch)
        except StoreError as error:
            return self._give_back(batch, error)
        except Exception:
            return self._write_apart(batch)
        return []

    def _write_at_once(self, batch: Sequence[Waiting]) -> None:
        if not batch:
            return
        with self._store.transaction():
            for is_change, together in groupby(batch, lambda waiting: isinstance(waiting.work, Change)):
                if is_change:
                    self._store.save([each.work for each in together if isinstance(each.work, Change)])
                    continue
                for waiting in together:
                    if not isinstance(waiting.work, Change):
                        waiting.result = waiting.work(self._store)
        self._note(None)
        for waiting in batch:
            waiting.succeed()

    def _write_apart(self, batch: list[Waiting]) -> list[Waiting]:
        """Write each alone: one of them is a mistake, of which the others should not suffer."""
        for index, waiting in enumerate(batch):
            try:
                self._write_at_once([waiting])
            except StoreError as error:
                return self._give_back(batch[index:], error)
            except Exception as error:
                logger.exception("a change of a session was refused and is dropped")
                waiting.fail(error)
        return []

    def _give_back(self, batch: list[Waiting], error: StoreError) -> list[Waiting]:
        self._note(str(error))
        for waiting in batch:
            waiting.fail(error)
        return [waiting for waiting in batch if waiting.keep]

    def _note(self, trouble: str | None) -> None:
        """Log what has changed about the disk, and that alone."""
        if trouble is not None and trouble != self.trouble:
            logger.error("sessions are not being kept: %s", trouble)
        elif trouble is None and self.trouble is not None:
            logger.warning("sessions are being kept again")
        self.trouble = trouble


def queue(waiting: list[Waiting], new: Waiting) -> None:
    """Let something wait behind all others, or together with the last checkpoint of the same session."""
    if isinstance(new.work, Change):
        for before in reversed(waiting):
            if isinstance(before.work, Change) and before.work.id == new.work.id:
                if before.absorb(new):
                    return
                break
    waiting.append(new)
