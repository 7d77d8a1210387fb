r"""A time series as a table: the last few values are the features, a later one is the target.

A forecast made at time t may use $s_t, s_{t-1}, \dots$ and nothing that comes after; its target is $s_{t+h}$, a horizon
of h steps ahead. Any regression on such rows is a forecast: a linear one is an autoregression.

Oracle: the definition, entry by entry; a linear recursion, whose coefficients a fit recovers.
Source: G. E. P. Box, G. M. Jenkins, G. C. Reinsel, "Time Series Analysis" (2008), chapter 3 (autoregression).
"""

import numpy as np


def lagged_features(series, lags, horizon):
    r"""For every moment with a full past and a known future: its last values, and the value `horizon` steps later.

    series : (T,) values at equal intervals, in the order of time;  lags : integer >= 1, how many values are known at
    the moment of the forecast, the present one included;  horizon : integer >= 1, how many steps ahead the target is.
    Returns (X, y) for the $n = T - \text{lags} - \text{horizon} + 1$ such moments, earliest first. X : (n, lags), in
    each row the present value first, then the one before it, and so on;  y : (n,). None are returned, of shapes
    (0, lags) and (0,), where the series is too short.

    >>> X, y = lagged_features(np.array([1, 2, 4, 8, 16]), lags=2, horizon=1)
    >>> X
    array([[2, 1],
           [4, 2],
           [8, 4]])
    >>> y
    array([ 4,  8, 16])
    """
    present = np.arange(lags - 1, len(series) - horizon)
    return series[present[:, None] - np.arange(lags)], series[present + horizon]
