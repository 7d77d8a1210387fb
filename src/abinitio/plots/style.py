"""One look for every figure: the width of a paper's column, a palette that colour-blind readers can tell apart.

Colours: Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/. Sizes in inches: a column
of a two-column journal is 3.4 wide, a page 7.
"""

COLUMN = 3.4
PAGE = 7.0

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = PALETTE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
CYCLE = (BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, BLACK)  # yellow is left out: it vanishes on white
MARKERS = ("o", "s", "^", "D", "v", "P", "X")  # the second way to tell curves apart, for print without colour

STYLE = {
    "figure.figsize": (COLUMN, 0.75 * COLUMN),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 200,
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.5,
    "legend.fontsize": 7.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "mathtext.fontset": "cm",
    "lines.linewidth": 1.3,
    "lines.markersize": 3.5,
    "errorbar.capsize": 2.0,
    "axes.linewidth": 0.7,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "legend.frameon": False,
    "image.cmap": "cividis",
    "svg.hashsalt": "abinitio",  # the same figure gives the same file
}


def use_style():
    """Give matplotlib this look: for good when called, for a block as ``with use_style():``.

    >>> import matplotlib
    >>> with use_style():
    ...     float(matplotlib.rcParams["figure.figsize"][0])
    3.4
    """
    import matplotlib
    from cycler import cycler

    before = {name: value for name, value in matplotlib.rcParams.copy().items() if name != "backend"}
    matplotlib.rcParams.update(STYLE | {"axes.prop_cycle": cycler(color=CYCLE)})
    return _Restore(before)


class _Restore:
    def __init__(self, before):
        self.before = before

    def __enter__(self):
        return self

    def __exit__(self, *_):
        import matplotlib

        matplotlib.rcParams.update(self.before)
