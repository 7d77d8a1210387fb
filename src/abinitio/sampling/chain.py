r"""Markov chains: the state that a walk yields, and how many of its states become an array.

A *walk* is a generator that never ends: each `next` is one step of the chain, and yields a `ChainState`. The law it
samples is given by `log_p`, the logarithm of a density in nats up to a constant, minus infinity where there is none.
`log_p` takes positions (..., d) and returns (...), so that one call serves one chain, (d,), or many side by side,
(chains, d), which are independent of each other unless the walk says otherwise.
"""

from itertools import islice
from typing import NamedTuple

import numpy as np


class ChainState(NamedTuple):
    """x : (d,) or (chains, d) positions;  log_p : () or (chains,) log densities there, in nats, up to a constant;
    acceptance : () or (chains,), the probability with which the step that led here accepts its proposal."""

    x: np.ndarray
    log_p: np.ndarray
    acceptance: np.ndarray


def collect(walk, n, skip=0, every=1):
    """The states of n steps of a walk: after `skip` of them, one of each `every`.

    walk : generator of `ChainState`s, advanced by skip + n * every;  n : int >= 1;  skip : int >= 0;  every : int >= 1.
    Returns (samples, acceptance): positions (n, d) or (n, chains, d), time along the first axis, and the mean
    acceptance of the states kept, a number.

    >>> walk = (ChainState(np.array([i]), 0.0, 1.0) for i in range(10))
    >>> collect(walk, 3, skip=1, every=2)
    (array([[2], [4], [6]]), 1.0)
    """
    kept = islice(walk, skip + every - 1, skip + n * every, every)
    first = next(kept)
    samples, acceptance = np.empty((n, *first.x.shape), dtype=first.x.dtype), np.empty((n, *np.shape(first.acceptance)))
    samples[0], acceptance[0] = first.x, first.acceptance
    for i, state in enumerate(kept, 1):
        samples[i], acceptance[i] = state.x, state.acceptance
    return samples, float(acceptance.mean())


def start(x, log_p):
    """The `ChainState` at which a walk begins, the probability of acceptance being 1.

    x : (d,) or (chains, d) positions;  log_p : function of them.
    Raises ValueError where log_p is not finite, since a chain cannot begin where its law has no mass, or where log_p
    does not return one number for each chain.

    >>> start([3.0, 4.0], lambda x: -(x**2).sum(axis=-1)).log_p
    array(-25.)
    """
    x = np.array(x, dtype=float)
    value = np.asarray(log_p(x), dtype=float)
    if value.shape != x.shape[:-1]:
        raise ValueError(
            f"log_p returns shape {value.shape} for positions {x.shape}; it must be {x.shape[:-1]}: sum over axis -1"
        )
    if not np.isfinite(value).all():
        raise ValueError(f"log_p is {value[~np.isfinite(value)].flat[0]} at a start; begin where the density is > 0")
    return ChainState(x, value, np.ones(value.shape))
