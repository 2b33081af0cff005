"""Models whose inputs come in many forms, for requests through the engine."""
import os
import sys

import joblib
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, HistGradientBoostingClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

directory = sys.argv[1]
os.makedirs(directory, exist_ok=True)


def write(name, model, *data, **how):
    joblib.dump(model.fit(*data), os.path.join(directory, name + ".joblib"), **how)


x, y = load_iris(return_X_y=True)
flags = np.c_[y > 0, y == 2].astype(int)
hist = HistGradientBoostingClassifier(max_iter=3)
light = LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1)
missing = {
    "hist": hist,
    "lightgbm": light,
    "tree": DecisionTreeClassifier(max_depth=3),
    "bagging": BaggingClassifier(hist, 2),
    "voting": VotingClassifier([("a", hist), ("b", light)]),
    "stacking": StackingClassifier([("a", hist)], final_estimator=DecisionTreeClassifier(), passthrough=True),
    "search": GridSearchCV(hist, {"max_iter": [2]}, cv=2),
    "calibrated": CalibratedClassifierCV(hist, cv=2),
    "one-vs-rest": OneVsRestClassifier(hist),
    "one-vs-one": OneVsOneClassifier(hist),
    "last of a pipeline": make_pipeline(StandardScaler(), hist),
    "imputed": make_pipeline(SimpleImputer(), LogisticRegression(max_iter=500)),
    "search of a pipeline": GridSearchCV(make_pipeline(StandardScaler(), light), {"standardscaler__with_mean": [True]}, cv=2),
    "refuses": LogisticRegression(max_iter=500),
    "voting refuses": VotingClassifier([("a", hist), ("b", LogisticRegression(max_iter=500))]),
    "pipeline refuses": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
}
for name, model in missing.items():
    write("missing " + name, model, x, y)
write("missing outputs", MultiOutputClassifier(hist), x, flags)
write("missing chain refuses", ClassifierChain(hist), x, flags)

frame = pd.DataFrame({"city": ["a", "b", None, "a"], "age": [1.0, 2.0, np.nan, 4.0], "note": ["x y", "y", "z", "x"], "id": range(4)})
target = [0, 1, 2, 0]
table = ColumnTransformer([("c", OneHotEncoder(), ["city"]), ("n", SimpleImputer(), ["age"]), ("t", TfidfVectorizer(token_pattern=r"\w"), "note")])
write("table", make_pipeline(table, DecisionTreeClassifier(random_state=0)), frame, target)
write("table calibrated", CalibratedClassifierCV(make_pipeline(table, DecisionTreeClassifier(random_state=0)), cv=2), pd.concat([frame] * 4), target * 4)
write("whole", OneHotEncoder(sparse_output=False), np.array([[1], [2], [3]]))
write("text", OneHotEncoder(sparse_output=False), np.array([["1"], ["2"], ["3"]]))
write("none", OneHotEncoder(sparse_output=False), np.array([["1"], [None], ["3"]], dtype=object))
write("truth", OneHotEncoder(sparse_output=False), np.array([[False], [True]]))
write("line", LinearRegression(), np.array([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0]]), [2.0, 5.0, 6.0])
write("words", make_pipeline(TfidfVectorizer(), LogisticRegression()), ["good day", "bad day", "good", "bad"], [1, 0, 1, 0])
tree = DecisionTreeClassifier(random_state=0)
noise = np.random.RandomState(0).normal(size=(3000, 4)), np.random.RandomState(1).randint(2, size=3000)
write("plain", tree, *noise)
write("packed", tree, *noise, compress=9)
