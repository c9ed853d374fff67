"""https by an authority of our own: what a client that trusts it alone finds, and when the certificate changes."""

import json
import socket
import ssl
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websocket import WebSocket

from server import addresses, certificates
from server.certificates import Names, issue
from server.config import Settings
from server.core.errors import BadInput, NotReady
from server.serving import announcement
from tests.test_web_serve import refused
from tests.web_house import PATIENCE_S, served, staffed

NAMES = Names(("wms", "wms.local", "localhost", "192.168.7.5", "127.0.0.1", "::1"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def verified(folder: Path, name: str, at: datetime) -> str:
    """What openssl says of the server's certificate for `name` at that time, trusting the authority alone."""
    kind = "-verify_ip" if name[0].isdigit() or ":" in name else "-verify_hostname"
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-attime", str(int(at.timestamp()))]
    command += ["-CAfile", str(folder / "tls/ca.crt"), kind, name, str(folder / "tls/server.crt")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return "OK" if ended.returncode == 0 else ended.stderr


@pytest.mark.parametrize("name", NAMES.found)
def test_whoever_trusts_the_authority_trusts_the_server_under_every_name(tmp_path: Path, name: str) -> None:
    """Checked by a library that did not make it; before its time, after it and under another name it is refused."""
    issue(tmp_path, NAMES, NOW)
    assert verified(tmp_path, name, NOW) == "OK"
    assert "expired" in verified(tmp_path, name, NOW + timedelta(days=398))
    assert "mismatch" in verified(tmp_path, "10.9.9.9" if name[0].isdigit() else "other.local", NOW)


def test_the_keys_are_their_owners_alone(tmp_path: Path) -> None:
    """Nothing that anybody else on the machine could use lies open."""
    issue(tmp_path, NAMES, NOW)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "tls").iterdir()}
    assert modes == {"ca.key": 0o600, "ca.crt": 0o644, "server.key": 0o600, "server.crt": 0o644}


def test_the_authority_vouches_for_no_site_outside(tmp_path: Path) -> None:
    """A certificate for one that its key signed is refused: the constraint stands in the authority itself."""
    issue(tmp_path, NAMES, NOW)
    folder = tmp_path / "tls"
    signed = certificates._server(certificates._load(folder, "ca"), ("bank.example", "8.8.8.8"), NOW)
    certificates._keep(folder, "server", signed)
    assert "permitted subtree violation" in verified(tmp_path, "bank.example", NOW)
    with pytest.raises(BadInput, match=r"not made for bank\.example"):
        issue(tmp_path, Names(NAMES.found, ("bank.example",)), NOW)


def test_a_name_that_was_asked_for_first_belongs_to_the_authority(tmp_path: Path) -> None:
    """As does a public address that the machine had then; what is no name at all is refused."""
    issue(tmp_path, Names((*NAMES.found, "203.0.113.9"), ("scan.example.com",)), NOW)
    assert verified(tmp_path, "scan.example.com", NOW) == "OK"
    assert verified(tmp_path, "203.0.113.9", NOW) == "OK"
    with pytest.raises(BadInput, match="neither an address nor a name"):
        issue(tmp_path, Names(NAMES.found, ("not a name",)), NOW)


def test_the_certificate_changes_with_the_names_and_before_it_runs_out_and_not_otherwise(tmp_path: Path) -> None:
    """The authority stays, so no device has to be touched."""
    certificate, _ = issue(tmp_path, NAMES, NOW)
    first, authority = certificate.read_bytes(), certificates.authority(tmp_path)
    issue(tmp_path, NAMES, NOW + timedelta(days=300))
    assert certificate.read_bytes() == first
    issue(tmp_path, Names((*NAMES.found, "192.168.7.6")), NOW)
    second = certificate.read_bytes()
    assert second != first
    assert verified(tmp_path, "192.168.7.6", NOW) == "OK"
    later = NOW + timedelta(days=340)
    issue(tmp_path, Names((*NAMES.found, "192.168.7.6")), later)
    assert certificate.read_bytes() != second
    assert verified(tmp_path, "wms", later + YEAR) == "OK"
    assert certificates.authority(tmp_path) == authority


def test_a_certificate_without_its_key_is_made_anew(tmp_path: Path) -> None:
    """The power may go between the two files."""
    certificate, key = issue(tmp_path, NAMES, NOW)
    old = key.read_bytes()
    certificate.unlink()
    issue(tmp_path, NAMES, NOW)
    new = key.read_bytes()
    key.write_bytes(old)
    issue(tmp_path, NAMES, NOW)
    assert key.read_bytes() not in (old, new)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)


