import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.images import draw_images

IMAGES = np.arange(24.0).reshape(4, 2, 3) - 10


@pytest.fixture
def figure():
    figure = plt.figure()
    yield figure
    plt.close(figure)


def test_every_image_has_its_panel_in_order_and_none_is_empty(figure):
    axes = draw_images(figure, IMAGES, titles=list("abcd"), columns=3)
    assert len(axes) == 4 and figure.axes == axes
    for ax, image, title in zip(axes, IMAGES, "abcd"):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.get_title() == title
    tops = [ax.get_subplotspec().rowspan.start for ax in axes]
    assert tops == [0, 0, 0, 1]


def test_all_share_one_scale_and_zero_is_white(figure):
    axes = draw_images(figure, IMAGES, signed=True)
    assert {ax.images[0].get_clim() for ax in axes} == {(-13.0, 13.0)}
    white = np.array(axes[0].images[0].to_rgba(np.array([0.0])))[0, :3]
    assert white.min() > 0.95
    ink = draw_images(figure.add_subfigure(figure.add_gridspec()[0]), np.abs(IMAGES), limit=20.0)[0].images[0]
    assert ink.get_clim() == (0, 20.0)
    np.testing.assert_allclose(ink.to_rgba(np.array([0.0, 20.0]))[:, 0], [1, 0])


def test_colorbar_names_the_number(figure):
    axes = draw_images(figure, IMAGES, signed=True, colorbar="weight")
    (bar,) = set(figure.axes) - set(axes)
    assert bar.get_ylabel() == "weight"


def test_what_does_not_fit_is_named(figure):
    with pytest.raises(ValueError, match=r"\(2, 3\), not \(m, height, width\)"):
        draw_images(figure, IMAGES[0])
    with pytest.raises(ValueError, match="1 titles for 4 images"):
        draw_images(figure, IMAGES, titles=["a"])
