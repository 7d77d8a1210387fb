"""Small real sets that ship with scikit-learn: iris, digits, wine, diabetes. No network, no copies of our own."""

from types import MappingProxyType

import numpy as np

from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry


def load_iris() -> Dataset:
    """Three species of iris, 50 flowers each: X : (150, 4) lengths and widths in cm;  y : (150,) species 0, 1, 2.

    The first species is linearly separable from the others, which are not from each other. Source: Fisher (1936).

    >>> load_iris().target_names
    ('setosa', 'versicolor', 'virginica')
    """
    from sklearn import datasets

    found = datasets.load_iris()
    names = tuple(name.removesuffix(" (cm)") for name in found.feature_names)
    return _dataset("iris", found.data, found.target, names, found.target_names, dict.fromkeys(names, "cm"))


def load_digits() -> Dataset:
    """Handwritten digits: X : (1797, 64) images of 8x8, each value the number (0 to 16) of dark pixels of a 4x4 block.

    y : (1797,) the digit. Written by 13 people; the test set of the UCI set of 43 (Alpaydin and Kaynak, 1998).

    >>> int(load_digits().X.max())
    16
    """
    from sklearn import datasets

    found = datasets.load_digits()
    names = tuple(found.feature_names)
    classes = [str(digit) for digit in found.target_names]
    return _dataset("digits", found.data, found.target, names, classes, dict.fromkeys(names, "dark pixels of 16"))


def load_wine() -> Dataset:
    """Wines of one region of Italy: X : (178, 13) chemical measurements;  y : (178,) the cultivar, 0, 1 or 2.

    The units of the measurements are not documented at the source; their scales differ a thousandfold (standardise).

    >>> load_wine().X.shape
    (178, 13)
    """
    from sklearn import datasets

    found = datasets.load_wine()
    return _dataset("wine", found.data, found.target, tuple(found.feature_names), found.target_names, {})


def load_diabetes() -> Dataset:
    """442 patients: X : (442, 10) age, sex, body mass index, blood pressure and six serum measurements, as measured.

    y : (442,) a quantitative measure of disease progression one year later. These are the raw values, scikit-learn's
    ``load_diabetes(scaled=False)``: age in years, sex coded 1 and 2, body mass index in kg/m^2; which sex is which and
    the other units are not documented. Source: Efron et al. (2004).

    >>> load_diabetes().units["age"]
    'years'
    """
    from sklearn import datasets

    found = datasets.load_diabetes(scaled=False)
    units = {"age": "years", "bmi": "kg/m^2"}
    return _dataset("diabetes", found.data, found.target, tuple(found.feature_names), ["disease progression"], units)


def _dataset(
    name: str,
    X: np.ndarray,
    y: np.ndarray,
    feature_names: tuple[str, ...],
    target_names: np.ndarray | list[str],
    units: dict[str, str],
) -> Dataset:
    entry = find_entry(name)
    return Dataset(
        name, X, y,
        feature_names=tuple(map(str, feature_names)), target_names=tuple(map(str, target_names)),
        units=MappingProxyType(units), origin="bundled", source=entry.source, licence=entry.terms,
        description=entry.summary,
    )  # fmt: skip
