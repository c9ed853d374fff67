"""`gangway flow`: the scan rules as the handheld reads them."""

import json
from pathlib import Path

import click

from server.core.errors import Conflict

FLOW_JSON = Path("handheld_ui/src/rules/flow.json")


@click.group()
def flow() -> None:
    """The scan rules: tables, reply codes and GS1 identifiers."""


@flow.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=FLOW_JSON,
    show_default=True,
    help="File to write; - prints it.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file is stale.")
def export(out: Path, check: bool) -> None:
    """Write the rules as JSON for the handheld, from a checkout's root."""
    from server.core.flow.export import flow_document

    text = json.dumps(flow_document(), indent=1, sort_keys=False, ensure_ascii=True) + "\n"
    if str(out) == "-":
        click.echo(text, nl=False)
    elif check:
        _check(out, text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out} written", err=True)


def _check(out: Path, text: str) -> None:
    if not out.exists() or out.read_text(encoding="utf-8") != text:
        raise Conflict("stale_flow", f"{out} is not what the rules say now. Run `gangway flow export` and commit it.")
    click.echo(f"{out} is up to date", err=True)
