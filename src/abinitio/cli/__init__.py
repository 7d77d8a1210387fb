"""The command line: one module a command, imported when it is called."""

import importlib
import os
import sys

import click

COMMANDS = {  # name -> one line for --help; the command lives in abinitio.cli.<name> as `command`
    "list": "The homeworks: points, exercises, minutes.",
    "show": "One homework on a page: exercises, points, answer key, minutes.",
    "start": "Write a homework's notebook with blanks into a folder.",
    "check": "Check the answers in a notebook or a .py file.",
    "run": "Run homeworks as experiments; write figures, numbers, report.",
    "lab": "Open JupyterLab on a homework folder.",
    "data": "List the data sets; fetch one.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]  # not list(...): once imported, the module abinitio.cli.list goes by that name here

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return importlib.import_module(f"abinitio.cli.{name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="abinitio")
def app() -> None:
    """Machine learning for physicists, from first principles.

    A first hour:  abinitio start hw0   then   abinitio check hw0.ipynb
    """


def main() -> None:
    """Entry point: what the user did wrong becomes one clear line and exit status 2, never a traceback."""
    try:
        status = app(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Stopped; nothing is left half-written.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of a pipe has gone: `abinitio list | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ValueError, OSError, ImportError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)
