"""`gangway device` as an admin meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import gangway
from server.store.transaction import Store
from tests.web_house import staffed


@pytest.fixture
def floor_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A staffed floor whose server was started before."""
    (tmp_path / "address.json").write_text(json.dumps({"enrol": "http://10.0.0.5:8081"}))
    return staffed(migrated_sqlite, tmp_path)


def run(url: str, *arguments: str) -> Result:
    """The command on that database."""
    return CliRunner().invoke(gangway, ["device", *arguments, "--database-url", url])


def test_a_device_is_added_listed_and_removed(floor_url: str, tmp_path: Path) -> None:
    """The address has the code behind the #, where no log sees it; the picture is a file if wanted."""
    added = run(floor_url, "add", "--name", "Scanner 7", "--png", str(tmp_path / "qr.png"), "--json")
    invitation = json.loads(added.stdout)
    assert invitation["url"] == f"http://10.0.0.5:8081/enrol#{invitation['code']}"
    assert len(invitation["code"]) == 32
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")
    [device] = json.loads(run(floor_url, "list", "--json").stdout)["devices"]
    assert (device["name"], device["state"], device["expires_at"]) == ("Scanner 7", "invited", invitation["expires_at"])
    assert "Scanner 7" in run(floor_url, "list").stdout
    assert run(floor_url, "remove", str(device["id"])).exit_code == 0
    assert json.loads(run(floor_url, "list", "--json").stdout)["devices"] == []
    assert run(floor_url, "remove", str(device["id"])).exit_code == 1


def test_people_get_a_qr_code_in_the_terminal(floor_url: str) -> None:
    """No two codes are the same."""
    first, second = run(floor_url, "add"), run(floor_url, "add", "--url", "https://wms.example/")
    assert "Device 1: open this on the device" in first.stdout
    assert "▄" in first.stdout
    assert "  https://wms.example/enrol#" in second.stdout
    assert first.stdout.partition("#")[2][:32] != second.stdout.partition("#")[2][:32]


def test_what_cannot_work_is_said(floor_url: str, tmp_path: Path) -> None:
    """A name that is taken, an address that is none, a server that was never started, one that no phone can reach."""
    assert run(floor_url, "add", "--name", "A").exit_code == 0
    assert "name_taken" in run(floor_url, "add", "--name", "A").stderr
    assert "url_wrong" in run(floor_url, "add", "--url", "wms.example").stderr
    (tmp_path / "address.json").write_text('{"enrol": "http://127.0.0.1:8080"}')
    assert "--host 0.0.0.0" in run(floor_url, "add").stderr
    (tmp_path / "address.json").unlink()
    refused = run(floor_url, "add")
    assert (refused.exit_code, "server_never_started" in refused.stderr) == (1, True)


def test_strangers_are_listed_too(floor_url: str) -> None:
    """Whoever logged in without an enrolment; so that turning on `enrolled` surprises nobody."""
    from server.floor import login

    store = Store(floor_url)
    store.write(lambda tx: login.log_in(tx, "P-1", "hh-1"))
    store.close()
    listed = run(floor_url, "list")
    assert "hh-1" in listed.stdout
    assert listed.stdout.rstrip().endswith("Ann")
