"""Estimators made of other estimators: ensembles, one-vs-rest and the like, calibration, searches."""
import os
import sys

import numpy as np
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron, Ridge
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor, RegressorChain
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

sys.path.insert(0, os.path.dirname(__file__))
from agreement import Cases

EXACT = 0
cases = Cases(sys.argv[1])
random = np.random.RandomState(11)
modern = tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 8)
iris, cancer, digits, diabetes = load_iris(), load_breast_cancer(), load_digits(), load_diabetes()
names = iris.target_names[iris.target]


def around(x, rows=2000):
    return x[random.randint(len(x), size=rows)] + random.normal(size=(rows, x.shape[1])) * x.std(0) * 0.3


iris_rows, cancer_rows, digits_rows, diabetes_rows = map(
    around, (iris.data, cancer.data, digits.data, diabetes.data)
)
scaled = cancer.data / cancer.data.std(0)
scaled_rows = cancer_rows / cancer.data.std(0)


def tree(depth=3, **rest):
    return DecisionTreeClassifier(max_depth=depth, random_state=0, **rest)


def fit(model, data=iris, target=None):
    x = scaled if data is cancer else data.data
    return model.fit(x, data.target if target is None else target)


# boosting by weights
cases.add("AdaBoost", fit(AdaBoostClassifier(n_estimators=40, random_state=0), cancer), scaled_rows)
cases.add("AdaBoost of names", fit(AdaBoostClassifier(tree(2), n_estimators=20), target=names), iris_rows)
cases.add("AdaBoost of one class", fit(AdaBoostClassifier(tree(2)), target=np.zeros(150, int)), iris_rows[:9], ["predict", "predict_proba"])
for loss in ("linear", "square", "exponential"):
    model = AdaBoostRegressor(n_estimators=30, loss=loss, random_state=0)
    cases.add(f"AdaBoost regression {loss}", fit(model, diabetes), diabetes_rows, tolerance=EXACT)

# bagging
cases.add("bagging", fit(BaggingClassifier(n_estimators=15, random_state=0), target=names), iris_rows, tolerance=EXACT)
model = BaggingClassifier(tree(5), max_features=0.3, max_samples=0.05, n_estimators=12, random_state=0)
cases.add("bagging of digits that miss classes", fit(model, digits), digits_rows, tolerance=EXACT)
model = BaggingClassifier(LogisticRegression(max_iter=200), max_features=0.5, bootstrap_features=True, random_state=0)
cases.add("bagging with decisions", fit(model, target=names), iris_rows)
model = BaggingClassifier(Perceptron(), n_estimators=7, random_state=0)
cases.add("bagging by votes", fit(model, target=names), iris_rows)
model = BaggingRegressor(n_estimators=15, max_features=4, random_state=0)
cases.add("bagging regression", fit(model, diabetes), diabetes_rows, tolerance=EXACT)
model = BaggingRegressor(n_estimators=5, random_state=0)
cases.add("bagging of outputs", fit(model, diabetes, np.c_[diabetes.target, -diabetes.target]), diabetes_rows, tolerance=EXACT)

# voting
members = [
    ("a", tree()),
    ("b", RandomForestClassifier(7, max_depth=3, random_state=0)),
    ("c", LogisticRegression(max_iter=500)),
]
for voting in ("hard", "soft"):
    for weights in (None, [1, 0.5, 2]):
        model = VotingClassifier(members, voting=voting, weights=weights)
        cases.add(f"voting {voting} {weights}", fit(model, target=names), iris_rows)
model = VotingClassifier(members, voting="soft", weights=[1, 2, 3]).set_params(b="drop")
cases.add("voting without one", fit(model), iris_rows)
model = VotingClassifier(members, voting="soft", flatten_transform=False)
cases.add("voting not flattened", fit(model), iris_rows, ["predict", "predict_proba"])
regressors = [("a", DecisionTreeRegressor(max_depth=4)), ("b", RandomForestRegressor(5)), ("c", Ridge())]
for weights in (None, [3, 1, 0.2]):
    cases.add(f"voting regression {weights}", fit(VotingRegressor(regressors, weights=weights), diabetes), diabetes_rows)

