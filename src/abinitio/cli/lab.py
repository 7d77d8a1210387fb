"""`abinitio lab`: JupyterLab on a homework folder."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

from abinitio.course.homework import all_homeworks


@click.command(name="lab")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("."))
def command(folder: Path) -> None:
    """Open JupyterLab in DIR (default: here), with the Python that abinitio is installed in."""
    if not folder.is_dir():
        raise click.UsageError(
            f"there is no folder {folder}; make it with a homework in it: abinitio start hw0 {folder}"
        )
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(
            "JupyterLab is not installed; it comes with abinitio's extra 'lab': "
            "in abinitio's folder run  pip install '.[course,lab]'   (or  make lab)"
        )
    if not any(path.name.startswith(tuple(all_homeworks())) for path in folder.glob("*.ipynb")):
        _offer_to_start(folder)
    launch([sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"])


def _offer_to_start(folder: Path) -> None:
    first = next(iter(all_homeworks()))
    click.echo(f"No homework in {folder.resolve()} yet; this writes one:  abinitio start {first} {folder}")
    if sys.stdin.isatty() and click.confirm(f"Write {first} there now?", default=True):
        from abinitio.cli.start import start
        from abinitio.course.homework import find_homework

        click.echo(f"Wrote {start(find_homework(first), folder)}")


def launch(arguments: list[str]) -> None:
    """Become the program (so that Ctrl-C is the program's); on Windows, wait for it."""
    if os.name == "nt":
        sys.exit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)
