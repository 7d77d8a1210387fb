"""`abinitio start`: a homework's notebook with blanks, in the student's folder."""

import os
from pathlib import Path

import click

from abinitio.course.homework import Homework, find_homework


@click.command(name="start")
@click.argument("name", metavar="HOMEWORK")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("."))
@click.option(
    "--source",
    metavar="URL|DIR",
    help="What the notebook's first cell installs abinitio from, where it is missing: a git URL or a folder "
    "[default: $ABINITIO_SOURCE, else where this abinitio came from].",
)
def command(name: str, folder: Path, source: str | None) -> None:
    """Write HOMEWORK's notebook with blanks into DIR (default: here). Work that is there is never overwritten."""
    homework = find_homework(name)
    path = start(homework, folder, source)
    if path.name != f"{homework.name}.ipynb":
        click.echo(f"{folder / homework.name}.ipynb is there already and is kept as it is.")
    click.echo(f"Wrote {path}: {homework.title}, {homework.asks}.")
    click.echo(f"  work in it:  abinitio lab {folder}   (or open it in VS Code or Colab)")
    if homework.is_experiment:
        click.echo(f"  its report:  abinitio run {homework.name}   (of the experiment as the library has it)")
        return
    click.echo(f"  check it:    abinitio check {path}")
    click.echo(f"  run it:      abinitio run {homework.name} --mine {path}")


def start(homework: Homework, folder: Path, source: str | None = None) -> Path:
    """Write the student's notebook into `folder` under a name that is free; its path."""
    import nbformat

    from abinitio.course.notebooks.notebook import course_source, student_notebook

    notebook = student_notebook(homework, source or os.environ.get("ABINITIO_SOURCE") or course_source())
    text = nbformat.writes(notebook)
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{folder} is a file; name a folder: abinitio start {homework.name} DIR")
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1000):
        path = folder / (f"{homework.name}-{number}.ipynb" if number else f"{homework.name}.ipynb")
        try:
            with path.open("x", encoding="utf-8") as file:  # "x": fails where the file exists, whoever made it
                file.write(text + "\n")
            return path
        except FileExistsError:
            continue
    raise click.UsageError(f"{folder} has 1000 notebooks of {homework.name}; name another folder")
