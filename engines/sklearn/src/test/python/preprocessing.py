"""Scalers, encoders, imputers and kernel maps."""
import sys

import numpy as np
import pandas as pd
from sklearn import kernel_approximation as kernels
from sklearn import preprocessing as pre
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import make_pipeline

from agreement import Cases

SEED = 20
ROWS = 2000
random = np.random.RandomState(SEED)
cases = Cases(sys.argv[1])

fitted = random.normal(3, 5, (300, 5)) * [1, 10, 0.01, 1000, 1]
fitted[:, 4] = 7
asked = random.normal(3, 8, (ROWS, 5)) * [1, 10, 0.01, 1000, 1]
holes = asked.copy()
holes[random.rand(ROWS, 5) < 0.1] = np.nan
fitted_holes = fitted.copy()
fitted_holes[random.rand(300, 5) < 0.1] = np.nan


def scalers():
    for name, scaler in {
        "standard": pre.StandardScaler(),
        "standard without mean": pre.StandardScaler(with_mean=False),
        "standard without deviation": pre.StandardScaler(with_std=False),
        "min and max": pre.MinMaxScaler((-1, 3)),
        "min and max, clipped": pre.MinMaxScaler(clip=True),
        "largest magnitude": pre.MaxAbsScaler(),
        "robust": pre.RobustScaler(),
        "robust, unit variance": pre.RobustScaler(quantile_range=(10, 90), unit_variance=True),
        "robust without centre": pre.RobustScaler(with_centering=False),
        "power": pre.PowerTransformer(),
        "power, as it is": pre.PowerTransformer(standardize=False),
        "quantiles": pre.QuantileTransformer(n_quantiles=50),
        "quantiles, normal": pre.QuantileTransformer(n_quantiles=70, output_distribution="normal"),
    }.items():
        width = 4 if "power" in name else 5
        cases.add(name, scaler.fit(fitted[:, :width]), asked[:, :width])
        cases.add(name + " with holes", scaler.fit(fitted_holes[:, :width]), holes[:, :width])
    ties = np.round(fitted / 3)
    model = pre.QuantileTransformer(n_quantiles=300, output_distribution="normal").fit(ties)
    cases.add("quantiles of ties", model, np.round(asked / 3))
    model = pre.PowerTransformer("box-cox").fit(np.abs(fitted[:, :2]) + 0.1)
    cases.add("box-cox", model, np.abs(asked[:, :2]) + 0.01)
    for norm in ["l1", "l2", "max"]:
        zeros = asked.copy()
        zeros[::7] = 0
        cases.add("norm " + norm, pre.Normalizer(norm).fit(fitted), zeros)
    cases.add("binary", pre.Binarizer(threshold=3.5).fit(fitted), asked)


def expansions():
    for name, model in {
        "polynomials": pre.PolynomialFeatures(3),
        "polynomials, interactions": pre.PolynomialFeatures(3, interaction_only=True, include_bias=False),
        "polynomials of degrees 2 to 4": pre.PolynomialFeatures((2, 4), order="F"),
        "polynomials of degree 0": pre.PolynomialFeatures((0, 0)),
        "polynomials from degree 0 on": pre.PolynomialFeatures((0, 2), include_bias=False),
    }.items():
        cases.add(name, model.fit(fitted), asked)
    narrow = random.rand(200, 3)
    wide = random.rand(ROWS, 3) * 1.6 - 0.3
    wide[0] = narrow.min(axis=0)
    wide[1] = narrow.max(axis=0)
    for extrapolation in ["constant", "linear", "continue", "periodic", "error"]:
        for degree, bias in [(3, True), (2, False), (1, True), (0, True)]:
            if extrapolation != "continue" and degree == 0:
                continue
            model = pre.SplineTransformer(
                n_knots=6, degree=degree, extrapolation=extrapolation, include_bias=bias
            ).fit(narrow)
            x = np.clip(wide, narrow.min(axis=0), narrow.max(axis=0)) if extrapolation == "error" else wide
            cases.add("splines %s %d %s" % (extrapolation, degree, bias), model, x)
    model = pre.SplineTransformer(knots="quantile", sparse_output=True).fit(narrow)
    cases.add("splines, sparse", model, wide)
    for encode in ["onehot", "onehot-dense", "ordinal"]:
        for strategy in ["uniform", "quantile", "kmeans"]:
            model = pre.KBinsDiscretizer(6, encode=encode, strategy=strategy).fit(fitted)
            cases.add("bins %s %s" % (encode, strategy), model, asked)
    model = pre.KBinsDiscretizer([2, 3, 4, 5, 2], encode="ordinal").fit(fitted)
    cases.add("bins of several numbers", model, asked)


