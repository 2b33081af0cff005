"""Selectors of features."""
import sys

import numpy as np
from sklearn import feature_selection as selection
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from agreement import Cases

SEED = 23
random = np.random.RandomState(SEED)
cases = Cases(sys.argv[1])

x = random.normal(size=(300, 24))
x[:, 5] = 1
x[:, 9] = x[:, 8]
y = (x[:, 0] + x[:, 3] - x[:, 8] + random.normal(size=300) > 0).astype(int)
three = np.digitize(x[:, 0] + x[:, 1], [-0.7, 0.7])
asked = random.normal(size=(1000, 24))
anova = selection.f_classif

for name, model in {
    "variance": selection.VarianceThreshold(),
    "variance above": selection.VarianceThreshold(1.0),
    "best": selection.SelectKBest(anova, k=4),
    "all": selection.SelectKBest(anova, k="all"),
    "best by information": selection.SelectKBest(selection.mutual_info_classif, k=7),
    "percentile": selection.SelectPercentile(anova, percentile=37),
    "false positives": selection.SelectFpr(anova, alpha=0.2),
    "false discoveries": selection.SelectFdr(anova, alpha=0.2),
    "family": selection.SelectFwe(anova, alpha=0.2),
    "generic best": selection.GenericUnivariateSelect(anova, mode="k_best", param=5),
    "generic percentile": selection.GenericUnivariateSelect(anova, mode="percentile", param=20),
    "generic false discoveries": selection.GenericUnivariateSelect(anova, mode="fdr", param=0.3),
    "sequential": selection.SequentialFeatureSelector(LinearRegression(), n_features_to_select=3, cv=2),
}.items():
    cases.add(name, model.fit(x, y), asked)
ties = np.repeat(x[:, :6], 4, axis=1)
cases.add("percentile of ties", selection.SelectPercentile(anova, percentile=30).fit(ties, y), asked)
cases.add("best of ties", selection.SelectKBest(anova, k=6).fit(ties, y), asked)

for name, model in {
    "logistic regression": LogisticRegression(),
    "lasso": Lasso(alpha=0.05),
    "ridge": Ridge(),
    "linear machine": LinearSVC(C=0.05, penalty="l1", dual=False),
    "kernel machine": SVC(kernel="linear"),
    "tree": DecisionTreeClassifier(random_state=0),
    "forest": RandomForestClassifier(20, random_state=0),
    "forest of numbers": RandomForestRegressor(10, random_state=0),
    "extra trees": ExtraTreesClassifier(20, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=20, random_state=0),
    "adaptive boosting": AdaBoostClassifier(n_estimators=10, random_state=0),
}.items():
    for threshold in [None, "mean", "median", "1.25*median", 0.02]:
        chosen = selection.SelectFromModel(model, threshold=threshold).fit(x, y)
        cases.add("important to %s, %s" % (name, threshold), chosen, asked)
    chosen = selection.SelectFromModel(model, max_features=3, threshold=-np.inf).fit(x, y)
    cases.add("most important to " + name, chosen, asked)
for order in [1, 2, np.inf]:
    chosen = selection.SelectFromModel(LogisticRegression(), norm_order=order).fit(x, three)
    cases.add("important to several, norm %s" % order, chosen, asked)
fitted = LogisticRegression().fit(x, y)
cases.add("fitted before", selection.SelectFromModel(fitted, prefit=True), asked)
piped = make_pipeline(StandardScaler(), LogisticRegression())
getter = "named_steps.logisticregression.coef_"
cases.add("in a pipeline", selection.SelectFromModel(piped, importance_getter=getter).fit(x, y), asked)

for name, model in {
    "eliminated, logistic regression": selection.RFE(LogisticRegression(), n_features_to_select=5),
    "eliminated, margins": selection.RFE(LinearSVC(), n_features_to_select=0.3, step=3),
    "eliminated, numbers": selection.RFECV(LinearRegression(), cv=2, step=4),
    "eliminated, forest": selection.RFE(RandomForestClassifier(5, random_state=0), step=8),
}.items():
    cases.add(name, model.fit(x, y), asked)
words = np.array(["aa", "bb", "cc", "dd", "ee", "ff", "ax", "by", "cz", "dx", "ey", "fz"])
texts = [" ".join(random.choice(words, 6)) for _ in range(200)]
labels = random.choice([0, 1], 200)
chosen = make_pipeline(
    TfidfVectorizer(), selection.SelectKBest(selection.chi2, k=9), LogisticRegression()
).fit(texts, labels)
cases.add("best words", chosen, texts)
cases.close()
