"""`abinitio show`: a homework on one page, for those who teach it."""

import inspect
import textwrap
from pathlib import Path

import click

from abinitio.course.homework import Homework, find_homework


@click.command(name="show")
@click.argument("name", metavar="HOMEWORK")
@click.option("--answers", is_flag=True, help="Print the reference answers too.")
def command(name: str, answers: bool) -> None:
    """One homework on a page: exercises, points, answer key, known mistakes, minutes and memory."""
    homework = find_homework(name)
    for line in page(homework):
        click.echo(line)
    if answers:
        for exercise in homework.load_exercises().values():
            click.echo(f"\n\n# {exercise.name}: {exercise.points} points")
            click.echo(inspect.getsource(exercise.function).rstrip())


def page(homework: Homework) -> list[str]:
    """The lines of the page."""
    from abinitio.cli.run import told_cost

    lines = [
        f"{homework.name}  {homework.title}  (part {homework.part} of the course)",
        *textwrap.wrap(homework.summary, 100),
        "",
        homework.asks + "; [graduate] marks the extensions" * (not homework.is_experiment),
        f"a run takes: {told_cost(homework)}",
        f"notebook:    {shown_path(homework.notebook)}",
    ]
    if homework.is_experiment:
        return [*lines, f"students:    abinitio run {homework.name}; to change it, abinitio start {homework.name}"]
    lines += [
        f"students:    abinitio start {homework.name}, then abinitio check {homework.name}.ipynb",
        f"answer key:  abinitio show {homework.name} --answers",
        "",
    ]
    for exercise in homework.load_exercises().values():
        graduate = "  [graduate]" if exercise.graduate else ""
        line = inspect.getsourcelines(exercise.function)[1]
        source = shown_path(Path(inspect.getfile(exercise.function)))
        lines += [f"{exercise.points:3d}  {exercise.name}{graduate}", f"     answer: {source}, line {line}"]
        for mistake in exercise.mistakes:
            lines += textwrap.wrap(
                f"- {mistake.name}: {mistake.sentence}", 100, initial_indent="     ", subsequent_indent="       "
            )
    return lines


def shown_path(path: Path) -> str:
    """Relative to the working folder where that is shorter."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
