"""One way to turn ``random_state`` into a NumPy Generator."""

import numpy as np


def as_generator(random_state):
    """Generator from None (fresh entropy), an integer seed, a Generator (returned as it is) or a legacy RandomState.

    >>> as_generator(0).integers(10)
    np.int64(8)
    """
    if isinstance(random_state, np.random.RandomState):  # scikit-learn's checks and older code pass one
        return np.random.default_rng(random_state.randint(2**31, size=4))
    return np.random.default_rng(random_state)
