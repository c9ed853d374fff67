"""docs/commands.md from the commands' own help, on stdout: python .ci/commands.py > docs/commands.md."""

from collections.abc import Iterator

import click

from server.cli.main import gangway

HEAD = """# Commands

Written by `make docs` from what `--help` says; change it there."""


def every_command(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """The command and all below it, each with the context that knows its full name."""
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from every_command(below, click.Context(below, info_name=name, parent=context))


def main() -> None:
    """One chapter a command."""
    print(HEAD)
    root = click.Context(gangway, info_name="gangway", terminal_width=100, max_content_width=100)
    for command, context in every_command(gangway, root):
        print(f"\n## {context.command_path}\n\n```\n{command.get_help(context)}\n```")


if __name__ == "__main__":
    main()
