"""The `gangway` command: its families stand one to a file beside this one."""

import importlib
import keyword
import sys

import click

from server.core.errors import BadLayout, BadRows, FloorError

# command name -> module that holds a click command of the same name (dashes as underscores; `import_` for import)
FAMILIES: dict[str, str] = {
    "batch": "server.cli.batch",
    "bench": "server.cli.bench",
    "carrier": "server.cli.carrier",
    "db": "server.cli.db",
    "decode": "server.cli.decode",
    "demo": "server.cli.demo",
    "device": "server.cli.device",
    "flow": "server.cli.flow",
    "import": "server.cli.imports",
    "layout": "server.cli.layout",
    "profile": "server.cli.profile",
    "route": "server.cli.route",
    "rule": "server.cli.rule",
    "serve": "server.cli.serve",
    "simulate": "server.cli.simulate",
    "wave": "server.cli.wave",
}


class Gangway(click.Group):
    """Loads a family's module only when it is asked for, and prints a FloorError as one clear line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every family, in alphabetical order."""
        return sorted(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The family's command, or None for an unknown name."""
        if cmd_name not in FAMILIES:
            return None
        module = importlib.import_module(FAMILIES[cmd_name])
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an expected error, and a file that cannot be had, goes to stderr with exit code 1."""
        try:
            return super().invoke(ctx)
        except FloorError as error:
            click.echo(f"gangway: {error.message} [{error.code}]", err=True)
            for place, wrong in _details(error):
                click.echo(f"  {place}: {wrong}", err=True)
            sys.exit(1)
        except OSError as error:
            if error.filename is None:
                raise
            click.echo(f"gangway: {error.filename}: {error.strerror} [file]", err=True)
            sys.exit(1)


def _details(error: FloorError) -> list[tuple[str, str]]:
    if isinstance(error, BadRows):
        return [(f"row {number}", wrong) for number, wrong in error.rows]
    if isinstance(error, BadLayout):
        return list(error.problems)
    return []


@click.command(cls=Gangway, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gangway")
def gangway() -> None:
    """Gangway runs a warehouse floor: shortest walks, and a barcode scan behind every move."""
