"""`gangway carrier`: whether parcels can be booked with a carrier."""

import json

import click

from server.cli.database import DATABASE, opened


@click.command()
@DATABASE
@click.argument("carrier", required=False)
@click.argument("state", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def carrier(database_url: str | None, carrier: str | None, state: str | None, as_json: bool) -> None:
    """List the carriers, or say that CARRIER is open or down (STATE).

    While a carrier is down no parcel of its orders is closed and no label printed; nothing else stops.
    """
    from server.floor import carriers

    with opened(database_url) as store:
        if carrier is not None and state is None:
            raise click.UsageError("say what the carrier is: open or down")
        if carrier is not None and state is not None:
            store.write(lambda tx: carriers.set_state(tx, carrier, state))
        found = store.read(carriers.told)
    if as_json:
        click.echo(json.dumps({"carriers": found}, indent=1))
        return
    for one in found:
        click.echo(f"{one['carrier']}  {one['state']}  {one['name']}; cartons: {', '.join(one['cartons']) or 'all'}")
    if not found:
        click.echo("no carriers; run: gangway import carriers FILE")
