r"""Model selection: information criteria, and cross-validation whose splits are drawn with a generator.

The likelihood of the data that chose the parameters flatters: on average by d parameters' worth. Akaike's criterion
estimates the loss on new data, Schwarz's the evidence: $\log p(x) \approx \ell(\hat\theta) - \frac d2 \log n$.
Cross-validation measures it: every sample is predicted by a model that has not seen it. What is chosen by
cross-validation must be judged by samples that the choice has not seen either: a second, outer one.

Oracles: a Gaussian model's exact expected log-likelihood; the evidence; scikit-learn's splits in their counts.
Source: H. Akaike, IEEE Trans. Autom. Control 19 (1974) 716; G. Schwarz, Ann. Stat. 6 (1978) 461; T. Hastie,
R. Tibshirani, J. Friedman, "The Elements of Statistical Learning" (2009), chapter 7.
"""

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone


def akaike_criterion(log_likelihood, d):
    r"""Akaike's criterion, AIC: $2d - 2\ell$. Of several models, the smallest predicts best.

    log_likelihood : $\ell$ of all the data at its maximum, in nats;  d : number of fitted parameters.
    Returns a number: an estimate of $-2$ times the log-likelihood of as many new data.

    >>> akaike_criterion(-10.0, d=2)
    24.0
    """
    return 2 * d - 2 * log_likelihood


def corrected_akaike_criterion(log_likelihood, d, n):
    r"""Akaike's criterion for small samples, AICc: $2d - 2\ell + \frac{2d(d+1)}{n - d - 1}$.

    log_likelihood : $\ell$ of all the data at its maximum, in nats;  d : number of fitted parameters, variance
    included;  n : number of samples, > d + 1.
    Returns a number; exact on average for linear regression with normal errors of unknown variance.

    >>> corrected_akaike_criterion(-10.0, d=2, n=9)
    26.0
    """
    return akaike_criterion(log_likelihood, d) + 2 * d * (d + 1) / (n - d - 1)


def bayesian_criterion(log_likelihood, d, n):
    r"""Schwarz's criterion, BIC: $d \log n - 2\ell$. Of several models, the smallest is the most probable.

    log_likelihood : $\ell$ of all the data at its maximum, in nats;  d : number of fitted parameters;  n : number of
    samples.  Returns a number: $-2$ times the log evidence, but for terms that stay bounded as n grows.

    >>> round(float(bayesian_criterion(-10.0, d=2, n=100)), 6)
    29.21034
    """
    return d * np.log(n) - 2 * log_likelihood


def k_fold_splits(n, k, rng):
    """Splits of n samples into k parts at random: each part is the test set once.

    n : number of samples;  k : number of parts, 2 <= k <= n.
    Yields k pairs (train, test) of integer arrays, sorted. The test sets are disjoint, of sizes that differ by at most
    1, and together hold every sample. ValueError for another k.

    >>> [test.tolist() for train, test in k_fold_splits(4, 2, np.random.default_rng(0))]
    [[0, 2], [1, 3]]
    """
    if not 2 <= k <= n:
        raise ValueError(f"k is {k}; n = {n} samples can be split into 2 to {n} parts")
    parts = np.array_split(rng.permutation(n), k)
    for part in parts:
        in_test = np.isin(np.arange(n), part)
        yield np.flatnonzero(~in_test), np.flatnonzero(in_test)


def repeated_k_fold_splits(n, k, repeats, rng):
    """k-fold splits, drawn anew several times.

    n : number of samples;  k : number of parts, 2 <= k <= n;  repeats : number of partitions.
    Yields repeats * k pairs (train, test). The partitions share their samples: the scatter between them says nothing
    about other samples.

    >>> len(list(repeated_k_fold_splits(10, 5, repeats=3, rng=np.random.default_rng(0))))
    15
    """
    for _ in range(repeats):
        yield from k_fold_splits(n, k, rng)