words = ["red", "green", "blue", "ümlaut", "", "x" * 40, "None", "nan"]


def colours(rows, unseen=0.0, missing=0.0):
    chosen = random.choice(words, rows, p=[0.3, 0.2, 0.2, 0.1, 0.08, 0.05, 0.04, 0.03]).astype(object)
    chosen[random.rand(rows) < unseen] = "unseen"
    chosen[random.rand(rows) < missing] = np.nan
    return chosen


def table(rows, unseen=0.0, missing=0.0, nones=0.0):
    frame = pd.DataFrame(
        {
            "colour": colours(rows, unseen, missing),
            "size": random.randint(0, 4 + (1 if unseen else 0), rows),
            "ratio": np.round(random.rand(rows) * (1.3 if unseen else 1), 1),
            "truth": random.rand(rows) < 0.3,
            "mark": random.choice(["a", "b"], rows).astype(object),
        }
    )
    frame.loc[random.rand(rows) < missing, "ratio"] = np.nan
    frame.loc[random.rand(rows) < nones, "mark"] = None
    return frame


def encoders():
    known = table(400)
    many = table(ROWS)
    strange = table(ROWS, unseen=0.1)
    for name, options in {
        "one-hot": {},
        "one-hot dense": {"sparse_output": False},
        "one-hot, first dropped": {"drop": "first"},
        "one-hot, binary dropped": {"drop": "if_binary"},
        "one-hot, named dropped": {"drop": ["red", 2, 0.5, True, "a"]},
    }.items():
        cases.add(name, pre.OneHotEncoder(**options).fit(known), many)
    for name, options in {
        "one-hot ignoring unknown": {"handle_unknown": "ignore"},
        "one-hot ignoring unknown, dropped": {"handle_unknown": "ignore", "drop": "first"},
        "one-hot, infrequent": {"handle_unknown": "infrequent_if_exist", "min_frequency": 40},
        "one-hot, infrequent share": {"handle_unknown": "infrequent_if_exist", "min_frequency": 0.12},
        "one-hot, at most": {"handle_unknown": "infrequent_if_exist", "max_categories": 3},
        "one-hot, at most, ignoring": {"handle_unknown": "ignore", "max_categories": 3},
        "one-hot, at most, dropped": {
            "handle_unknown": "infrequent_if_exist",
            "max_categories": 3,
            "drop": "first",
        },
    }.items():
        cases.add(name, pre.OneHotEncoder(**options).fit(known), strange)
    missing = table(400, missing=0.1, nones=0.1)
    asked = table(ROWS, unseen=0.05, missing=0.1, nones=0.1)
    model = pre.OneHotEncoder(handle_unknown="ignore").fit(missing)
    cases.add("one-hot, missing", model, asked)
    model = pre.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=50).fit(missing)
    cases.add("one-hot, missing and infrequent", model, asked)
    model = pre.OneHotEncoder(categories=[["z", "red", "blue"]], handle_unknown="ignore").fit(known[["colour"]])
    cases.add("one-hot, given categories", model, strange[["colour"]])
    numbers = random.randint(0, 6, (300, 2)).astype(float)
    model = pre.OneHotEncoder(handle_unknown="ignore").fit(numbers)
    asked_numbers = random.randint(-1, 8, (ROWS, 2)).astype(float)
    cases.add("one-hot of numbers", model, asked_numbers)
    texts = colours(300).reshape(-1, 1).astype(str)
    model = pre.OneHotEncoder(handle_unknown="ignore").fit(texts)
    cases.add("one-hot of a text array", model, colours(ROWS, 0.1).reshape(-1, 1).astype(str))

    cases.add("ordinal", pre.OrdinalEncoder().fit(known), many)
    for name, options in {
        "ordinal, unknown -1": {"unknown_value": -1},
        "ordinal, unknown nan": {"unknown_value": np.nan},
        "ordinal, missing -2": {"unknown_value": -1, "encoded_missing_value": -2},
        "ordinal, infrequent": {"unknown_value": -1, "min_frequency": 40},
        "ordinal, at most": {"unknown_value": 99, "max_categories": 3, "encoded_missing_value": -5},
    }.items():
        model = pre.OrdinalEncoder(handle_unknown="use_encoded_value", **options)
        cases.add(name, model.fit(missing), asked)
    for kind, y in {
        "continuous": random.normal(size=400),
        "binary": random.choice(["no", "yes"], 400),
        "multiclass": random.choice([3, 5, 9], 400),
    }.items():
        model = pre.TargetEncoder(target_type=kind, random_state=0).fit(missing, y)
        cases.add("target " + kind, model, asked)
        model = pre.TargetEncoder(smooth=3.0, random_state=0).fit(missing[["colour"]], y)
        cases.add("target, one column, " + kind, model, asked[["colour"]])


