r"""Entropy of blocks of symbols, and the entropy rate: what a text still tells after all that came before.

The block entropy $H_m$ is that of m symbols in a row; $h_m = H_m - H_{m-1}$ is the entropy of a symbol given the m - 1
before it. It falls with m, for a stationary source to the entropy rate h; for a Markov chain of order r it is h from
m = r + 1 on. From a finite text $H_m$ comes out too low as soon as there are not many times more symbols than
different blocks, and $h_m$ then falls to 0 whatever the source: the estimate is an upper bound only before that.
A model's cross entropy on a text it has not seen is an upper bound (on average) always.

Oracles: Markov chains with known rate; C. E. Shannon's values for English.
Source: C. E. Shannon, Bell Syst. Tech. J. 30 (1951) 50.
"""

import numpy as np

from abinitio.information.entropy_estimators import miller_madow_entropy, plug_in_entropy
from abinitio.information.ngram import count_grams


def block_entropies(codes, K, n, estimate=plug_in_entropy):
    """The entropies (n,) of the blocks of 1 ... n symbols of a text, in nats.

    codes : (N,) integers 0 ... K - 1;  K : size of the alphabet;  n : integer, longest block, 1 <= n <= N;
    estimate : callable, counts (G,) -> entropy in nats, such as `miller_madow_entropy`.

    >>> block_entropies(np.array([0, 1] * 500 + [0]), 2, 2) / np.log(2)  # 01 or 10, equally often
    array([0.99999928, 1.        ])
    """
    return np.array([estimate(level.counts) for level in count_grams(codes, K, n)])


def entropy_rates(codes, K, n, estimate=miller_madow_entropy):
    r"""Conditional entropies (n,) $h_m = H_m - H_{m-1}$ of a symbol given the m - 1 before it, m = 1 ... n, in nats.

    codes : (N,) integers 0 ... K - 1;  K : size of the alphabet;  n : integer, 1 <= n <= N;
    estimate : callable, counts (G,) -> entropy in nats, used for every $H_m$; $H_0 = 0$.

    >>> entropy_rates(np.array([0, 1] * 500 + [0]), 2, 2).round(2) + 0.0
    array([0.69, 0.  ])
    """
    return np.diff(block_entropies(codes, K, n, estimate), prepend=0)
