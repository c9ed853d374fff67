"""`gangway device`: which scanners and phones are let in."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click

from server.cli.database import DATABASE, opened

LONGEST_MINUTES = 7 * 24 * 60


@click.group()
def device() -> None:
    """Enrol scanners and phones by a one-time QR code, list them, remove them."""


@device.command()
@click.option("--name", default="", help="What the device is called, such as Scanner 7.  [default: Device N]")
@click.option(
    "--minutes", default=60, show_default=True, type=click.IntRange(1, LONGEST_MINUTES), help="Valid so long."
)
@click.option(
    "--url", default="", help="Where devices reach the server.  [default: as the server itself said at start]"
)
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Write the QR code to this file as well.")
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def add(name: str, minutes: int, url: str, png: Path | None, database_url: str | None, as_json: bool) -> None:
    """Let one device in: prints an address and its QR code, to be scanned with the device. Good for one device."""
    import segno

    from server.floor import enrol

    address = _enrolment(url, database_url)
    code = enrol.new_code()
    with opened(database_url) as store:
        invited = store.write(lambda tx: enrol.invite(tx, name, code, minutes))
    link = f"{address}/enrol#{invited.code}"
    drawn = segno.make(link, error="m", micro=False)
    if png is not None:
        drawn.save(str(png), kind="png", scale=8, border=4)
    if as_json:
        click.echo(json.dumps({**asdict(invited), "url": link}, ensure_ascii=False))
        return
    click.echo(f"{invited.name}: open this on the device within {minutes} minutes\n\n  {link}\n")
    drawn.terminal(sys.stdout, compact=True, border=2)


@device.command("list")
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def list_(database_url: str | None, as_json: bool) -> None:
    """List the devices that were let in, and those that logged in without, each with who is logged in on it."""
    from server.floor import enrol
    from server.store.transaction import utc_now

    with opened(database_url) as store:
        found = store.read(lambda connection: enrol.devices(connection, utc_now()))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for row in found["devices"]:
        seen = row["seen_at"][:16] or "never seen"
        click.echo(f"{row['id']:>4}  {row['name']:<24} {row['state']:<9} {seen:<17} {row['person']}".rstrip())
    for row in found["strangers"]:
        click.echo(f"   -  {row['device']:<24} {'stranger':<9} {row['seen_at'][:16]:<17} {row['person']}".rstrip())


@device.command()
@click.argument("number", type=click.IntRange(1), metavar="ID")
@DATABASE
def remove(number: int, database_url: str | None) -> None:
    """Let the device with this ID in no more: it is logged out within seconds, and may not come back."""
    from server.floor import enrol

    with opened(database_url) as store:
        store.write(lambda tx: enrol.remove(tx, number))
    click.echo(f"device {number} is removed")


def _enrolment(url: str, database_url: str | None) -> str:
    """Where devices are to come. Raises BadInput, NotReady."""
    from server import addresses
    from server.config import Settings
    from server.core.errors import BadInput, NotReady

    if url and not url.startswith(("http://", "https://")):
        raise BadInput("url_wrong", f"--url is {url!r}; it begins with http:// or https://")
    address = (url or addresses.kept(Settings.from_environment({"database_url": database_url}))).rstrip("/")
    if not address:
        raise NotReady("server_never_started", "start the server first (gangway serve), or say --url http://HOST:PORT")
    if addresses.is_loopback(urlsplit(address).hostname or ""):
        click.echo(
            "The server answers on this machine alone; start it with --host 0.0.0.0 for other devices.", err=True
        )
    return address
