"""XGBoost's estimators as pickles hold them, without XGBoost: classes of the right names around
models of stumps, which answer as its Python package does."""
import json
import os
import sys
import types

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler

sys.path.insert(0, os.path.dirname(__file__))
from agreement import Cases

random = np.random.RandomState(11)
f4 = np.float32


class Booster:
    """A model of stumps; its handle is bytes as `XGBoosterSerializeToBuffer` gives them."""

    def __init__(self, objective, base, stumps, classes=0, targets=1, best=None, features=3):
        self.handle = bytearray(json.dumps({"Config": {}, "Model": model(objective, base, stumps, classes, targets, best, features)}).encode())
        self.feature_names = None

    def predict(self, x, margin=False, best=False):
        learner = json.loads(self.handle)["Model"]["learner"]
        objective = learner["objective"]["name"]
        body = learner["gradient_booster"]["model"]
        base = f4(learner["learner_model_param"]["base_score"])
        if "logistic" in objective:
            base = f4(-np.log(f4(1 / base - 1)))
        if objective == "count:poisson":
            base = np.log(base)
        width = max(int(learner["learner_model_param"]["num_class"]), int(learner["learner_model_param"]["num_target"]), 1)
        sums = np.full((len(x), width), base, f4)
        trees = body["trees"]
        if best and "best_iteration" in learner["attributes"]:
            trees = trees[: body["iteration_indptr"][int(learner["attributes"]["best_iteration"]) + 1]]
        for tree, group in zip(trees, body["tree_info"]):
            column = x[:, tree["split_indices"][0]].astype(f4)
            left = np.where(np.isnan(column), tree["default_left"][0] == 1, column < f4(tree["split_conditions"][0]))
            sums[:, group] += np.where(left, f4(tree["split_conditions"][1]), f4(tree["split_conditions"][2]))
        if margin or objective.startswith("reg:squared") or objective.startswith("rank"):
            answer = sums
        elif objective == "multi:softmax":
            return np.argmax(sums, axis=1).astype(f4)
        elif objective == "multi:softprob":
            powers = np.exp(sums - sums.max(axis=1, keepdims=True))
            answer = powers / powers.sum(axis=1, keepdims=True)
        elif "logistic" in objective:
            answer = 1 / (1 + np.exp(-sums))
        else:
            answer = np.exp(sums)
        return answer[:, 0] if answer.shape[1] == 1 else answer


def model(objective, base, stumps, classes, targets, best, features):
    groups = max(classes, targets, 1)
    trees = [
        {
            "id": i,
            "tree_param": {"num_deleted": "0", "num_feature": str(features), "num_nodes": "3", "size_leaf_vector": "1"},
            "left_children": [1, -1, -1],
            "right_children": [2, -1, -1],
            "parents": [2147483647, 0, 0],
            "split_indices": [feature, 0, 0],
            "split_conditions": [float(f4(value)) for value in (threshold, low, high)],
            "split_type": [0, 0, 0],
            "default_left": [left, 0, 0],
            "base_weights": [0, 0, 0],
            "loss_changes": [1, 0, 0],
            "sum_hessian": [2, 1, 1],
            "categories": [],
            "categories_nodes": [],
            "categories_segments": [],
            "categories_sizes": [],
        }
        for i, (feature, threshold, low, high, left) in enumerate(stumps)
    ]
    return {
        "learner": {
            "attributes": {} if best is None else {"best_iteration": str(best)},
            "feature_names": [],
            "feature_types": [],
            "gradient_booster": {
                "name": "gbtree",
                "model": {
                    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(len(trees))},
                    "iteration_indptr": list(range(0, len(trees) + 1, groups)),
                    "tree_info": [i % groups for i in range(len(trees))],
                    "trees": trees,
                },
            },
            "learner_model_param": {
                "base_score": str(base),
                "boost_from_average": "1",
                "num_class": str(classes),
                "num_feature": str(features),
                "num_target": str(targets),
            },
            "objective": {"name": objective},
        },
        "version": [3, 0, 4],
    }


class XGBModel(BaseEstimator):
    fit = None  # they are born fitted

    def __init__(self, booster=None, **rest):
        self._Booster = booster
        self.__dict__.update({"n_estimators": 100, "missing": np.nan, "objective": "", **rest})

    def __repr__(self):
        return type(self).__name__

    def __sklearn_is_fitted__(self):
        return True

    def raw(self, x, margin=False):
        x = np.where(x == self.missing, np.nan, x)
        return self._Booster.predict(x, margin, best=True)

    def predict(self, x):
        return self.raw(x)


