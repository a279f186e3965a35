import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LIVENET_{name.upper()}", raising=False)


def test_the_defaults_serve_this_machine_only():
    settings = Settings.from_command_line([])
    assert (settings.host, settings.port, settings.browser) == ("127.0.0.1", 8000, True)
    assert settings.workers >= 1


def test_the_command_line_chooses(tmp_path):
    words = ["--host", "0.0.0.0", "--port", "9", "--workers", "3", "--data", str(tmp_path), "--no-browser"]
    settings = Settings.from_command_line(words)
    assert (settings.host, settings.port, settings.workers) == ("0.0.0.0", 9, 3)
    assert (settings.data, settings.browser) == (tmp_path, False)


def test_the_environment_chooses_what_the_command_line_leaves_out(monkeypatch, tmp_path):
    monkeypatch.setenv("LIVENET_PORT", "1234")
    monkeypatch.setenv("LIVENET_DATA", str(tmp_path))
    monkeypatch.setenv("LIVENET_BROWSER", "false")
    settings = Settings.from_command_line([])
    assert (settings.port, settings.data, settings.browser) == (1234, tmp_path, False)
    assert Settings.from_command_line(["--port", "5"]).port == 5


@pytest.mark.parametrize(
    "words",
    [["--port", "70000"], ["--workers", "0"], ["--port", "http"], ["--idle-seconds", "-1"], ["--keep-days", "0"]],
)
def test_what_makes_no_sense_is_refused(words):
    with pytest.raises(ValidationError):
        Settings.from_command_line(words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--dask", "10.0.0.1:8786"], "is no scheduler; it looks like tcp://10.0.0.1:8786"),
        (["--dask", "tcp://10.0.0.1"], "is no scheduler"),
        (["--relay", "livenet.example.org"], "is no server's address; it looks like https://livenet.example.org"),
        (["--relay", "https://user@livenet.example.org"], "is no server's address"),
        (["--relay", "https://livenet.example.org/deep/"], "is no server's address"),
        (["--listen-workers", "8787"], "is no address; it looks like tcp://10.0.0.2:8787"),
        (["--worker-secret", "short"], "at least 16 characters"),
    ],
)
def test_what_is_no_place_for_workers_is_refused(words, told):
    with pytest.raises(ValidationError, match=told):
        Settings.from_command_line(words)


@pytest.mark.parametrize(
    "scheduler", ["tcp://10.0.0.1:8786", "tls://dask.example.org:8786", "tcp://[::1]:8786", "local"]
)
def test_a_scheduler_is_chosen(scheduler):
    words = ["--dask", scheduler, "--listen-workers", "tcp://[::1]:0", "--worker-secret", "sixteen letters."]
    settings = Settings.from_command_line(words)
    assert (settings.dask, settings.listen_workers) == (scheduler, "tcp://[::1]:0")
    assert "sixteen letters." not in repr(settings)


def test_dask_has_to_be_installed(monkeypatch):
    monkeypatch.setattr("app.settings.find_spec", lambda name: None)
    with pytest.raises(ValidationError, match=r"pip install 'livenet\[dask\]'"):
        Settings.from_command_line(["--dask", "local"])


def test_sessions_are_kept_in_the_data_folder_unless_a_database_is_named(tmp_path):
    settings = Settings.from_command_line(["--data", str(tmp_path)])
    assert settings.database_url == f"sqlite:///{tmp_path}/sessions.db"
    named = Settings.from_command_line(["--data", str(tmp_path), "--database", "postgresql+psycopg://db/livenet"])
    assert named.database_url == "postgresql+psycopg://db/livenet"
    assert Settings().data.name == "livenet"


def test_every_setting_has_a_help(capsys):
    with pytest.raises(SystemExit):
        Settings.from_command_line(["--help"])
    text = capsys.readouterr().out
    for name, field in Settings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in text
        assert field.description
