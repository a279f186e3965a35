"""What all tests share: a real server with real worker processes, and a browser that trusts nothing from outside."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import uvicorn
from hypothesis import settings

from app.main import create_app
from app.server import server_config
from app.settings import Settings

STARTING = 60
BROWSERS = "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"
"""The machine's own browsers, the leanest first: the others open a window for every page, if an unseen one."""
settings.register_profile("busy machines too", deadline=None)
settings.load_profile("busy machines too")


@contextmanager
def serving(choices: Settings) -> Iterator[str]:
    """The address of a server of this checkout on a free port, with a folder of its own."""
    with TemporaryDirectory() as folder:
        yield from serve(
            choices if "data" in choices.model_fields_set else choices.model_copy(update={"data": Path(folder)})
        )


def serve(choices: Settings) -> Iterator[str]:
    """Yield the address of a server, which ends then."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(create_app(choices), choices))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTING
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The address of a server that all tests share."""
    with serving(Settings(workers=2)) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The machine's own Chromium or Chrome where it has one, else the one that Playwright downloads."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        browser_type_launch_args["executable_path"] = found
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium", "--only-shell"], check=True)
    return browser_type_launch_args | {
        "chromium_sandbox": False,
        "args": [
            "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run",
        ],
    }  # fmt: skip