def held_out_predictions(X, y, alpha, parts):
    r"""What ridge regression says about each sample after it was fitted, from scratch, to the other parts.

    X : (n, d), no feature constant on what is left without a part;  y : (n,);  alpha : >= 0, the penalty
    $\alpha |w|^2$ beside the sum of the squares;  parts : (n,) integers: which part each sample is in; two or more.
    Features are standardised (with 1/n) and, like y, centred. Whatever is computed from data, these means and
    deviations too, is computed without the part that is predicted.
    Returns (n,), in the unit of y.

    >>> X, y = np.array([[0.0], [2.0], [1.0], [3.0]]), np.array([0.0, 4.0, 2.0, 6.0])
    >>> held_out_predictions(X, y, alpha=0.0, parts=np.array([0, 0, 1, 1])).round(6) + 0
    array([0., 4., 2., 6.])
    """
    y_pred = np.empty(len(y))
    for part in np.unique(parts):
        test = parts == part
        train = ~test
        centre, scale, mean = X[train].mean(axis=0), X[train].std(axis=0), y[train].mean()
        Z = (X[train] - centre) / scale
        w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y[train] - mean))
        y_pred[test] = mean + (X[test] - centre) / scale @ w
    return y_pred


def cross_validated_losses(models, X, y, splits, loss, jobs=None):
    """What each of several models loses on each test set of a cross-validation.

    models : estimators with fit and predict, which are copied and not changed;  X : (n, d);  y : (n,);
    splits : pairs (train, test) of integer arrays, the same for every model;
    loss : callable, (y (m,), y_pred (m,)) -> number, a mean over the samples;  jobs : fits at a time, by joblib.
    Returns (number of models, number of splits).

    >>> from abinitio.linear_model import Ridge
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 2.0, 3.0])
    >>> halves = [(np.array([0, 1]), np.array([2, 3]))]
    >>> squares = lambda y, y_pred: np.mean((y - y_pred) ** 2)
    >>> cross_validated_losses([Ridge(0.0), Ridge(0.5)], X, y, halves, squares).round(6)
    array([[0.    ],
           [1.0625]])
    """
    splits = list(splits)
    fitted_loss = lambda model, train, test: loss(y[test], clone(model).fit(X[train], y[train]).predict(X[test]))
    losses = Parallel(n_jobs=jobs)(delayed(fitted_loss)(model, *split) for model in models for split in splits)
    return np.reshape(losses, (len(models), len(splits)))


def one_standard_error_choice(losses):
    """The simplest model whose cross-validated loss is within one standard error of the least.

    losses : (m, k) of m models, simplest first, on k test sets.
    Returns the index of the model. The standard error is that of the best model's mean over its k test sets.

    >>> one_standard_error_choice(np.array([[5.0, 5.0], [2.2, 2.4], [1.0, 3.0]]))  # 2.3 <= 2 + 1
    1
    """
    means = losses.mean(axis=1)
    best = means.argmin()
    error = losses[best].std(ddof=1) / np.sqrt(losses.shape[1])
    return int(np.flatnonzero(means <= means[best] + error)[0])


def nested_cross_validation(models, X, y, loss, outer, inner, rng):
    """The loss on samples that neither trained the model nor chose it: the loss of the whole procedure.

    models : estimators with fit and predict, to choose from;  X : (n, d);  y : (n,);  loss : callable, (y, y_pred) ->
    number, a mean over the samples;  outer : number of outer parts;  inner : of inner ones, in which the model of least
    mean loss is chosen, and then trained on all but the outer test set.
    Returns (losses (outer,), choices (outer,)): on each outer test set, and the index of the model chosen for it.

    >>> from abinitio.linear_model import Ridge
    >>> x = np.arange(12.0)
    >>> squares, rng = lambda y, y_pred: np.mean((y - y_pred) ** 2), np.random.default_rng(0)
    >>> losses, choices = nested_cross_validation([Ridge(50.0), Ridge(0.0)], x[:, None], x, squares, 3, 2, rng)
    >>> losses.round(6), choices
    (array([0., 0., 0.]), array([1, 1, 1]))
    """
    losses, choices = np.empty(outer), np.empty(outer, dtype=int)
    for i, (train, test) in enumerate(k_fold_splits(len(y), outer, rng)):
        splits = k_fold_splits(len(train), inner, rng)
        choices[i] = cross_validated_losses(models, X[train], y[train], splits, loss).mean(axis=1).argmin()
        model = clone(models[choices[i]]).fit(X[train], y[train])
        losses[i] = loss(y[test], model.predict(X[test]))
    return losses, choices
