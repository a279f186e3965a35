"""The configuration of nginx in the README, tried with the real nginx and a certificate of our own."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from app.settings import Settings
from tests.conftest import serving

README = (Path(__file__).parents[2] / "README.md").read_text()
NAME = "livenet.example.org"
FRAME = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {server}
}}
"""
pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="there is no nginx, or no openssl, on this machine"
)


def make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    files = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", f"{folder}/key", "-out", f"{folder}/certificate"]
    subprocess.run([*command, *files], check=True, capture_output=True)


def configuration(folder: Path, address: str, port: int) -> str:
    """What the README says, with another port, another server behind it and files of our own."""
    (server,) = re.findall(r"```nginx\n(.*?)```", README, re.DOTALL)
    for found, ours in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/livenet.pem", f"{folder}/certificate"),
        ("/etc/ssl/livenet.key", f"{folder}/key"),
        ("http://127.0.0.1:8000", address),
    ):
        assert found in server
        server = server.replace(found, ours)
    return FRAME.format(folder=folder, server=server)


@pytest.fixture(scope="module")
def port(tmp_path_factory, unused_tcp) -> Iterator[int]:
    """Where nginx listens, with Livenet behind it."""
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    with serving(Settings(workers=1, allowed_hosts=NAME, trusted_proxies="127.0.0.1")) as address:
        (folder / "nginx.conf").write_text(configuration(folder, address, unused_tcp))
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            wait_for(folder / "pid", process)
            yield unused_tcp
        finally:
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture(scope="module")
def unused_tcp() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while not (file.exists() and file.read_text()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def ask(port: int, trust: ssl.SSLContext, method: str, path: str, **headers: str) -> httpx.Response:
    with httpx.Client(verify=trust, base_url=f"https://127.0.0.1:{port}") as client:
        return client.request(method, path, headers={"Host": f"{NAME}:{port}", **headers})


def test_pages_calls_and_streams_come_through_as_of_the_browsers_own_origin(port, trust):
    assert "Livenet" in ask(port, trust, "GET", "/").text
    origin = f"https://{NAME}:{port}"
    made = ask(port, trust, "POST", "/api/sessions", Origin=origin)
    assert made.status_code == 201
    assert "Secure" in made.headers["set-cookie"]
    stream = f"wss://{NAME}:{port}/api/sessions/{made.json()['id']}/stream"
    with watching_through(port, trust, stream, origin) as events:
        assert '"welcome"' in str(events.recv(20))
    with pytest.raises(InvalidStatus), watching_through(port, trust, stream, "https://evil.example"):
        pass


def watching_through(port: int, trust: ssl.SSLContext, stream: str, origin: str) -> ClientConnection:
    """A stream as a page of ``origin`` opens it."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    return connect(stream, sock=connection, origin=Origin(origin), ssl=trust, proxy=None)


def test_pages_of_others_other_names_and_the_figures_do_not(port, trust):
    assert ask(port, trust, "POST", "/api/sessions", Origin="https://evil.example").status_code == 403
    assert ask(port, trust, "GET", "/", Host="evil.example").status_code == 421
    assert ask(port, trust, "GET", "/metrics").status_code == 404
