"""python -m benchmarks [--only PATTERN] [--smoke] [--threads 1,2] [--no-growth] [--dask ADDRESS]: measure and judge."""

import os
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click

for setting in (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
):  # before NumPy loads its BLAS: each kernel as it would be chosen
    os.environ.pop(setting, None)


def thread_counts(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    """The numbers of threads in "1,2"."""
    words = text.split(",")
    if not all(word.strip().isdigit() and int(word) > 0 for word in words):
        raise click.BadParameter(f"{text!r} is not a list of thread numbers such as 1,2")
    return tuple(int(word) for word in words)


@click.command()
@click.option("--only", default="", metavar="PATTERN", help="Only what has a matching name (a regular expression).")
@click.option("--smoke", is_flag=True, help="Small data, few repeats, no growth; fails only below half of must.")
@click.option("--growth/--no-growth", default=None, help="Curves of time against n (default: not in a smoke run).")
@click.option("--threads", default="1,2", callback=thread_counts, show_default=True, help="Ours and theirs alike.")
@click.option("--dask", metavar="ADDRESS", help="Measure on the workers of the Dask cluster whose scheduler is there.")
@click.option("--out", default="bench-results", type=click.Path(path_type=Path), show_default=True, help="The folder.")
def command(only: str, smoke: bool, growth: bool | None, threads: tuple[int, ...], dask: str | None, out: Path) -> None:
    """Time abinitio's methods against the library a user would pick instead, in one run.

    Exit status 1 where a goal was missed or answers differ.
    """
    from rich.console import Console

    from abinitio._core.cluster import connect
    from benchmarks.report import failures, write_report
    from benchmarks.run import run

    console = Console() if sys.stdout.isatty() else Console(width=160)
    try:
        with connect(dask) if dask else nullcontext() as client:
            outcome = run(console, only, smoke, not smoke if growth is None else growth, threads, client)
    except (ValueError, OSError, ImportError) as error:
        raise click.UsageError(str(error)) from error
    page = write_report(outcome, out / datetime.now().strftime("%Y-%m-%d_%H%M%S"))
    failed = failures(outcome)
    console.print("\n" + ("\n".join(failed) if failed else "Everything asked for was met."), highlight=False)
    console.print(f"Report: {page}", highlight=False)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    command(prog_name="python -m benchmarks")
