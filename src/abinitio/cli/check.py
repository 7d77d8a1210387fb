"""abinitio check: the verdicts on the answers in a file."""

import sys
from pathlib import Path

import click


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--only", metavar="NAME", help="Check this exercise alone.")
@click.option("--hint", type=click.IntRange(1, 3), help="With --only: 1 the idea, 2 the equation, 3 where to look.")
@click.option("--homework", metavar="NAME", help="Which homework it is, if the file does not say.")
def command(file: Path, only: str | None, hint: int | None, homework: str | None) -> None:
    """Check the answers in FILE, a notebook or a .py file.

    Answers are found by their names; other cells are not executed. Exit status 0: all passed, 1: not all.
    """
    if hint is not None and only is None:
        raise click.UsageError("a hint is for one exercise: add --only NAME")
    from abinitio.course.checking.check import FileCheck
    from abinitio.course.checking.present import as_text, summary

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter is no reason to stop
    check = FileCheck(file, homework, only)
    click.echo(f"{check.homework.name}: {check.homework.title}")
    if check.homework.is_experiment and not only:
        click.echo(f"It is an experiment and asks for nothing; run it with  abinitio run {check.homework.name}")
        return
    for problem in check.problems:
        click.secho(f"Python cannot read {problem}", fg="yellow")
    earned, possible, all_passed = 0.0, 0, True
    for verdict in check.verdicts(hint):
        text = as_text(verdict) if verdict.state == "failed" or only else summary(verdict)
        first, *rest = text.split("\n")
        click.secho(first, fg={"passed": "green", "blank": None, "absent": None}.get(verdict.state, "red"))
        if rest:
            click.echo("\n".join(rest) + ("\n" if not only else ""))
        earned, possible = earned + verdict.points, possible + verdict.max_points
        all_passed &= verdict.passed
    if not only:
        click.secho(f"{earned:.4g}/{possible} points", bold=True)
    sys.exit(0 if all_passed else 1)