# stacking
for rest in ({}, {"passthrough": True}, {"stack_method": "predict"}, {"final_estimator": tree()}):
    model = StackingClassifier(members + [("d", Perceptron())], cv=3, **rest)
    cases.add(f"stacking {rest}", fit(model, target=None if "stack_method" in rest else names), iris_rows)
    cases.add(f"stacking of two classes {rest}", fit(StackingClassifier(members, cv=3, **rest), cancer), scaled_rows)
fitted = [(name, fit(member)) for name, member in members]
cases.add("stacking of fitted ones", fit(StackingClassifier(fitted, cv="prefit")), iris_rows)
several = np.c_[iris.target > 0, iris.target % 2].astype(int)
model = StackingClassifier([("a", RandomForestClassifier(5)), ("b", tree())], final_estimator=tree(), cv=3)
cases.add("stacking of outputs", fit(model, target=several), iris_rows, ["predict", "transform"])
for rest in ({}, {"passthrough": True, "final_estimator": RandomForestRegressor(5)}):
    cases.add(f"stacking regression {rest}", fit(StackingRegressor(regressors, cv=3, **rest), diabetes), diabetes_rows)

# several classes and outputs
for kind in (OneVsRestClassifier, OneVsOneClassifier, OutputCodeClassifier):
    for member in (LogisticRegression(max_iter=500), tree(), RandomForestRegressor(5, random_state=0)):
        if kind is not OneVsRestClassifier and member.__class__ is RandomForestRegressor:
            continue
        rest = {"random_state": 3} if kind is OutputCodeClassifier else {}
        cases.add(f"{kind.__name__} {member.__class__.__name__}", fit(kind(member, **rest), target=names), iris_rows)
        cases.add(f"{kind.__name__} {member.__class__.__name__} of two", fit(kind(member, **rest), cancer), scaled_rows)
cases.add("one-vs-rest of labels", fit(OneVsRestClassifier(LogisticRegression(max_iter=500)), target=several), iris_rows)
always = np.c_[several, np.ones(150, int), np.zeros(150, int)]
cases.add("one-vs-rest of constant labels", fit(OneVsRestClassifier(tree()), target=always), iris_rows)
cases.add("outputs", fit(MultiOutputClassifier(LogisticRegression(max_iter=500)), target=several), iris_rows)
mixed = np.c_[names, np.where(several[:, 1] > 0, "odd", "even")]
cases.add("outputs of names", fit(MultiOutputClassifier(tree()), target=mixed), iris_rows)
cases.add("outputs without probabilities", fit(MultiOutputClassifier(Perceptron()), target=several), iris_rows)
numbers = np.c_[diabetes.target, diabetes.target**0.5, -diabetes.target]
cases.add("regression of outputs", fit(MultiOutputRegressor(DecisionTreeRegressor(max_depth=4)), diabetes, numbers), diabetes_rows, tolerance=EXACT)
labels = np.c_[several, iris.target == 1].astype(int)
for rest in ({}, {"order": [2, 0, 1]}, {"order": "random", "random_state": 1, "cv": 3}):
    cases.add(f"chain {rest}", fit(ClassifierChain(LogisticRegression(max_iter=500), **rest), target=labels), iris_rows)
    cases.add(f"regression chain {rest}", fit(RegressorChain(Ridge(), **rest), diabetes, numbers), diabetes_rows)
model = ClassifierChain(LogisticRegression(max_iter=500), chain_method="predict_proba")
cases.add("chain of probabilities", fit(model, target=labels), iris_rows)

