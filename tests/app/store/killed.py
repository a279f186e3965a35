"""A program that keeps sessions and says so, until it is killed: ``python -m tests.app.store.killed URL SESSIONS``.

It goes on where the one before was killed and writes a line for each checkpoint that is acknowledged.
"""

import sys
from concurrent.futures import Future
from functools import partial

from app.store.store import Store
from app.store.writer import Writer
from tests.app.store.keeping import checkpoint, record


def state_of(number: int) -> bytes:
    """What checkpoint ``number`` keeps; long enough for many pages."""
    return (b"%08d" % number) * 1500


def main(url: str, count: int) -> None:
    store = Store(url)
    store.open()
    writer = Writer(store)
    names = [f"session {index}" for index in range(count)]
    known = {each.id for each in store.ids()}
    for name in set(names) - known:
        writer.submit(partial(Store.add, record=record(name)))
    start = min((found.chunks for name in known if (found := store.find(name))), default=0)
    for number in range(start, start + 1_000_000):
        futures: list[Future[None]] = [
            writer.save(checkpoint(name, number, state=state_of(number)), urgent=True) for name in names
        ]
        for future in futures:
            future.result(20)
        print(number, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
