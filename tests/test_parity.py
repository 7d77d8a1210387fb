"""Our estimators are scikit-learn's, where the name is the same: parameters, defaults, fitted attributes, predictions.

So that "now with scikit-learn" is a one-line change of the import. What we leave out is listed here, class by class.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.datasets import load_diabetes
from sklearn.utils import all_estimators

import abinitio

NEIGHBOURS = {"algorithm", "leaf_size", "metric_params", "n_jobs", "effective_metric_params_"}
LEFT_OUT = {  # parameters that choose a solver or save memory, and the attributes that only they make
    "LinearRegression": {"copy_X", "tol", "n_jobs", "positive", "rank_", "singular_"},
    "Ridge": {"copy_X", "max_iter", "tol", "solver", "positive", "random_state", "n_iter_", "solver_"},
    "RidgeCV": {"scoring", "cv", "gcv_mode", "alpha_per_target"},
    "Lasso": {"precompute", "copy_X", "positive", "random_state", "selection"},
    "LassoCV": {"precompute", "copy_X", "verbose", "positive", "random_state", "selection"},
    "LogisticRegression": {"penalty", "dual", "intercept_scaling", "random_state", "solver", "verbose", "n_jobs"},
    "Perceptron": {"penalty", "alpha", "l1_ratio", "verbose", "n_jobs", "early_stopping", "validation_fraction", "t_"},
    "KNeighborsClassifier": NEIGHBOURS | {"outputs_2d_"},
    "KNeighborsRegressor": NEIGHBOURS,
    "ElasticNet": {"precompute", "copy_X", "positive", "random_state", "selection"},
    "GaussianProcessRegressor": {"copy_X_train", "n_targets"},
    "KernelPCA": {"eigen_solver", "tol", "max_iter", "iterated_power", "random_state", "copy_X", "n_jobs"},
    "Nystroem": {"n_jobs"},
    "LinearSVC": {"penalty", "dual", "verbose"},
    "LinearSVR": {"dual", "verbose"},
    "BayesianRidge": {"copy_X", "verbose", "X_scale_"},
    "KMeans": {"verbose", "copy_x", "algorithm"},
    "KernelDensity": {"algorithm", "metric", "atol", "breadth_first", "leaf_size", "metric_params", "tree_"},
    "GaussianMixture": {"warm_start", "verbose", "verbose_interval"},
    "SVC": {"shrinking", "probability", "verbose", "random_state"},
    "SVR": {"shrinking", "verbose"},
    "NuSVC": {"shrinking", "probability", "verbose", "random_state"},
    "NuSVR": {"shrinking", "verbose"},
    "PCA": {
        "copy",
        "svd_solver",
        "tol",
        "iterated_power",
        "n_oversamples",
        "power_iteration_normalizer",
        "random_state",
    },
}
TOLERANCES = {"LinearSVR": 1e-9}  # of scikit-learn's, where its default stops too early to compare predictions
THEIRS = dict(all_estimators())


def our_estimators():
    """Every public estimator of every topic, by name."""
    for topic in pkgutil.iter_modules(abinitio.__path__):
        if topic.name not in ("cli", "course", "data", "homework", "plots", "_core"):
            module = importlib.import_module(f"abinitio.{topic.name}")
            for name in getattr(module, "__all__", []):
                thing = getattr(module, name)
                if inspect.isclass(thing) and issubclass(thing, BaseEstimator):
                    yield name, thing


OURS = {name: ours for name, ours in our_estimators() if name in THEIRS}
same_name = pytest.mark.parametrize("name", sorted(OURS))


def defaults(estimator):
    parameters = list(inspect.signature(estimator.__init__).parameters.values())[1:]
    return {parameter.name: parameter.default for parameter in parameters}


def fitted(model):
    """The public attributes that fit has set."""
    return {name for name in vars(model) if name.endswith("_") and not name.startswith("_")}


@pytest.fixture(scope="module")
def models():
    """name -> (ours, theirs), default parameters, fitted to the diabetes data (classifiers: is y above its median?)."""
    X, y = load_diabetes(return_X_y=True)
    X = X / X.std(axis=0)
    target = {True: (y > np.median(y)).astype(int), False: y}
    return {
        name: tuple(model().fit(X, target[is_classifier(model())]) for model in (ours, THEIRS[name]))
        for name, ours in OURS.items()
    }


def test_the_linear_models_are_compared():
    assert {"LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet"} <= set(OURS)


@same_name
def test_parameters_and_defaults(name):
    ours, theirs = defaults(OURS[name]), defaults(THEIRS[name])
    assert set(ours) <= set(theirs), "a parameter that scikit-learn's class does not have"
    assert set(theirs) - set(ours) <= LEFT_OUT.get(name, set())
    for parameter, default in ours.items():
        assert repr(default) == repr(theirs[parameter]), parameter
    assert [p for p in theirs if p in ours] == list(ours), "same order"


@same_name
def test_what_is_left_out_is_really_absent(name, models):
    ours, theirs = models[name]
    there = set(defaults(OURS[name])) | fitted(ours)
    known = set(defaults(THEIRS[name])) | fitted(theirs)
    assert not LEFT_OUT.get(name, set()) & there
    assert LEFT_OUT.get(name, set()) <= known, "nothing that scikit-learn does not have either"


@same_name
def test_fitted_attributes(name, models):
    ours, theirs = models[name]
    assert fitted(ours) - fitted(theirs) == set()
    assert fitted(theirs) - fitted(ours) <= LEFT_OUT.get(name, set())
    for attribute in fitted(ours):
        assert np.shape(getattr(ours, attribute)) == np.shape(getattr(theirs, attribute)), attribute


@same_name
def test_predictions_with_default_parameters(name, models):
    if is_regressor(OURS[name]()):
        X, y = load_diabetes(return_X_y=True)
        ours, theirs = models[name]
        if name in TOLERANCES:
            theirs = theirs.set_params(tol=TOLERANCES[name], max_iter=10**6).fit(X / X.std(axis=0), y)
        ours, theirs = (model.predict(X / X.std(axis=0)) for model in (ours, theirs))
        assert np.abs(ours - theirs).max() < 2e-3 * y.std()  # iterative solvers stop within their tolerance


@same_name
@pytest.mark.parametrize("method", ["fit", "predict", "score"])
def test_arguments_of_the_methods(name, method):
    if hasattr(THEIRS[name], method):
        ours, theirs = (inspect.signature(getattr(cls, method)).parameters for cls in (OURS[name], THEIRS[name]))
        assert [p for p in theirs if p in ours] == list(ours)
        assert {p for p in theirs if p in ("X", "y", "sample_weight")} <= set(ours)
