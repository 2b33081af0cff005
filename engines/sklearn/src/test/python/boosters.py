"""LightGBM's estimators as scikit-learn's pickles hold them."""
import os
import sys

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor, early_stopping
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import VotingClassifier

sys.path.insert(0, os.path.dirname(__file__))
from agreement import Cases

cases = Cases(sys.argv[1])
random = np.random.RandomState(5)
iris, cancer, diabetes = load_iris(), load_breast_cancer(), load_diabetes()
names = iris.target_names[iris.target]
quiet = {"verbose": -1, "n_jobs": 1, "random_state": 0}


def around(x, rows=2000):
    near = x[random.randint(len(x), size=rows)] + random.normal(size=(rows, x.shape[1])) * x.std(0) * 0.3
    near[random.uniform(size=near.shape) < 0.05] = np.nan
    return near


iris_rows, cancer_rows, diabetes_rows = map(around, (iris.data, cancer.data, diabetes.data))
for boosting in ("gbdt", "dart"):
    model = LGBMClassifier(n_estimators=30, boosting_type=boosting, **quiet)
    cases.add(f"two classes {boosting}", model.fit(cancer.data, np.where(cancer.target, "good", "bad")), cancer_rows)
cases.add("three classes", LGBMClassifier(n_estimators=20, **quiet).fit(iris.data, names), iris_rows)
for objective in ("regression", "poisson", "quantile", "tweedie"):
    model = LGBMRegressor(n_estimators=20, objective=objective, **quiet)
    cases.add(f"regression {objective}", model.fit(diabetes.data, diabetes.target), diabetes_rows)
model = LGBMRegressor(n_estimators=300, learning_rate=0.3, **quiet).fit(
    diabetes.data[:300],
    diabetes.target[:300],
    eval_set=[(diabetes.data[300:], diabetes.target[300:])],
    callbacks=[early_stopping(5, verbose=False)],
)
cases.add("stopped early", model, diabetes_rows, how=4)
model = LGBMRanker(n_estimators=10, **quiet).fit(diabetes.data, diabetes.target.astype(int) // 40, group=[42] + [100] * 4)
cases.add("ranks", model, diabetes_rows)
frame = pd.DataFrame({"city": pd.Categorical(random.choice(list("xyz"), 500)), "n": random.normal(size=500)})
target = (frame.city == "y") * 2 + frame.n
model = LGBMRegressor(n_estimators=10, **quiet).fit(frame, target)
asked = pd.DataFrame({"city": pd.Categorical(random.choice(list("xyzw"), 500)), "n": random.normal(size=500)})
cases.add("categories of a frame", model, asked)
model = VotingClassifier([("a", LGBMClassifier(n_estimators=5, **quiet)), ("b", LGBMClassifier(n_estimators=9, **quiet))], voting="soft")
cases.add("voting", model.fit(iris.data, names), np.nan_to_num(iris_rows))
model = CalibratedClassifierCV(LGBMClassifier(n_estimators=5, **quiet), cv=3).fit(cancer.data, cancer.target)
cases.add("calibrated", model, np.nan_to_num(cancer_rows))
cases.close()
