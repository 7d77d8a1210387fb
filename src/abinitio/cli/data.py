"""`abinitio data`: list the data sets, fetch some, show one, say where the downloads are kept."""

import inspect
import re
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from abinitio.data.record import Dataset
    from abinitio.data.registry import Entry

TITLES = {
    "make": "Simulated, in any size: abinitio.data.make_NAME(n, ..., rng=rng)",
    "load": "Real, bundled with a package: abinitio.data.load_NAME()",
    "fetch": "Real, downloaded once, checked and cached: abinitio.data.fetch_NAME()",
}


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the data sets: size, origin, licence and the homeworks that use them."""
    if ctx.invoked_subcommand is None:
        _list()


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def get(names: tuple[str, ...]) -> None:
    """Download what each NAME needs, once; check it; say where it is."""
    from abinitio.data.cache import cache_folder
    from abinitio.data.registry import find_entry

    entries = [find_entry(name) for name in names]  # an unknown name stops before the first download
    for entry in entries:
        if entry.kind == "make":
            click.echo(f"{entry.name}: simulated, nothing to download; call abinitio.data.{entry.function_name}")
            continue
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            data = entry.function(progress=sys.stderr.isatty()) if entry.kind == "fetch" else entry.function()
        for note in notes:  # a file of that name that was not the right one, for example
            click.echo(f"Note: {note.message}", err=True)
        click.echo(f"{entry.name}: {data.origin}, {len(data.X):,} rows")
        for file in entry.files:
            click.echo(f"  {cache_folder() / file.name}  (SHA-256 verified)")


@command.command()
def where() -> None:
    """Print the folder that downloads are kept in (set ABINITIO_DATA to choose another)."""
    from abinitio.data.cache import cache_folder

    click.echo(cache_folder())


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Say what NAME holds: columns, units, ranges, source, licence. Downloads nothing."""
    from abinitio.data.registry import find_entry

    entry = find_entry(name)
    origin = _origin(entry)
    click.echo(f"{entry.function_name}: {entry.summary}\n")
    rows = {"origin": origin, "licence": entry.terms, "source": entry.source, "used by": _users(entry)}
    for word, text in rows.items():
        click.echo(click.wrap_text(text, 79, f"{word:10s}", " " * 10))
    for file in entry.files:
        click.echo(f"file      {file.name}, {file.size:,} bytes, SHA-256\n          {file.sha256 or 'not published'}")
        click.echo("".join(f"          {url}\n" for url in file.urls), nl=False)
    click.echo()
    if entry.kind == "make":
        click.echo(f"{entry.function_name}{_arguments(entry.function)}\n\n{inspect.getdoc(entry.function)}")
    elif origin.startswith("to fetch"):
        click.echo(f"Not here yet; get it with  abinitio data get {entry.name}")
    elif origin.startswith("missing"):
        click.echo(f"Install its package: in abinitio's folder run  pip install '.[{entry.extra}]'")
    else:
        _columns(entry.function())


def _list() -> None:
    from abinitio.data.registry import ENTRIES

    for kind, title in TITLES.items():
        click.echo(click.style(title, bold=True))
        for entry in ENTRIES.values():
            if entry.kind == kind:
                origin = _origin(entry)
                if len(origin) > 21:  # the line is to fit in 80 columns: the extra for its package
                    origin = f"{origin.split()[0]} extra {entry.extra}"
                origin = f"{origin:21s}  {entry.licence:12s}"
                click.echo(f"  {entry.name:18s}  {_shape(entry):>12s}  {origin}  {_users(entry)}")
        click.echo()
    click.echo("Columns: name, rows x features, origin, licence, used by.")
    click.echo("More: abinitio data show NAME. Download: abinitio data get NAME. Folder: where.")


def _arguments(function: Callable[..., "Dataset"]) -> str:
    """The signature without type hints, as one would call it."""
    signature = inspect.signature(function)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _shape(entry: "Entry") -> str:
    if not entry.features:
        return "n x d"
    return f"{entry.rows:,} x {entry.features}" if entry.rows else f"n x {entry.features}"


def _origin(entry: "Entry") -> str:
    """Where the set would come from if it were asked for now."""
    from abinitio.data.cache import cache_folder, is_intact

    distribution, module, _ = entry.package
    if entry.kind == "make":
        return "simulated"
    if entry.kind == "load":
        return f"bundled, {distribution}" if find_spec(module) else f"missing: {distribution}"
    here = all(is_intact(cache_folder() / file.name, file) for file in entry.files)
    return f"{'cached' if here else 'to fetch'}, {entry.size / 1e6:.1f} MB"


def _users(entry: "Entry") -> str:
    """The homeworks whose text names the set's function, so that the list cannot go stale: "hw0,2-4", "x1"."""
    from abinitio.course.homework import all_homeworks

    word = re.compile(rf"\b{entry.function_name}\b")
    using = [
        homework.name
        for homework in all_homeworks().values()
        if any(word.search(path.read_text(encoding="utf-8")) for path in sorted(homework.folder.glob("*.py")))
    ]
    by_kind = [
        (kind, sorted(int(n) for n in (name.removeprefix(kind) for name in using) if n.isdigit()))
        for kind in ("hw", "x")
    ]
    return ",".join(kind + _ranges(numbers) for kind, numbers in by_kind if numbers) or "-"


def _ranges(numbers: list[int]) -> str:
    """Rising numbers, three or more in a row as a range: "0,2-4"."""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    words = [f"{row[0]}-{row[-1]}" if len(row) > 2 else ",".join(map(str, row)) for row in rows]
    return ",".join(words)


def _columns(data: "Dataset") -> None:
    import numpy as np

    click.echo(f"{len(data.X):,} rows")
    targets = data.target_names if data.y is not None and len(data.target_names) == 1 else ()
    columns = [*zip(data.feature_names, data.X.T), *((name, data.y) for name in targets)]
    if len(columns) > 20:
        click.echo(f"{len(columns)} features, {data.X.min():g} to {data.X.max():g} ({data.units[columns[0][0]]})")
    else:
        width = max(len(name) for name, _ in columns)
        click.echo(f"  {'column':{width}s}  {'smallest':>9s}  {'median':>9s}  {'largest':>9s}  unit")
        for name, column in columns:
            low, middle, high = np.nanquantile(column, [0, 0.5, 1])
            unit = data.units.get(name, "")
            click.echo(f"  {name:{width}s}  {low:9.5g}  {middle:9.5g}  {high:9.5g}  {unit}".rstrip())
    if len(data.target_names) > 1:
        click.echo(f"classes: {', '.join(data.target_names)}")
