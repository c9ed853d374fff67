"""`gangway demo`: the example warehouse, with people at work, ready to log in to."""

import asyncio
import json
from pathlib import Path

import click


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--folder", default="var/demo", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--layout", "layout_file", type=click.Path(path_type=Path), help="A layout file.  [default: the example's]"
)
@click.option("--pickers", default=3, show_default=True, type=click.IntRange(1, 20), help="Simulated pickers.")
@click.option("--packers", default=2, show_default=True, type=click.IntRange(1, 20), help="Simulated packers.")
@click.option("--pause", default=0.6, show_default=True, type=click.FloatRange(0, 60), help="Seconds between scans.")
@click.option("--seed", default=1, show_default=True)
@click.option("--until-shipped", default=0, type=click.IntRange(0), help="End after so many parcels.  [default: never]")
def demo(
    host: str,
    port: int,
    folder: Path,
    layout_file: Path | None,
    pickers: int,
    packers: int,
    pause: float,
    seed: int,
    until_shipped: int,
) -> None:
    """Run the example warehouse: a new database in FOLDER, the production server, simulated people at work."""
    from server.cli.serve import listen
    from server.config import EXAMPLE_LAYOUTS
    from server.core.errors import NotFound
    from server.lab import demo as example
    from server.lab.servers import free_port, product
    from server.store.transaction import Store

    layout_file = layout_file or EXAMPLE_LAYOUTS / "demo.json"
    if not layout_file.exists():
        raise NotFound("layout_missing", f"there is no layout file {layout_file}")
    listen(host, port, "--port").close()  # before another demo's database goes, and its server is taken for this one
    click.echo("Making the example warehouse …", err=True)
    site = example.example_site(json.loads(layout_file.read_text()), seed)
    url = example.furnish(folder / "demo.db", site)
    plan = example.Demo(pickers, packers, pause, seed, until_shipped)
    store = Store(url)
    try:
        with product(url, folder, host, port or free_port()) as server:
            click.echo(example.welcome(site, server, example.address(host)))
            asyncio.run(example.play(site, plan, server, store, click.echo))
    except (KeyboardInterrupt, asyncio.CancelledError):  # a second Ctrl-C cancels what the first was winding up
        click.echo("Stopped.")
    finally:
        store.close()
