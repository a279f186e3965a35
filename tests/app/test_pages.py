import json
import re
from html import unescape

import pytest

from app.catalogue import catalogue
from app.live.dask_crew import RESOURCE
from app.pages import HOME, TROUBLES, allowed
from app.settings import SCHEDULER, Settings
from app.wire.events import CLOSES
from app.wire.frames import DIRECTORY

PAGES = ["/", "/docs", "/docs/stream", "/docs/machines", "/reference"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_html_whose_scripts_carry_a_number_used_once(client, path):
    first, second = client.get(path), client.get(path)
    assert first.headers["content-type"].startswith("text/html")
    nonces = [
        re.search(r"'nonce-([^']+)'", each.headers["content-security-policy"]).group(1) for each in (first, second)
    ]
    assert nonces[0] != nonces[1]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", first.text)
    assert inline
    assert all(f'nonce="{nonces[0]}"' in tag for tag in inline)


@pytest.mark.parametrize("path", PAGES)
def test_scripts_may_be_neither_inline_nor_evaluated_nor_foreign(client, path):
    policy = dict(part.split(" ", 1) for part in client.get(path).headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert set(policy["script-src"].split()) - {"'self'"} == {
        next(w for w in policy["script-src"].split() if "nonce" in w)
    }


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_loads_is_here(client, path):
    found = re.findall(r'(?:src|href)="([^"#]+)"', client.get(path).text)
    assert found
    for address in found:
        assert address.startswith("/")
        assert client.get(address).status_code == 200, address


def test_the_import_map_is_served_as_it_is_built(client):
    text = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', client.get("/").text, re.S).group(1)
    assert json.loads(text) == json.loads((HOME / "templates/importmap.json").read_text())
    for address in json.loads(text)["imports"].values():
        assert client.get(address).status_code == 200


def test_files_are_asked_about_at_every_load_and_sent_only_if_they_changed(client):
    response = client.get("/static/libraries.css")
    assert response.headers["cache-control"] == "no-cache"
    again = client.get("/static/libraries.css", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_stream_is_described_completely(client):
    text = client.get("/docs/stream").text
    assert all(f"<code>{name}</code>" in text for name in DIRECTORY)
    assert all(f"<td>{code}</td>" in text for code in CLOSES)


def test_what_is_said_of_other_machines_holds(client):
    text = unescape(client.get("/docs/machines").text)
    options = {f"--{name.replace('_', '-')}" for name in Settings.model_fields}
    dasks = {"--nworkers", "--resources", "--worker-port", "--nanny-port"}
    assert set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", text)) <= options | dasks
    assert f"{RESOURCE}=8" in text
    assert "'livenet[dask]'" in text
    sources = [(HOME / "app/live" / name).read_text() for name in ("dask_crew.py", "door.py")]
    assert all(any(line in source for source in sources) for line in TROUBLES)
    assert all(line in text for line in TROUBLES)
    (command,) = re.findall(r"<pre[^>]*>livenet (.*?)</pre>", text)
    dask, scheduler, *others = command.split()
    assert dask == "--dask"
    assert SCHEDULER.fullmatch(scheduler)
    assert Settings.from_command_line(others).listen_workers == "tcp://10.0.0.2:8787"


def test_the_reference_has_every_kind(client):
    text = client.get("/reference").text
    for registry in catalogue()["registries"].values():
        for kind in registry["kinds"]:
            assert f'id="{registry["name"]}.{kind["kind"]}"' in text


def test_bounds_are_put_in_words():
    assert allowed({"minimum": 0, "exclusive_maximum": 1}) == "≥ 0, < 1"
    assert allowed({"choices": ["a", "b"]}) == "a, b"


def test_the_reference_has_every_field_of_an_experiment_by_its_path(client):
    text = client.get("/reference").text
    section = text[text.index('<section id="experiment">') :].split("</section>")[0]
    named = re.findall(r"<tr><td><code>([\w.]+)</code>", section)
    assert named == list(paths(catalogue()["experiment"]["fields"]))
    assert {"stopping", "class_weight", "data.resampling", "data.split.method", "optimizer"} <= set(named)


def paths(fields, prefix=""):
    for field in fields:
        if "fields" in field:
            yield from paths(field["fields"], f"{prefix}{field['name']}.")
        else:
            yield f"{prefix}{field['name']}"
