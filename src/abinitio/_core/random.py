"""One way to turn ``random_state`` into a NumPy Generator, and random numbers that belong to numbered rows."""

import numpy as np

WORDS = 4  # 64-bit words that Philox makes of one value of its counter


def as_generator(random_state):
    """Generator from None (fresh entropy), an integer seed, a Generator (returned as it is) or a legacy RandomState.

    >>> as_generator(0).integers(10)
    np.int64(8)
    """
    if isinstance(random_state, np.random.RandomState):  # scikit-learn's checks and older code pass one
        return np.random.default_rng(random_state.randint(2**31, size=4))
    return np.random.default_rng(random_state)


def numbered_uniforms(start, stop, k, seed):
    """k uniform numbers in [0, 1) for each of the rows start ... stop - 1, which depend on the row and seed alone.

    start, stop : integers >= 0;  k : numbers a row;  seed : integer.
    Returns (stop - start, k), by Philox's cipher of a counter: the same whichever rows are asked for together.

    >>> bool((numbered_uniforms(0, 9, 3, seed=1)[4:7] == numbered_uniforms(4, 7, 3, seed=1)).all())
    True
    """
    steps = -(-k // WORDS)  # values of the counter that belong to one row
    bits = np.random.Philox(key=seed).advance(start * steps).random_raw((stop - start) * steps * WORDS)
    return ((bits >> np.uint64(11)) * 2.0**-53).reshape(stop - start, -1)[:, :k]
