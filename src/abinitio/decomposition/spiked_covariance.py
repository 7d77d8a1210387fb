r"""When can a principal component be seen at all? One direction of variance in noise: a phase transition.

Population covariance $\sigma^2 (1 + (\ell - 1)\, u u^\top)$ with one direction u of variance $\ell \sigma^2$;
n samples, d features, both large, $r = d/n$. Up to $\ell = 1 + \sqrt r$ the largest sample variance sits at the edge of
the noise and the component says nothing of u; above, it leaves the edge, and the component tilts towards u:
$\lambda = \ell\,\big(1 + \tfrac{r}{\ell - 1}\big)$,
$\cos^2 \theta = \big(1 - \tfrac{r}{(\ell - 1)^2}\big) / \big(1 + \tfrac{r}{\ell - 1}\big)$.

Oracle: random samples. Sources: J. Baik, G. Ben Arous, S. Péché, Ann. Probab. 33 (2005) 1643; D. Paul, Statist. Sinica
17 (2007) 1617.
"""

import numpy as np


def spiked_variance(spike, ratio):
    r"""The largest eigenvalue of the sample covariance, for large n and d, in units of the noise variance.

    spike : array $\ell$ >= 1, the largest variance of the population in the same unit (the others are 1);
    ratio : r = d/n > 0.  Returns an array: the edge $(1 + \sqrt r)^2$ up to $\ell = 1 + \sqrt r$, then more.

    >>> spiked_variance(np.array([1.2, 1.5, 3.0]), ratio=0.25)
    array([2.25 , 2.25 , 3.375])
    """
    spike = np.maximum(spike, 1 + np.sqrt(ratio))
    return spike * (1 + ratio / (spike - 1))


def spiked_overlap(spike, ratio):
    r"""$\cos^2$ of the angle between the first principal component and the true direction, for large n and d.

    spike : array $\ell$ >= 1, the largest variance of the population in units of the noise's;  ratio : r = d/n > 0.
    Returns an array from 0 (up to $\ell = 1 + \sqrt r$) towards 1.

    >>> spiked_overlap(np.array([1.2, 1.5, 3.0]), ratio=0.25).round(4)
    array([0.    , 0.    , 0.8333])
    """
    excess = np.maximum(spike, 1 + np.sqrt(ratio)) - 1
    return (1 - ratio / excess**2) / (1 + ratio / excess)
