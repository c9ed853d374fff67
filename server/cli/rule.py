"""`gangway rule`: what a house may choose for itself."""

import json

import click

from server.cli.database import DATABASE, opened


@click.command()
@DATABASE
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def rule(database_url: str | None, name: str | None, value: str | None, as_json: bool) -> None:
    """List the rules of the house, show the one called NAME, or change it to VALUE.

    zero_check (empty or never): ask whether a shelf is empty when the ledger says that it should be.
    weight_tolerance_g, weight_tolerance_percent: how much a parcel may be off before it is held.
    """
    from server.floor import choices

    with opened(database_url) as store:
        if name is not None and value is not None:
            store.write(lambda tx: choices.choose(tx, name, value))
        names = choices.CHOICES if name is None else (name,)
        said = store.read(lambda connection: {each: choices.chosen(connection, each) for each in names})
    if as_json:
        click.echo(json.dumps(said, indent=1))
    else:
        for each, chosen in said.items():
            click.echo(f"{each} = {chosen}  ({choices.CHOICES[each].about})")