class XGBClassifier(ClassifierMixin, XGBModel):
    def predict(self, x):
        shares = self.raw(x)
        if shares.ndim > 1 and self.n_classes_ != 2:
            found = np.argmax(shares, axis=1)
        elif shares.ndim > 1:
            return (shares > 0.5).astype(float)
        elif self.objective == "multi:softmax":
            return shares.astype(np.int32)
        else:
            found = (shares > 0.5).astype(np.int64)
        return self._le.inverse_transform(found) if hasattr(self, "_le") else found

    def predict_proba(self, x):
        if self.objective == "multi:softmax":
            margins = self.raw(x, margin=True)
            powers = np.exp(margins - margins.max(axis=1, keepdims=True))
            return powers / powers.sum(axis=1, keepdims=True)
        shares = self.raw(x)
        return shares if shares.ndim > 1 else np.vstack((f4(1) - shares, shares)).T


class XGBRegressor(XGBModel):
    pass


class XGBRanker(XGBModel):
    pass


class XGBRFClassifier(XGBClassifier):
    pass


class XGBRFRegressor(XGBRegressor):
    pass


class XGBoostLabelEncoder(LabelEncoder):
    pass


def placed(module, *classes):
    made = types.ModuleType(module)
    sys.modules[module] = made
    for each in classes:
        each.__module__ = module
        setattr(made, each.__name__, each)


placed("xgboost")
placed("xgboost.core", Booster)
placed("xgboost.sklearn", XGBModel, XGBClassifier, XGBRegressor, XGBRanker, XGBRFClassifier, XGBRFRegressor)
placed("xgboost.compat", XGBoostLabelEncoder)


def stumps(count):
    return [(random.randint(3), random.normal(), random.normal(), random.normal(), random.randint(2)) for _ in range(count)]


rows = random.normal(size=(500, 3))
rows[random.uniform(size=rows.shape) < 0.1] = np.nan
zeros = np.where(np.isnan(rows), 0, rows)
cases = Cases(sys.argv[1])
SINGLE = 1e-5
for how in ("joblib", 0, 2, 4, 5):
    two = XGBClassifier(Booster("binary:logistic", 0.4, stumps(9)), n_classes_=2, objective="binary:logistic")
    cases.add(f"two classes {how}", two, rows, how=how, tolerance=SINGLE)
three = XGBClassifier(Booster("multi:softprob", 0.5, stumps(12), classes=3), n_classes_=3, objective="multi:softprob")
cases.add("three classes", three, rows, tolerance=SINGLE)
greatest = XGBClassifier(Booster("multi:softmax", 0.5, stumps(12), classes=3), n_classes_=3, objective="multi:softmax")
cases.add("softmax", greatest, rows, tolerance=SINGLE)
encoder = XGBoostLabelEncoder().fit(["no", "yes"])
encoded = XGBClassifier(Booster("binary:logistic", 0.5, stumps(5)), n_classes_=2, classes_=np.array(["no", "yes"]), _le=encoder)
cases.add("encoded labels", encoded, rows, tolerance=SINGLE)
labels = XGBClassifier(Booster("binary:logistic", 0.5, stumps(8), targets=2), n_classes_=2)
cases.add("many labels", labels, rows, tolerance=SINGLE)
forest = XGBRFClassifier(Booster("binary:logistic", 0.5, stumps(5)), n_classes_=2)
cases.add("forest of classes", forest, rows, tolerance=SINGLE)
for objective in ("reg:squarederror", "count:poisson"):
    cases.add(objective, XGBRegressor(Booster(objective, 1 if "poisson" in objective else 0.5, stumps(7))), rows, tolerance=SINGLE)
cases.add("forest", XGBRFRegressor(Booster("reg:squarederror", 0, stumps(7))), rows, tolerance=SINGLE)
cases.add("ranks", XGBRanker(Booster("rank:ndcg", 0.5, stumps(7))), rows, tolerance=SINGLE)
cases.add("outputs", XGBRegressor(Booster("reg:squarederror", 0.5, stumps(8), targets=2)), rows, tolerance=SINGLE)
stopped = XGBRegressor(Booster("reg:squarederror", 0.5, stumps(9), best=3))
cases.add("stopped early", stopped, rows, tolerance=SINGLE)
cases.add("booster alone takes all rounds", stopped._Booster, rows, ["predict"], tolerance=SINGLE)
cases.add("zero is missing", XGBRegressor(Booster("reg:squarederror", 0.5, stumps(9)), missing=0.0), zeros, tolerance=SINGLE)
scaler = StandardScaler().fit(np.nan_to_num(rows))
pipeline = make_pipeline(StandardScaler(), two)
pipeline.steps[0] = ("standardscaler", scaler)
cases.add("last of a pipeline", pipeline, rows, ["predict", "predict_proba"], tolerance=SINGLE)
voting = VotingClassifier([("a", two), ("b", forest)], voting="soft")
voting.estimators_, voting.le_, voting.classes_ = [two, forest], LabelEncoder().fit([0, 1]), np.array([0, 1])
cases.add("voting", voting, rows, ["predict", "predict_proba"], tolerance=SINGLE)
cases.close()