def labels():
    y = random.choice(["x", "y", "zz"], 200)
    cases.add("labels", pre.LabelEncoder().fit(y), y)
    cases.add("labels as columns", pre.LabelBinarizer().fit(y), y)
    cases.add("labels as columns of -1 and 2", pre.LabelBinarizer(neg_label=-1, pos_label=2).fit(y), y)
    two = y[y != "y"]
    cases.add("two labels as a column", pre.LabelBinarizer().fit(two), two)
    cases.add("labels as sparse columns", pre.LabelBinarizer(sparse_output=True).fit(y), y)
    numbers = random.choice([3, 1, 7], 200)
    cases.add("numbers as columns", pre.LabelBinarizer().fit(numbers), numbers.reshape(-1, 1).ravel()[:, None])
    sets = [["a", "b"], ["b", "c"], ["c", "a"]]
    cases.add("sets of labels", pre.MultiLabelBinarizer().fit(sets), sets)


def imputers():
    empty = fitted_holes.copy()
    empty[:, 2] = np.nan
    for strategy in ["mean", "median", "most_frequent", "constant"]:
        model = SimpleImputer(strategy=strategy).fit(fitted_holes)
        cases.add("imputer " + strategy, model, holes)
        model = SimpleImputer(strategy=strategy, add_indicator=True).fit(empty)
        cases.add("imputer with flags " + strategy, model, holes)
        model = SimpleImputer(strategy=strategy, keep_empty_features=True).fit(empty)
        cases.add("imputer keeping empty " + strategy, model, holes)
    marked = np.where(np.isnan(holes), -1, holes)
    model = SimpleImputer(missing_values=-1).fit(np.where(np.isnan(fitted_holes), -1, fitted_holes))
    cases.add("imputer of -1", model, marked)
    text = table(400, missing=0.2)[["colour", "mark"]]
    asked_text = table(ROWS, missing=0.2)[["colour", "mark"]]
    for name, model in {
        "texts, most frequent": SimpleImputer(strategy="most_frequent"),
        "texts, constant": SimpleImputer(strategy="constant", fill_value="missing"),
        "texts, default": SimpleImputer(strategy="constant", add_indicator=True),
    }.items():
        cases.add(name, model.fit(text), asked_text)
    none = text.where(text.notna(), None)
    model = SimpleImputer(missing_values=None, strategy="constant", fill_value="?").fit(none)
    cases.add("texts with None", model, asked_text.where(asked_text.notna(), None))
    model = SimpleImputer(missing_values="", strategy="most_frequent").fit(text.fillna(""))
    cases.add("texts, empty ones", model, asked_text.fillna(""))
    model = SimpleImputer(missing_values=pd.NA, strategy="constant", fill_value="na").fit(text)
    cases.add("texts with pandas.NA", model, asked_text)
    mixed = table(400, missing=0.2)
    model = SimpleImputer(strategy="most_frequent").fit(mixed)
    cases.add("a mixed table", model, table(ROWS, missing=0.2))
    for features in ["all", "missing-only"]:
        model = MissingIndicator(features=features, error_on_new=False).fit(empty)
        cases.add("flags " + features, model, holes)
    model = make_pipeline(MissingIndicator(sparse=True), pre.MaxAbsScaler()).fit(fitted_holes)
    cases.add("flags, sparse", model, holes)
    varied = random.normal(size=(200, 5))
    asked_varied = random.normal(size=(500, 5))
    varied[random.rand(200, 5) < 0.1] = np.nan
    asked_varied[random.rand(500, 5) < 0.2] = np.nan
    for weights in ["uniform", "distance"]:
        model = KNNImputer(n_neighbors=4, weights=weights).fit(varied)
        cases.add("nearest " + weights, model, asked_varied, tolerance=1e-8)
    no_value = varied.copy()
    no_value[:, 2] = np.nan
    nothing = asked_varied[:100].copy()
    nothing[:20] = np.nan
    cases.add("nearest of nothing", KNNImputer(add_indicator=True).fit(varied), nothing)
    cases.add("nearest with an empty column", KNNImputer(keep_empty_features=True).fit(no_value), asked_varied)
    cases.add("nearest without the empty column", KNNImputer().fit(no_value), asked_varied)
    scaled = fitted_holes[:, :4] / [1, 10, 0.01, 1000]
    asked_scaled = holes[:, :4] / [1, 10, 0.01, 1000]
    scaled[:, 1] = scaled[:, 0] * 0.5 + scaled[:, 1]
    options = {"max_iter": 4, "random_state": 0}
    for name, model in {
        "rounds": IterativeImputer(**options),
        "rounds of least squares": IterativeImputer(LinearRegression(), add_indicator=True, **options),
        "rounds within bounds": IterativeImputer(min_value=-2, max_value=4, imputation_order="roman", **options),
        "rounds with few neighbours": IterativeImputer(n_nearest_features=2, **options),
    }.items():
        cases.add(name, model.fit(scaled), asked_scaled, tolerance=1e-8)


def maps():
    x = random.rand(100, 4)
    asked_x = random.rand(ROWS, 4)
    cases.add("fourier", kernels.RBFSampler(gamma=0.7, n_components=50, random_state=0).fit(x), asked_x)
    cases.add("skewed chi squared", kernels.SkewedChi2Sampler(n_components=30, random_state=0).fit(x), asked_x)
    for steps in [1, 2, 3]:
        cases.add("chi squared %d" % steps, kernels.AdditiveChi2Sampler(sample_steps=steps).fit(x), asked_x)
    for name in ["rbf", "linear", "poly", "sigmoid", "cosine", "laplacian", "chi2"]:
        size = 4 if name in ["linear", "cosine"] else 20
        model = kernels.Nystroem(name, n_components=size, random_state=0).fit(x)
        cases.add("nystroem " + name, model, asked_x, tolerance=1e-8)
    cases.add("nystroem with gamma", kernels.Nystroem(gamma=0.3, n_components=9, random_state=0).fit(x), asked_x, tolerance=1e-8)
    cases.add("centred kernel", pre.KernelCenterer().fit(rbf_kernel(x)), rbf_kernel(asked_x, x))


scalers()
expansions()
encoders()
labels()
imputers()
maps()
cases.close()
