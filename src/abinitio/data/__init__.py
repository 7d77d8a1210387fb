"""Data: make_* simulates, load_* reads what ships, fetch_* downloads once and checks. All return one `Dataset`."""

from abinitio.data.bundled import load_diabetes, load_digits, load_iris, load_wine
from abinitio.data.california import fetch_california_housing
from abinitio.data.curves import (
    make_doppler,
    make_line,
    make_measured_curve,
    make_polynomial,
    make_resonance,
    make_sinusoid,
)
from abinitio.data.dijets import dijet_blocks, make_dijets
from abinitio.data.housing import load_housing
from abinitio.data.imdb import fetch_imdb, load_imdb_counts, load_imdb_reviews
from abinitio.data.ising import make_ising
from abinitio.data.linear import make_linear
from abinitio.data.mnist import fetch_mnist, load_mnist_5k
from abinitio.data.planar import make_blobs, make_circles, make_moons
from abinitio.data.record import Dataset
from abinitio.data.stars import load_hipparcos, load_star_clusters, load_stars
from abinitio.data.streams import ArrayRows, convert_fits, convert_root, open_rows, write_rows
from abinitio.data.texts import (
    Text,
    fetch_tiny_shakespeare,
    letter_codes,
    load_author_counts,
    load_shakespeare,
    to_letters,
)
from abinitio.data.weather import fetch_jena, load_seattle_weather

__all__ = [
    "ArrayRows",
    "Dataset",
    "Text",
    "convert_fits",
    "convert_root",
    "dijet_blocks",
    "fetch_california_housing",
    "fetch_imdb",
    "fetch_jena",
    "fetch_mnist",
    "fetch_tiny_shakespeare",
    "letter_codes",
    "load_author_counts",
    "load_diabetes",
    "load_digits",
    "load_hipparcos",
    "load_housing",
    "load_imdb_counts",
    "load_imdb_reviews",
    "load_iris",
    "load_mnist_5k",
    "load_seattle_weather",
    "load_shakespeare",
    "load_star_clusters",
    "load_stars",
    "load_wine",
    "make_blobs",
    "make_circles",
    "make_dijets",
    "make_doppler",
    "make_ising",
    "make_line",
    "make_linear",
    "make_measured_curve",
    "make_moons",
    "make_polynomial",
    "make_resonance",
    "make_sinusoid",
    "open_rows",
    "to_letters",
    "write_rows",
]
