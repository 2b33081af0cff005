"""Trees, forests and boosting, with a few thousand rows of answers each."""
import os
import sys

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

sys.path.insert(0, os.path.dirname(__file__))
from agreement import Cases

EXACT = 0
cases = Cases(sys.argv[1])
random = np.random.RandomState(7)

iris = load_iris()
cancer = load_breast_cancer()
digits = load_digits()
diabetes = load_diabetes()


def around(x, rows=2000):
    """Rows near those of x, and a few far away."""
    near = x[random.randint(len(x), size=rows)] + random.normal(size=(rows, x.shape[1])) * x.std(0) * 0.3
    near[: rows // 20] *= 100
    return near


def holes(x, share=0.1):
    x = x.copy()
    x[random.uniform(size=x.shape) < share] = np.nan
    return x


names = iris.target_names[iris.target]
several = np.c_[iris.target, iris.target % 2, (iris.data[:, 0] > 5.5) * 7]
outputs = np.c_[diabetes.target, diabetes.target**0.5, -diabetes.target]
iris_rows, cancer_rows, digits_rows, diabetes_rows = map(
    around, (iris.data, cancer.data, digits.data, diabetes.data)
)

# single trees
for kind in (DecisionTreeClassifier, ExtraTreeClassifier):
    for criterion in ("gini", "entropy"):
        model = kind(criterion=criterion, random_state=0).fit(cancer.data, cancer.target)
        cases.add(f"{kind.__name__} {criterion}", model, cancer_rows, tolerance=EXACT)
    model = kind(max_depth=4, random_state=0).fit(iris.data, names)
    cases.add(f"{kind.__name__} of names", model, iris_rows, tolerance=EXACT, how="zlib")
    model = kind(max_depth=4, random_state=0).fit(iris.data, several)
    cases.add(f"{kind.__name__} of outputs", model, iris_rows, tolerance=EXACT, how=2)
    model = kind(max_depth=4, class_weight="balanced", random_state=0).fit(iris.data, iris.target > 0)
    cases.add(f"{kind.__name__} of truths", model, iris_rows, tolerance=EXACT, how=4)
for kind in (DecisionTreeRegressor, ExtraTreeRegressor):
    for criterion in ("squared_error", "friedman_mse", "poisson"):
        model = kind(criterion=criterion, min_samples_leaf=3, random_state=0).fit(diabetes.data, diabetes.target)
        cases.add(f"{kind.__name__} {criterion}", model, diabetes_rows, tolerance=EXACT)
    model = kind(max_depth=6, random_state=0).fit(diabetes.data, outputs)
    cases.add(f"{kind.__name__} of outputs", model, diabetes_rows, tolerance=EXACT)
model = DecisionTreeClassifier(random_state=0).fit(iris.data, np.ones(150, int))
cases.add("one class", model, iris_rows[:20], tolerance=EXACT)
model = DecisionTreeClassifier(random_state=0, max_leaf_nodes=9, ccp_alpha=0.005).fit(digits.data, digits.target)
cases.add("best first, pruned", model, digits_rows, tolerance=EXACT)
model = DecisionTreeClassifier(random_state=0, monotonic_cst=[0] * 29 + [1]).fit(cancer.data, cancer.target)
cases.add("monotonic", model, cancer_rows, tolerance=EXACT)
model = DecisionTreeClassifier(random_state=0).fit(holes(cancer.data), cancer.target)
cases.add("tree with missing values", model, holes(cancer_rows), tolerance=EXACT)
model = DecisionTreeRegressor(random_state=0).fit(diabetes.data, diabetes.target)
cases.add("tree that saw no missing values", model, holes(diabetes_rows), tolerance=EXACT)
model = DecisionTreeRegressor(random_state=0).fit(holes(diabetes.data), diabetes.target)
cases.add("regression tree with missing values", model, holes(diabetes_rows), tolerance=EXACT)

# forests
model = RandomForestClassifier(100, random_state=0).fit(digits.data, digits.target)
cases.add("forest of digits", model, digits_rows, tolerance=EXACT)
model = RandomForestClassifier(37, random_state=0).fit(iris.data, names)
cases.add("forest of names", model, iris_rows, tolerance=EXACT, how="zlib")
model = RandomForestClassifier(11, class_weight="balanced_subsample", random_state=0).fit(cancer.data, cancer.target)
cases.add("weighted forest", model, cancer_rows, tolerance=EXACT)
model = RandomForestClassifier(10, max_depth=5, random_state=0).fit(iris.data, several)
cases.add("forest of outputs", model, iris_rows, tolerance=EXACT)
model = RandomForestClassifier(10, random_state=0).fit(holes(cancer.data), cancer.target)
cases.add("forest with missing values", model, holes(cancer_rows), tolerance=EXACT)
model = ExtraTreesClassifier(50, bootstrap=True, random_state=0).fit(cancer.data, cancer.target * 2.0)
cases.add("extra trees of floats", model, cancer_rows, tolerance=EXACT)
model = RandomForestRegressor(100, random_state=0).fit(diabetes.data, diabetes.target)
cases.add("regression forest", model, diabetes_rows, tolerance=EXACT)
model = RandomForestRegressor(9, max_depth=7, random_state=0).fit(diabetes.data, outputs)
cases.add("regression forest of outputs", model, diabetes_rows, tolerance=EXACT)
model = RandomForestRegressor(9, random_state=0).fit(holes(diabetes.data), diabetes.target)
cases.add("regression forest with missing values", model, holes(diabetes_rows), tolerance=EXACT)
model = ExtraTreesRegressor(20, criterion="absolute_error", max_depth=4, random_state=0)
cases.add("extra regression trees", model.fit(diabetes.data, diabetes.target), diabetes_rows, tolerance=EXACT)
frame = pd.DataFrame(iris.data, columns=iris.feature_names)
model = RandomForestClassifier(8, random_state=0).fit(frame, names)
cases.add("forest of a frame", model, pd.DataFrame(iris_rows, columns=iris.feature_names), tolerance=EXACT)
scores = ["predict", "decision_function", "score_samples"]
for rest in ({}, {"max_features": 0.5}, {"contamination": 0.1, "max_samples": 50}, {"max_samples": 2}):
    model = IsolationForest(n_estimators=50, random_state=0, **rest).fit(cancer.data)
    cases.add(f"isolation forest {rest}", model, cancer_rows, scores)

# gradient boosting
for loss in ("log_loss", "exponential"):
    model = GradientBoostingClassifier(loss=loss, n_estimators=60, random_state=0).fit(cancer.data, cancer.target)
    cases.add(f"boosting {loss}", model, cancer_rows)
model = GradientBoostingClassifier(n_estimators=30, subsample=0.7, random_state=0).fit(iris.data, names)
cases.add("boosting of names", model, iris_rows)
model = GradientBoostingClassifier(n_estimators=5, max_depth=4, random_state=0).fit(digits.data, digits.target)
cases.add("boosting of digits", model, digits_rows)
for init in ("zero", DecisionTreeClassifier(max_depth=2), DummyClassifier(strategy="prior")):
    model = GradientBoostingClassifier(init=init, n_estimators=10, random_state=0).fit(cancer.data, cancer.target)
    cases.add(f"boosting from {init}", model, cancer_rows)
    model = GradientBoostingClassifier(init=init, n_estimators=10, random_state=0).fit(iris.data, names)
    cases.add(f"boosting of names from {init}", model, iris_rows)
for loss in ("squared_error", "absolute_error", "huber", "quantile"):
    model = GradientBoostingRegressor(loss=loss, n_estimators=50, random_state=0).fit(diabetes.data, diabetes.target)
    cases.add(f"boosting regression {loss}", model, diabetes_rows, tolerance=EXACT)
for init in ("zero", RandomForestRegressor(3, max_depth=3, random_state=0)):
    model = GradientBoostingRegressor(init=init, n_estimators=10, random_state=0).fit(diabetes.data, diabetes.target)
    cases.add(f"boosting regression from {init}", model, diabetes_rows, tolerance=EXACT)

# histogram gradient boosting
model = HistGradientBoostingClassifier(max_iter=100, random_state=0).fit(cancer.data, cancer.target)
cases.add("histogram boosting", model, cancer_rows)
model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(holes(cancer.data), cancer.target)
cases.add("histogram boosting with missing values", model, holes(cancer_rows))
model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(cancer.data, cancer.target)
cases.add("histogram boosting that saw no missing values", model, holes(cancer_rows))
model = HistGradientBoostingClassifier(max_iter=10, random_state=0).fit(digits.data, digits.target)
cases.add("histogram boosting of digits", model, digits_rows)
infinite = cancer_rows.copy()
infinite[random.uniform(size=infinite.shape) < 0.1] = np.inf
infinite[random.uniform(size=infinite.shape) < 0.1] = -np.inf
cases.add("histogram boosting of infinities", model.fit(cancer.data, cancer.target), infinite)
for loss in ("squared_error", "absolute_error", "poisson", "gamma", "quantile"):
    rest = {"quantile": 0.3} if loss == "quantile" else {}
    model = HistGradientBoostingRegressor(loss=loss, max_iter=30, random_state=0, **rest)
    cases.add(f"histogram regression {loss}", model.fit(diabetes.data, diabetes.target), diabetes_rows)


def mixed(rows):
    """Columns of numbers, small integers, texts and truths; some categories of the last rows are new."""
    frame = pd.DataFrame(
        {
            "number": random.normal(size=rows),
            "city": random.choice(["Bonn", "Kiel", "Ulm", "Jena", "Trier"], size=rows),
            "code": random.randint(0, 60, size=rows),
            "size": random.choice(["S", "M", "L"], size=rows),
            "other": random.normal(size=rows),
        }
    )
    target = (frame.city.isin(["Ulm", "Jena"]) * 2.0 + (frame.code % 7 > 3) + frame.number * (frame["size"] == "M")) + 0.1 * random.normal(size=rows)
    return frame, target


x, y = mixed(1500)
fresh, _ = mixed(2000)
fresh.loc[random.uniform(size=2000) < 0.1, "number"] = np.nan
codes = ["city", "size"]


def coded(frame):
    frame = frame.copy()
    frame["city"] = frame.city.map({"Bonn": 0, "Kiel": 3, "Ulm": 4, "Jena": 17, "Trier": 200})
    frame["size"] = frame["size"].map({"S": 0, "M": 1, "L": 2})
    return frame.to_numpy(dtype=float)


numbers = coded(fresh)
numbers[:300, 1] = random.choice([-1, 5, 254, 260, np.nan, 3.7, -0.5, 1e6], size=300)
for columns in ([1, 2, 3], [1], [False, True, False, True, False]):
    model = HistGradientBoostingRegressor(max_iter=30, categorical_features=columns, random_state=0).fit(coded(x), y)
    cases.add(f"categories by number {columns}", model, numbers)
model = HistGradientBoostingClassifier(max_iter=20, categorical_features=[1, 2], random_state=0)
cases.add("classes from categories", model.fit(coded(x), pd.cut(y, 3, labels=list("abc")).astype(str)), numbers)

named = x.copy()
named[codes] = named[codes].astype("category")
strange = fresh.copy()
strange.loc[:200, "city"] = "Atlantis"
strange.loc[100:400, "size"] = None
asked = strange.copy()
asked[codes] = asked[codes].astype("category")
for model in (
    HistGradientBoostingRegressor(max_iter=30, categorical_features="from_dtype", random_state=0),
    HistGradientBoostingRegressor(max_iter=30, categorical_features=codes + ["code"], random_state=0),
):
    model.fit(named, y)
    asked_as_objects = strange.copy()
    asked_as_objects[codes] = asked_as_objects[codes].astype(object)
    cases.add(f"categories of a frame {model.categorical_features}", model, asked, ["predict"])
cases.close()
