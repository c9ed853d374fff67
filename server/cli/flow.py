"""`gangway flow`: the scan rules as the handheld reads them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.core.errors import Conflict, NotFound

if TYPE_CHECKING:
    from server.lab.cases.table import Result

FLOW_JSON = Path("handheld_ui/src/rules/flow.json")
LATER_JSON = "flow_put_back.json"  # beside the other
SCANNING_MD = Path("docs/scanning.md")
VECTORS = Path("tests/vectors")

CASES = click.option(
    "--vectors",
    type=click.Path(file_okay=False, path_type=Path),
    default=VECTORS,
    show_default=True,
    help="Folder of the scan cases.",
)
CHECK = click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file is stale.")


def _out(default: Path) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The file that a command writes."""
    return click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        default=default,
        show_default=True,
        help="File to write; - prints it.",
    )


@click.group()
def flow() -> None:
    """The scan rules: tables, reply codes and GS1 identifiers."""


@flow.command()
@_out(FLOW_JSON)
@CHECK
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
@CASES
@_out(SCANNING_MD)
@CHECK
def docs(vectors: Path, out: Path, check: bool) -> None:
    """Write the page about scanning from the scan cases and the tables, from a checkout's root."""
    from server.cli.scanning_page import scanning_page

    *cases, keeper = (json.loads(file.read_text(encoding="utf-8")) for file in _files(vectors))
    _write(out, scanning_page(cases, keeper), check, "flow docs")


@flow.command()
@CASES
@click.option("--case", "numbers", multiple=True, help="Only the cases of this number (or undo); may be said again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a case, on a line of its own.")
def cases(vectors: Path, numbers: tuple[str, ...], as_json: bool) -> None:
    """Play every scan case on served floors in four ways, from a checkout's root; exit 1 when one fails.

    Over websockets: live, each intent answered before the next; replayed, each sent twice and all of them once more;
    two devices, in turn, each with a second tab. In the page, in Chromium: offline, made without a network and sent
    when it is back. docs/scanning.md says what a word instead of pass or fail means. Needs Chromium and built pages.
    """
    from server.lab.cases.contract import WAYS
    from server.lab.cases.table import by_number

    results = _played(vectors, numbers)
    if as_json:
        for one in results:
            click.echo(json.dumps({"case": one.number, "name": one.name, "ways": one.ways, "wrong": one.wrong}))
    else:
        rows = list(by_number(results))
        table = [("#", *WAYS, "case"), *((str(one.number), *one.ways.values(), f"{one.name:.60}") for one in rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        for one in rows:
            for way, faults in one.wrong.items():
                click.echo("".join(f"\n{one.number}, {way}: {fault}" for fault in faults), nl=bool(faults))
    failed = [one for one in results if one.failed]
    click.echo(f"{len(results) - len(failed)} of {len(results)} cases without a failure", err=True)
    if failed:
        raise Conflict("cases_failed", f"{len(failed)} of {len(results)} scan cases are not answered as they should be")


def _files(vectors: Path) -> list[Path]:
    files = [*sorted(vectors.glob("cases_*.json")), vectors / "keeper.json"]
    if not all(file.exists() for file in files) or len(files) == 1:
        raise NotFound("no_vectors", f"{vectors} has no scan cases. Run it from a checkout's root, or say --vectors.")
    return files


def _played(vectors: Path, numbers: Sequence[str]) -> "list[Result]":
    """The results of the cases with these numbers; of all when none is named."""
    from server.lab.cases.contract import read_cases
    from server.lab.cases.table import run_cases

    _files(vectors)
    found, world = read_cases(vectors)
    chosen = [case for case in found if not numbers or str(case["case"]) in numbers]
    if not chosen:
        raise NotFound("no_such_case", f"there is no case {', '.join(numbers)}; they are 1 to 86, and undo")
    return run_cases(chosen, world, lambda line: click.echo(line, err=True))


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
