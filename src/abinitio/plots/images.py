"""Small pictures side by side: digits, weights, configurations of spins."""

import numpy as np


def draw_images(figure, images, *, titles=None, columns=None, signed=False, limit=None, colorbar=None):
    """Draw each image in a panel of its own, row by row, all with the same scale of greys or colours.

    figure : a matplotlib figure or subfigure without axes;  images : (m, height, width);  titles : m words above the
    panels, or None;  columns : panels in a row, by default all m;
    signed : False for ink on paper, 0 white;  True for numbers of both signs, 0 white, blue below and red above;
    limit : the value drawn black, or -limit and limit as full blue and red; by default the largest |value|;
    colorbar : words beside a bar that says which colour is which number, or None for no bar.
    Returns the list of m axes. ValueError where images are not (m, height, width) or titles are not m.
    """
    images = np.asarray(images, float)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images have shape {images.shape}, not (m, height, width) with m >= 1")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"there are {len(titles)} titles for {len(images)} images; give one each")
    columns = len(images) if columns is None else columns
    limit = np.abs(images).max() if limit is None else limit
    rows = -(-len(images) // columns)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    colours = {"cmap": "RdBu_r", "vmin": -limit} if signed else {"cmap": "gray_r", "vmin": 0}
    for k, (ax, image) in enumerate(zip(panels, images)):
        shown = ax.imshow(image, vmax=limit, interpolation="nearest", **colours)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, linewidth=0.4, color="0.6")
        if titles is not None:
            ax.set_title(titles[k], fontsize="small", pad=2)
    for ax in panels[len(images) :]:
        ax.remove()
    axes = list(panels[: len(images)])
    if colorbar is not None:
        figure.colorbar(shown, ax=axes, label=colorbar, shrink=0.8, aspect=25)
    return axes
