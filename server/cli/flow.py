"""`gangway flow`: the scan rules as the handheld reads them."""

import json
from pathlib import Path

import click

from server.core.errors import Conflict, NotFound

FLOW_JSON = Path("handheld_ui/src/rules/flow.json")
LATER_JSON = "flow_put_back.json"  # beside the other
SCANNING_MD = Path("docs/scanning.md")
VECTORS = Path("tests/vectors")


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
    """Write the rules as JSON for the handheld, from a checkout's root.

    The rules for putting goods back stand in flow_put_back.json, beside FILE.
    """
    from server.core.flow.export import apart, flow_document

    document = flow_document()
    files = (
        {out: document}
        if str(out) == "-"
        else dict(zip((out, out.with_name(LATER_JSON)), apart(document), strict=True))
    )
    for file, part in files.items():
        _write(file, json.dumps(part, indent=1, ensure_ascii=True) + "\n", check, "flow export")


@flow.command()
@click.option(
    "--vectors",
    type=click.Path(file_okay=False, path_type=Path),
    default=VECTORS,
    show_default=True,
    help="Folder of the scan cases.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=SCANNING_MD,
    show_default=True,
    help="File to write; - prints it.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file is stale.")
def docs(vectors: Path, out: Path, check: bool) -> None:
    """Write the page about scanning from the scan cases and the tables, from a checkout's root."""
    from server.cli.scanning_page import scanning_page

    files = [*sorted(vectors.glob("cases_*.json")), vectors / "keeper.json"]
    if not all(file.exists() for file in files) or len(files) == 1:
        raise NotFound("no_vectors", f"{vectors} has no scan cases. Run it from a checkout's root, or say --vectors.")
    *cases, keeper = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    _write(out, scanning_page(cases, keeper), check, "flow docs")


def _write(out: Path, text: str, check: bool, command: str) -> None:
    if str(out) == "-":
        click.echo(text, nl=False)
    elif not check:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out} written", err=True)
    elif out.exists() and out.read_text(encoding="utf-8") == text:
        click.echo(f"{out} is up to date", err=True)
    else:
        message = f"{out} is not what the rules say now. Run `gangway {command}` and commit it."
        raise Conflict(f"stale_{out.stem}", message)
