"""`abinitio run`: homeworks as experiments, with a report."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from abinitio.course.homework import Homework, all_homeworks, find_homework


@click.command(name="run")
@click.argument("names", nargs=-1, metavar="[HOMEWORK]...")
@click.option("--only", multiple=True, metavar="HOMEWORK", help="The same as naming it; may be repeated.")
@click.option(
    "--mine", type=click.Path(path_type=Path), metavar="FILE", help="Your notebook or .py: your functions too."
)
@click.option("--full", is_flag=True, help="Full data sets in the place of those that ship (downloads once).")
@click.option("--slow", is_flag=True, help="The longer experiments too.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Homeworks at a time.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="runs", show_default=True, help="Folder of the reports."
)
@click.option("--dask", metavar="ADDRESS", help="Run them on the Dask cluster whose scheduler is there.")
@click.option("--update-cost", is_flag=True, hidden=True, help="Write cost.json beside each notebook.")
def command(
    names: tuple[str, ...],
    only: tuple[str, ...],
    mine: Path | None,
    full: bool,
    slow: bool,
    jobs: int,
    out: Path,
    dask: str | None,
    update_cost: bool,
) -> None:
    """Run homeworks as experiments; write figures, numbers and a report.

    Without a name: all of them. Exit status 1 if a target is missed or a cell fails.
    """
    from abinitio._core.cluster import connect
    from abinitio.course.reporting.report import write_index, write_report
    from abinitio.course.running.cluster import run_homeworks_on
    from abinitio.course.running.run import Settings, new_run_folder, run_homeworks, write_cost
    from abinitio.course.running.ticker import Ticker

    homeworks = chosen([*names, *only], mine)
    for line in announcement(homeworks, full or slow, mine is not None):
        click.echo(line)
    settings = Settings(mine, full, slow, jobs)
    with connect(dask) if dask else nullcontext() as client:
        folder = new_run_folder(out)
        with Ticker(terminal=sys.stdout.isatty()) as ticker:
            if client is None:
                results, stopped = run_homeworks(homeworks, folder, settings, ticker)
            else:
                results, stopped = run_homeworks_on(client, homeworks, folder, settings, ticker)
    for result in results:
        write_report(result)
        for side in result.sides:
            for error in side.execution.errors:
                click.echo(f"{result.homework.name}{' (yours)' * (side is result.mine)}, {error}", err=True)
        for row in (row for side in result.sides for row in side.rows if row.verdict == "missed"):
            click.echo(f"{result.homework.name}: missed: {row}", err=True)
        if update_cost and result.reference.execution.status == "done":
            click.echo(f"cost of {result.homework.name}: {write_cost(result)}")
    index = write_index(results, folder)
    click.echo(f"{'Stopped; the report of what was done' if stopped else 'Report'}: {index.resolve()}")
    sys.exit(130 if stopped else int(any(result.outcome != "met" for result in results)))


def chosen(names: list[str], mine: Path | None) -> list[Homework]:
    """The homeworks named, each once; all without a name; the file's own with --mine."""
    named = list({homework.name: homework for homework in map(find_homework, names)}.values())
    if mine is None:
        return named or list(all_homeworks().values())
    from abinitio.course.submission.cells import read_cells

    of_file = all_homeworks().get(read_cells(mine)[0])
    if of_file is None and len(named) != 1:
        raise click.UsageError(
            f"{mine.name} does not say which homework it answers; name it: abinitio run hw1 --mine FILE"
        )
    homework = of_file or named[0]
    if homework.is_experiment:
        raise click.UsageError(
            f"{homework.name} is an experiment without exercises, which no function of yours enters; "
            f"run it without --mine: abinitio run {homework.name}"
        )
    if named and named != [homework]:
        raise click.UsageError(f"{mine} answers {homework.name}, so with --mine only {homework.name} can be run")
    return [homework]


def announcement(homeworks: list[Homework], longer: bool, mine: bool) -> list[str]:
    """What the run will cost, as last measured."""
    from abinitio.course.running.ticker import minutes

    lines = [f"{homework.name}  {homework.title}: {told_cost(homework)}" for homework in homeworks]
    total = sum(homework.cost.get("cpu_seconds", 0.0) for homework in homeworks)
    if mine:
        lines.append("Run twice: with the reference's functions and with yours.")
    if longer:
        lines.append("--full and --slow take longer than that.")
    if len(homeworks) > 1 and total:
        lines.append(f"Together about {minutes(total)} of CPU.")
    return lines


def told_cost(homework: Homework) -> str:
    """What a run took when last measured, e.g. "1.2 min of CPU, 310 MB when last measured (2025-03-01, ...)"."""
    from abinitio.course.running.ticker import minutes

    cost = homework.cost
    if not cost:
        return "not measured yet"
    spent = f"{minutes(cost['cpu_seconds'])} of CPU, {cost['peak_mb']} MB"
    return f"{spent} when last measured ({cost['date']}, {cost['machine']})"
