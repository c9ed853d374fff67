"""`gangway serve` as an operator meets it: it starts, or says why it does not."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli.main import gangway
from server.config import Settings
from server.core.errors import BadInput
from server.serving import announcement
from tests.web_house import Device, served, staffed

GANGWAY = str(Path(sys.executable).with_name("gangway"))


def refused(*options: str) -> str:
    """What it says on stderr when it does not start."""
    ended = subprocess.run([GANGWAY, "serve", *options], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_database_without_tables_is_refused_with_the_command_that_makes_them(tmp_path: Path) -> None:
    """Nothing is served from a database that is not ready."""
    (tmp_path / "empty.db").touch()
    said = refused("--port", "0", "--database-url", f"sqlite:///{tmp_path}/empty.db")
    assert "gangway db upgrade" in said
    assert "database_not_upgraded" in said


def test_a_database_that_is_not_there_is_not_made_by_serving(tmp_path: Path) -> None:
    """A typing mistake in the path must not end in an empty warehouse."""
    said = refused("--port", "0", "--database-url", f"sqlite:///{tmp_path}/none.db")
    assert "database_missing" in said
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///{}/nowhere/floor.db", "postgresql+psycopg://127.0.0.1:9/none"])
def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path: Path, url: str) -> None:
    """No trace."""
    said = refused("--port", "0", "--database-url", url.format(tmp_path))
    assert said.startswith("gangway: ")


def test_a_port_in_use_is_said_before_anything_starts(migrated_sqlite: Path, tmp_path: Path) -> None:
    """With a way out."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused("--port", str(port), "--database-url", staffed(migrated_sqlite, tmp_path))
    assert "port_in_use" in said
    assert str(port) in said
    assert "--port 0" in said


def test_two_sites_live_on_one_machine_and_a_killed_worker_is_replaced(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Each with its port, its database and its key; a worker that dies takes no acked scan with it."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    with (
        served(staffed(migrated_sqlite, one), one) as first,
        served(staffed(migrated_sqlite, two), two) as second,
    ):
        assert first.url != second.url
        assert (one / "secret_key").read_text() != (two / "secret_key").read_text()
        picker = Device(first.url, "P-1", "hh-1", "pick")
        frame = picker.intent("C-1")
        reply = picker.send(frame)
        subprocess.run(["pkill", "-KILL", "-P", str(first.process.pid)], check=True)
        picker.socket.wait()
        assert first.process.stdout is not None
        assert "ready" in first.process.stdout.readline()
        back = Device(first.url, "P-1", "hh-1", "pick")
        assert back.send(frame) == reply | {"replay": True}
        back.close()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("GANGWAY_PORT", "http"), ("GANGWAY_PORT", "70000"), ("GANGWAY_PROXIES", "-1"), ("GANGWAY_LOG", "xml")],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """Not guessed at."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadInput, match=variable):
        Settings.from_environment()
    ended = CliRunner().invoke(gangway, ["serve"])
    assert ended.exit_code == 1


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the environment before the defaults; the key lies beside a SQLite database."""
    monkeypatch.setenv("GANGWAY_PORT", "9000")
    monkeypatch.setenv("GANGWAY_DATABASE_URL", "sqlite:////srv/site/floor.db")
    settings = Settings.from_environment({"port": 9001, "host": None})
    assert (settings.port, settings.host, settings.instance) == (9001, "127.0.0.1", Path("/srv/site"))
    assert Settings.from_environment({"database_url": "postgresql+psycopg://h/d"}).instance == Path("var")


def test_settings_survive_the_way_into_another_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """gunicorn's worker reads what the command was told."""
    told = Settings(database_url="sqlite:///x.db", instance=tmp_path, port=1, connections=9, log="json", ready="json")
    for name, value in told.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.from_environment() == told


def test_every_setting_is_documented() -> None:
    """docs/operations.md lists each."""
    text = (Path(__file__).resolve().parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.__dataclass_fields__ if f"GANGWAY_{name.upper()}" not in text]
    assert missing == []


def test_the_ready_line_names_every_page() -> None:
    """For people; with --json for programs."""
    said = announcement(Settings())
    assert all(f"http://127.0.0.1:8080{path}" in said for path in ("/", "/pack", "/board"))
    assert announcement(Settings(host="::1", port=1)).count("http://[::1]:1") == 3
