"""The command ``livenet`` as a process of its own, with a folder of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory
from typing import IO

COMMAND = [str(Path(sys.executable).with_name("livenet")), "--no-browser"]
Process = subprocess.Popen[str]


def start(
    data: Path, *words: str, port: int = 0, folder: Path = Path(), log: IO[str] | int = PIPE
) -> tuple[Process, str]:
    """A server that keeps its sessions in ``data``, started from ``folder``, and the address that it prints.

    What it logs goes to ``log``: a file, if that may be much.
    """
    command = [*COMMAND, "--port", str(port), "--data", str(data), *words]
    environment = {**os.environ, "PWD": str(folder.absolute())}
    process = subprocess.Popen(command, text=True, cwd=folder, env=environment, stdout=PIPE, stderr=log)
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if found is None:
        process.kill()
        raise RuntimeError(f"livenet did not start: {line}{process.communicate()[1]}")
    return process, found.group()


@contextmanager
def running(*words: str, log: IO[str] | int = PIPE) -> Iterator[tuple[Process, str]]:
    """A server for the length of a block, and its address."""
    with TemporaryDirectory() as folder:
        process, address = start(Path(folder), *words, log=log)
        try:
            yield process, address
        finally:
            process.kill()
            process.communicate()