# calibration
methods = ["sigmoid", "isotonic"] + (["temperature"] if modern else [])
for method in methods:
    for rest in ({}, {"ensemble": False}):
        for member in (tree(), LogisticRegression(max_iter=500), RandomForestClassifier(5, random_state=0), Perceptron()):
            model = CalibratedClassifierCV(member, method=method, cv=3, **rest)
            title = f"calibrated {method} {rest} {member.__class__.__name__}"
            cases.add(title, fit(model, target=names), iris_rows)
            cases.add(title + " of two", fit(model, cancer), scaled_rows)
frozen = FrozenEstimator(fit(LogisticRegression(max_iter=500)))
cases.add("frozen", frozen, iris_rows)
cases.add("calibrated frozen", fit(CalibratedClassifierCV(frozen)), iris_rows)
model = IsotonicRegression(out_of_bounds="clip").fit(diabetes.data[:, 2], diabetes.target)
cases.add("isotonic", model, diabetes_rows[:, 2:3], ["predict"])
model = IsotonicRegression(increasing=False).fit(diabetes.data[:, 2], diabetes.target)
cases.add("isotonic with bounds", model, diabetes_rows[:, 2:3], ["predict"])

# searches and wrappers
grid = {"max_depth": [1, 2, 3]}
cases.add("grid search", fit(GridSearchCV(tree(), grid, cv=3), target=names), iris_rows, ["predict", "predict_proba"])
cases.add("random search", fit(RandomizedSearchCV(tree(), grid, n_iter=2, cv=3)), iris_rows, ["predict", "predict_proba"])
cases.add("halving search", fit(HalvingGridSearchCV(tree(), grid, cv=3)), iris_rows, ["predict", "predict_proba"])
partly = np.where(random.uniform(size=150) < 0.5, -1, iris.target)
cases.add("self-training", fit(SelfTrainingClassifier(tree()), target=partly), iris_rows)
logistic = LogisticRegression(max_iter=2000)
for rest in ({}, {"threshold": 0.8}, {"threshold": -1.0, "response_method": "decision_function", "pos_label": 0}):
    cases.add(f"fixed threshold {rest}", fit(FixedThresholdClassifier(logistic, **rest), cancer), scaled_rows)
words = np.where(cancer.target > 0, "good", "bad")
for scoring in ("balanced_accuracy", make_scorer(f1_score, pos_label="bad")):
    model = TunedThresholdClassifierCV(GradientBoostingClassifier(n_estimators=5), scoring=scoring, cv=3)
    cases.add(f"tuned threshold {'f1' if callable(scoring) else scoring}", fit(model, cancer, words), scaled_rows)
cases.add("tuned threshold f1 of one", fit(TunedThresholdClassifierCV(logistic, scoring="f1", cv=3), cancer), scaled_rows)
for transformer in (StandardScaler(), MinMaxScaler((1, 5)), RobustScaler(), PowerTransformer(), PowerTransformer(method="box-cox")):
    for target in (diabetes.target, np.c_[diabetes.target, diabetes.target**2]):
        model = TransformedTargetRegressor(LinearRegression(), transformer=transformer)
        title = f"transformed target {transformer} {target.ndim}"
        cases.add(title, fit(model, diabetes, target), diabetes_rows, tolerance=1e-8 if "Power" in title else 1e-9)
model = TransformedTargetRegressor(DecisionTreeRegressor(max_depth=4), func=np.log1p, inverse_func=np.expm1)
cases.add("transformed target log1p", fit(model, diabetes), diabetes_rows)
model = TransformedTargetRegressor(DecisionTreeRegressor(max_depth=4), func=np.sqrt, inverse_func=np.square)
cases.add("transformed target sqrt", fit(model, diabetes), diabetes_rows)
cases.add("plain target", fit(TransformedTargetRegressor(DecisionTreeRegressor(max_depth=4)), diabetes), diabetes_rows)
model = VotingClassifier([("a", HistGradientBoostingClassifier(max_iter=3)), ("b", BaggingClassifier(tree(), 3))], voting="soft")
cases.add("ensembles inside one another", fit(GridSearchCV(model, {"weights": [[1, 2]]}, cv=3), cancer), scaled_rows, ["predict", "predict_proba"])
cases.close()
