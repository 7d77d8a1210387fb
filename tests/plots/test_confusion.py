import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.confusion import draw_confusion

MATRIX = np.array([[6, 2, 0], [1, 0, 3], [0, 0, 0]])


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_shade_is_the_part_of_the_true_class_and_only_for_errors(ax):
    expected = [[0, 0.25, 0], [0.25, 0, 0.75], [0, 0, 0]]
    np.testing.assert_allclose(draw_confusion(ax, MATRIX, "abc"), expected)
    np.testing.assert_allclose(ax.images[0].get_array(), expected)


def test_counts_stand_in_their_row_and_column(ax):
    draw_confusion(ax, MATRIX, "abc")
    written = {text.get_position()[::-1]: text.get_text() for text in ax.texts}
    assert written == {(0, 0): "6", (0, 1): "2", (1, 0): "1", (1, 2): "3"}
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted as", "true class")
    assert ax.yaxis.get_inverted(), "the first class is the top row"


def test_a_perfect_classifier_can_be_drawn(ax):
    np.testing.assert_array_equal(draw_confusion(ax, np.diag([3, 4]), "ab"), np.zeros((2, 2)))


def test_a_matrix_of_another_shape_is_named(ax):
    with pytest.raises(ValueError, match=r"\(3, 3\); with 2 names"):
        draw_confusion(ax, MATRIX, "ab")
