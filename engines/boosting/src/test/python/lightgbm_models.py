"""Trains small LightGBM models of every kind and writes them with what they predict.

Arguments: directory, seed. For each case: NAME.txt, the model; NAME.x, NAME.raw, NAME.predict,
NAME.contrib, little-endian doubles; NAME.leaf, doubles too; and one line in cases.json.
"""

import json
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd

FEATURES = 8
ROWS = 1200
CHECKED = 2000

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(int(sys.argv[2]))
cases = []


def matrix(rows, missing=0.0, zeros=0.0, infinities=0.0, categories=False):
    x = random.normal(size=(rows, FEATURES)) * 3
    if categories:
        x[:, 0] = random.integers(0, 40, rows)
        x[:, 1] = random.integers(0, 200, rows)
    x[random.random(x.shape) < zeros] = 0
    x[random.random(x.shape) < missing] = np.nan
    if infinities:
        x[random.random(x.shape) < infinities] = np.inf
        x[random.random(x.shape) < infinities] = -np.inf
        x[random.random(x.shape) < infinities] = 1e-36
        x[random.random(x.shape) < infinities] = -7.5
    return x


def signal(x):
    clean = np.nan_to_num(x, posinf=9, neginf=-9)
    return clean[:, 0] % 5 - 2 + clean[:, 2] * np.sin(clean[:, 3]) + 0.3 * clean[:, 1] % 3


def labels(kind, x):
    s = signal(x) + random.normal(size=len(x)) * 0.3
    if kind == "real":
        return s
    if kind == "positive":
        return np.exp(s / 6)
    if kind == "count":
        return random.poisson(np.exp(np.clip(s / 6, -3, 3))).astype(float)
    if kind == "share":
        return 1 / (1 + np.exp(-s))
    if kind == "two":
        return (s > 0).astype(float)
    if kind == "three":
        return np.digitize(s, [-1.5, 1.5]).astype(float)
    raise ValueError(kind)


def write(name, booster, x, contrib=True):
    text = booster.model_to_string()
    (out / f"{name}.txt").write_text(text)
    again = lgb.Booster(model_str=text)
    again.params["num_threads"] = 1
    save(name, "x", x)
    save(name, "raw", again.predict(x, raw_score=True))
    save(name, "predict", again.predict(x))
    save(name, "leaf", again.predict(x, pred_leaf=True))
    if contrib:
        save(name, "contrib", again.predict(x[:200], pred_contrib=True))
    cases.append({"name": name, "rows": len(x), "contrib": contrib})


def save(name, kind, values):
    np.ascontiguousarray(values, dtype="<f8").tofile(out / f"{name}.{kind}")


def case(name, kind, missing=0.0, zeros=0.0, categories=False, rounds=30, group=None, **params):
    x = matrix(ROWS, missing=missing, zeros=zeros, categories=categories)
    y = labels(kind, x)
    settings = {
        "verbose": -1, "num_threads": 1, "num_leaves": 15, "min_data_in_leaf": 5, "seed": 7,
        "max_bin": 63, "deterministic": True, **params,
    }
    data = lgb.Dataset(x, y, group=group, categorical_feature=[0, 1] if categories else "auto")
    booster = lgb.train(settings, data, rounds)
    checked = matrix(CHECKED, missing=0.05, zeros=0.1, infinities=0.02, categories=categories)
    checked[: CHECKED // 2] = matrix(CHECKED // 2, categories=categories)
    write(name, booster, checked, contrib=not params.get("linear_tree", False))


case("regression", "real")
case("regression_sqrt", "real", reg_sqrt=True)
case("regression_l1", "real", objective="regression_l1")
case("huber", "real", objective="huber")
case("fair", "real", objective="fair")
case("quantile", "real", objective="quantile", alpha=0.3)
case("mape", "positive", objective="mape")
case("poisson", "count", objective="poisson")
case("gamma", "positive", objective="gamma")
case("tweedie", "positive", objective="tweedie")
case("binary", "two", objective="binary", missing=0.1)
case("binary_sigmoid", "two", objective="binary", sigmoid=1.7)
case("cross_entropy", "share", objective="cross_entropy")
case("cross_entropy_lambda", "share", objective="cross_entropy_lambda")
case("multiclass", "three", objective="multiclass", num_class=3, missing=0.1)
case("multiclassova", "three", objective="multiclassova", num_class=3, sigmoid=0.8)
case("lambdarank", "three", objective="lambdarank", group=[20] * (ROWS // 20))
case("rank_xendcg", "three", objective="rank_xendcg", group=[20] * (ROWS // 20))
case("missing_nan", "real", missing=0.2)
case("missing_zero", "real", missing=0.1, zeros=0.2, zero_as_missing=True)
case("missing_none", "real", missing=0.1, zeros=0.2, use_missing=False)
case("categories", "real", categories=True, missing=0.05, min_data_per_group=5, cat_smooth=1)
case("categories_one_hot", "two", objective="binary", categories=True, max_cat_to_onehot=300)
case("linear", "real", linear_tree=True, missing=0.1)
case("linear_binary", "two", objective="binary", linear_tree=True, categories=True)
case("dart", "two", objective="binary", boosting="dart", drop_rate=0.3)
case("dart_multiclass", "three", objective="multiclass", num_class=3, boosting="dart")
case("forest", "two", objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.6)
case("forest_real", "real", boosting="rf", bagging_freq=1, bagging_fraction=0.6)
case("goss", "real", data_sample_strategy="goss")
case("deep", "real", num_leaves=255, min_data_in_leaf=1, rounds=5)
case("stumps", "two", objective="binary", num_leaves=2, rounds=3)
case("constant", "real", min_data_in_leaf=ROWS, rounds=3)


def custom(predictions, data):
    return predictions - data.get_label(), np.ones_like(predictions)


case("custom", "real", objective=custom)


def frame():
    """A DataFrame with texts, numbers and booleans as categories."""
    columns = pd.DataFrame(
        {
            "size": random.normal(size=ROWS),
            "colour": pd.Categorical(random.choice(["red", "green", "blue", "dark grey"], ROWS)),
            "doors": pd.Categorical(random.choice([2, 3, 5], ROWS)),
            "price paid": random.normal(size=ROWS),
        }
    )
    y = columns["size"] + (columns["colour"] == "red") * 2 - (columns["doors"] == 3) * 1.5
    settings = {"verbose": -1, "num_threads": 1, "num_leaves": 7, "min_data_per_group": 5}
    booster = lgb.train(settings, lgb.Dataset(columns, y), 20)
    (out / "frame.txt").write_text(booster.model_to_string())
    columns["colour"] = columns["colour"].cat.add_categories("pink")
    columns.loc[3, "colour"] = "pink"
    columns.loc[4, "size"] = np.nan
    rows = columns.head(50)
    expected = {
        "size": [None if np.isnan(v) else v for v in rows["size"]],
        "colour": list(rows["colour"]),
        "doors": [int(v) for v in rows["doors"]],
        "price paid": list(rows["price paid"]),
        "predict": list(booster.predict(rows)),
    }
    (out / "frame.json").write_text(json.dumps(expected))


frame()
(out / "cases.json").write_text(json.dumps(cases))
