"""`gangway import`: files from outside, each taken whole or not at all."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.database import DATABASE, opened
from server.core.errors import BadInput
from server.core.tabular import Kind

if TYPE_CHECKING:
    from server.core.tabular import Imported
    from server.floor.load import Changes

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")


@click.group("import")
def import_() -> None:
    """Import a layout, or CSV files: SKUs, stock, loads, orders, people, carriers. The same twice changes nothing."""


@import_.command()
@FILE
@DATABASE
@JSON
def layout(file: Path, database_url: str | None, as_json: bool) -> None:
    """Take a layout FILE (JSON) as the building from now on."""
    from server.core.layout import read_layout
    from server.floor import load

    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadInput("bad_layout", f"{file} is no layout: it must hold one JSON object")
    read = read_layout(document)
    with opened(database_url) as store:
        changes = store.write(lambda tx: load.load_layout(tx, document, read))
    _tell("locations", changes, {}, as_json)


@import_.command()
@DATABASE
@JSON
@click.option("--carts", default=0, help="How many carts there are: CART-01, CART-02, …")
@click.option("--slots", default=8, show_default=True, help="How many totes a new cart holds.")
@click.option("--cart-ml", default=0, type=click.IntRange(0), help="Volume a new cart carries, ml; 0: no limit.")
@click.option("--cart-g", default=0, type=click.IntRange(0), help="Weight a new cart carries, g; 0: no limit.")
@click.option("--totes", default=0, help="How many totes there are: TOTE-0001, …")
@click.option("--tote-ml", default=0, type=click.IntRange(0), help="Volume of a new tote, ml; 0: 60 litres.")
@click.option("--carton", "cartons", multiple=True, metavar="LABEL:NAME:ML", help="A carton, e.g. BOX-M:Medium:24000.")
def equipment(
    database_url: str | None,
    as_json: bool,
    carts: int,
    slots: int,
    cart_ml: int,
    cart_g: int,
    totes: int,
    tote_ml: int,
    cartons: tuple[str, ...],
) -> None:
    """Enter numbered carts and totes up to these counts, and cartons; those that are known stay as they are."""
    from server.floor import load

    boxes = dict(map(_carton, cartons))
    with opened(database_url) as store:
        changes = store.write(
            lambda tx: load.load_equipment(
                tx,
                carts=[f"CART-{number:02}" for number in range(1, carts + 1)],
                slots=slots,
                cart_ml=cart_ml,
                cart_g=cart_g,
                tote_ml=tote_ml,
                totes=[f"TOTE-{number:04}" for number in range(1, totes + 1)],
                cartons=boxes,
            )
        )
    _tell("carts, totes and cartons", changes, {}, as_json)


def _csv_command(kind: Kind, says: str) -> click.Command:
    """The command that imports one kind of CSV file; all of them take the same options."""

    @click.command(kind.value, help=says)
    @FILE
    @click.option("--map", "mapping", default="", metavar="FIELD=COLUMN,…", help="Which column holds which field.")
    @click.option("--preset", default="generic", show_default=True, help="A known format: generic or online-retail.")
    @DATABASE
    @JSON
    def command(file: Path, mapping: str, preset: str, database_url: str | None, as_json: bool) -> None:
        from server.floor import load

        columns = _mapping(mapping)
        content = file.read_bytes()
        with opened(database_url) as store:
            click.echo(f"reading {file}", err=True)
            read = store.read(lambda connection: load.read_file(connection, content, kind, columns, preset))
            click.echo(f"read {read.rows_read} rows; storing them", err=True)
            changes = store.write(lambda tx: load.take(tx, read))
        _tell(kind.value, changes, _about(read), as_json)

    return command


import_.add_command(_csv_command(Kind.SKUS, "Import SKUs with their barcodes from a CSV FILE."))
import_.add_command(
    _csv_command(Kind.STOCK, "Import what lies where from a CSV FILE: what it says of a place is so from now on.")
)
import_.add_command(
    _csv_command(Kind.HANDLING_UNITS, "Import loads by their SSCCs from a CSV FILE: names for stock that lies there.")
)
import_.add_command(
    _csv_command(Kind.ORDERS, "Import orders from a CSV FILE, one line a row; they wait until a wave is released.")
)
import_.add_command(_csv_command(Kind.PEOPLE, "Import people with their badges and roles from a CSV FILE."))
import_.add_command(_csv_command(Kind.CARRIERS, "Import carriers, and the cartons that each takes, from a CSV FILE."))


def _mapping(text: str) -> dict[str, str]:
    """FIELD=COLUMN pairs, as one row of CSV."""
    if not text:
        return {}
    pairs = [pair.partition("=") for pair in next(csv.reader(io.StringIO(text)))]
    wrong = [field for field, sign, column in pairs if not (field and sign and column)]
    if wrong:
        raise BadInput("bad_map", f"--map {text!r}: write field=column, separated by commas")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _carton(text: str) -> tuple[str, tuple[str, int]]:
    label, _, rest = text.partition(":")
    name, _, volume_ml = rest.partition(":")
    if not (label and name and volume_ml.isascii() and volume_ml.isdigit()):
        raise BadInput("bad_carton", f"--carton {text!r}: write LABEL:NAME:ML, for example BOX-M:Medium:24000")
    return label, (name, int(volume_ml))


def _about(read: "Imported") -> dict[str, Any]:
    return {
        "rows_read": read.rows_read,
        "left_out": dict(read.left_out),
        "not_goods": dict(read.not_goods),
        "ignored_columns": list(read.ignored_columns),
    }


def _tell(what: str, changes: "Changes", about: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(changes), **about}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{what}: {changes.added} added, {changes.changed} changed, {changes.same} as they were")
    for reason, count in about.get("left_out", {}).items():
        click.echo(f"left out: {count} rows, {reason}")
    for code, count in about.get("not_goods", {}).items():
        click.echo(f"  not goods: {code}, {count} rows")
    if about.get("ignored_columns"):
        click.echo(f"columns passed over: {', '.join(about['ignored_columns'])}")
