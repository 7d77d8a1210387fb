"""`abinitio list`: the homeworks and experiments there are."""

import click

from abinitio.course.homework import all_homeworks


@click.command(name="list")
def command() -> None:
    """The homeworks and experiments: part of the course, exercises, points, and the minutes that a run takes."""
    from abinitio.course.running.ticker import minutes

    heads = ("", "title", "part", "exercises", "points", "CPU time")
    rows: list[tuple[str, ...]] = [heads]
    for homework in all_homeworks().values():
        spent = minutes(homework.cost["cpu_seconds"]) if homework.cost else "not measured"
        counts = ("experiment", "") if homework.is_experiment else (str(homework.exercises), str(homework.points))
        rows.append((homework.name, homework.title, homework.part, *counts, spent))
    for line in aligned(rows, right=(3, 4, 5)):
        click.echo(line)
    click.echo("\nabinitio show NAME  says more;  abinitio start NAME  writes its notebook.")


def aligned(rows: list[tuple[str, ...]], right: tuple[int, ...] = ()) -> list[str]:
    """Rows as lines of text with aligned columns; the columns numbered in `right` to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if i in right else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
