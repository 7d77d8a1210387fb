"""The look of the figures: distinguishable colours, the width of a column, and the way back."""

import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from abinitio.plots.style import COLUMN, CYCLE, MARKERS, PALETTE, use_style

# Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009) 1291, severity 1, on linear RGB
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all cones", "no green", "no red"])
def test_colours_differ_for_every_eye(seen):
    linear = [
        np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) for c in map(np.array, map(to_rgb, CYCLE))
    ]
    points = [lab(seen @ colour) for colour in linear]
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(points, 2)]
    assert min(distances) > 10  # a just noticeable difference is about 2.3


def test_every_colour_of_the_cycle_shows_on_white():
    for colour in CYCLE:
        linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) > 2  # contrast as WCAG defines it
    assert set(CYCLE) < set(PALETTE) and len(MARKERS) == len(CYCLE)


def test_style_is_restored_after_the_block_and_the_default_is_one_column():
    before = dict(matplotlib.rcParams)
    with use_style():
        figure = Figure()
        assert figure.get_figwidth() == COLUMN
        axes = figure.subplots()
        assert [axes.plot([0, 1])[0].get_color() for _ in range(2)] == list(CYCLE[:2])
    assert dict(matplotlib.rcParams) == before


def test_the_same_figure_gives_the_same_file(tmp_path):
    files = []
    for name in ("a.svg", "b.svg"):
        with use_style():
            figure = Figure()
            figure.subplots().plot([0, 1])
            figure.savefig(tmp_path / name, metadata={"Date": None})
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