def test_the_last_certificate_ends_with_the_authority_and_then_it_is_said(tmp_path: Path) -> None:
    """Not made anew at every look of the last year."""
    certificate, _ = issue(tmp_path, NAMES, NOW)
    last = NOW + timedelta(days=3649)
    issue(tmp_path, NAMES, last)
    kept = certificate.read_bytes()
    issue(tmp_path, NAMES, last)
    assert certificate.read_bytes() == kept
    with pytest.raises(NotReady, match="enrol devices anew"):
        issue(tmp_path, NAMES, NOW + timedelta(days=3651))


def get(line: HTTPConnection, path: str) -> tuple[int, bytes, str]:
    """A GET: number, body, and where it leads."""
    with closing(line):
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read(), answer.headers.get("Location", "")


def test_https_and_http_are_served_beside_one_another(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Pages, REST and sockets over both; what comes plain to the secure port is led on; HSTS locks nobody out."""
    options = ("--tls", "auto", "--plain-port", "0", "--tls-name", "scan.lan")
    with served(staffed(migrated_sqlite, tmp_path), tmp_path, *options) as server:
        secure = urlsplit(server.url).port or 0
        plain = urlsplit(json.loads((tmp_path / "address.json").read_text())["enrol"]).port or 0
        assert secure != plain
        trusting = ssl.create_default_context(cadata=certificates.authority(tmp_path))
        assert get(HTTPSConnection("127.0.0.1", secure, context=trusting, timeout=PATIENCE_S), "/healthz")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            get(HTTPSConnection("127.0.0.1", secure, timeout=PATIENCE_S), "/healthz")
        assert get(HTTPConnection("127.0.0.1", plain, timeout=PATIENCE_S), "/healthz")[0] == 200
        number, body, _ = get(HTTPConnection("127.0.0.1", plain, timeout=PATIENCE_S), "/gangway-ca.crt")
        assert (number, body) == (200, certificates.authority(tmp_path))
        led = get(HTTPConnection("127.0.0.1", secure, timeout=PATIENCE_S), "/board?x=1")
        assert (led[0], led[2]) == (308, f"https://127.0.0.1:{secure}/board?x=1")
        for scheme, port in (("wss", secure), ("ws", plain)):
            speak(f"{scheme}://127.0.0.1:{port}", tmp_path / "tls/ca.crt")
        with socket.create_connection(("127.0.0.1", secure), 10) as mute:  # holds nobody up
            mute.sendall(b"\x16\x03")
            assert get(HTTPSConnection("127.0.0.1", secure, context=trusting, timeout=PATIENCE_S), "/healthz")[0] == 200
        assert "Traceback" not in server.log.read_text()
        assert server.stop() == 0


def speak(url: str, ca: Path) -> None:
    """A browser's websocket of that origin is let in and is told to introduce itself."""
    line = WebSocket(sslopt={"ca_certs": str(ca)})
    line.settimeout(PATIENCE_S)
    origin = url.replace("ws", "http", 1)
    line.connect(f"{url}/socket.io/?EIO=4&transport=websocket", origin=origin)  # type: ignore[no-untyped-call]
    assert str(line.recv()).startswith("0{")
    line.close()


def test_own_certificates_are_served_and_must_be_whole(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Said before anything starts when they are not."""
    own = tmp_path / "own"
    certificate, key = issue(own, NAMES)
    url = staffed(migrated_sqlite, tmp_path)
    files = ("--tls", "own", "--plain-port", "0", "--tls-certificate", str(certificate), "--tls-key")
    with served(url, tmp_path, *files, str(key)) as server:
        trusting = ssl.create_default_context(cafile=own / "tls/ca.crt")
        port = urlsplit(server.url).port
        assert get(HTTPSConnection("localhost", port, context=trusting, timeout=PATIENCE_S), "/healthz")[0] == 200
        assert not (tmp_path / "tls").exists()
    assert "certificate_wrong" in refused("--database-url", url, *files, str(own / "tls/ca.key"))
    assert "--tls own needs" in refused("--database-url", url, "--tls", "own")


def test_the_ready_lines_say_where_devices_are_enrolled_and_by_what_the_authority_is_known(tmp_path: Path) -> None:
    """A name that was asked for goes before the address: it lasts longer."""
    issue(tmp_path, NAMES, NOW)
    settings = Settings(host="10.0.0.5", instance=tmp_path, tls="auto", tls_names=("scan.lan",), plain_port=80)
    said = announcement(settings)
    assert "https://10.0.0.5:8080/pack" in said
    assert "http://scan.lan/enrol" in said
    assert certificates.fingerprint(certificates.authority(tmp_path)) in said
    own = Settings(host="10.0.0.5", tls="own", port=443)
    assert addresses.places(own).enrol == "https://10.0.0.5"
