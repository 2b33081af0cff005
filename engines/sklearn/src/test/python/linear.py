"""Linear models on bundled and random data."""
import sys

import numpy as np
import scipy.sparse as sp
from sklearn import datasets as d
from sklearn import linear_model as lm
from sklearn import svm
from sklearn.preprocessing import StandardScaler

from agreement import Cases

cases = Cases(sys.argv[1])
rng = np.random.default_rng(7)


def scaled(load):
    x, y = load(return_X_y=True)
    return StandardScaler().fit_transform(x), y


iris, cancer, wine = scaled(d.load_iris), scaled(d.load_breast_cancer), scaled(d.load_wine)
digits, diabetes = d.load_digits(return_X_y=True), d.load_diabetes(return_X_y=True)
xd, yd = diabetes
two = np.column_stack([yd, -yd + rng.normal(size=len(yd))])
names = np.array(["setosa", "versicolor", "virginica"])[iris[1]]

for name in [
    "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "Lars", "LarsCV",
    "LassoLars", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV",
    "BayesianRidge", "ARDRegression", "HuberRegressor", "TheilSenRegressor", "RANSACRegressor",
    "QuantileRegressor", "PoissonRegressor", "GammaRegressor", "TweedieRegressor", "SGDRegressor",
    "PassiveAggressiveRegressor",
]:
    model = getattr(lm, name)()
    if "random_state" in model.get_params():
        model.set_params(random_state=0)
    cases.add(name, model.fit(xd, yd), xd)
cases.add("LinearSVR", svm.LinearSVR(random_state=0).fit(xd, yd), xd)
for name in ["MultiTaskLasso", "MultiTaskLassoCV", "MultiTaskElasticNet", "MultiTaskElasticNetCV"]:
    cases.add(name, getattr(lm, name)().fit(xd, two), xd)
cases.add("LinearRegression, two targets", lm.LinearRegression().fit(xd, two), xd)
cases.add("LinearRegression, one target in two dimensions", lm.LinearRegression().fit(xd, yd[:, None]), xd)
cases.add("Ridge, two targets", lm.Ridge().fit(xd, two), xd)
cases.add("LinearRegression, no intercept", lm.LinearRegression(fit_intercept=False).fit(xd, yd), xd)
cases.add("Lasso, made sparse", lm.Lasso(0.1).fit(sp.csr_matrix(xd), yd), xd)
for power in [0, 1.5, 3]:
    cases.add("Tweedie, power %s" % power, lm.TweedieRegressor(power=power).fit(xd, yd), xd)
cases.add("Tweedie, log link", lm.TweedieRegressor(power=0, link="log").fit(xd, yd), xd)
cases.add("Tweedie, identity link", lm.TweedieRegressor(power=1.5, link="identity", alpha=10, max_iter=5).fit(xd, yd), xd)

for label, (x, y) in {"iris": iris, "cancer": cancer, "wine": wine, "digits": digits, "names": (iris[0], names)}.items():
    cases.add("LogisticRegression, " + label, lm.LogisticRegression(max_iter=200).fit(x, y), x)
    cases.add("RidgeClassifier, " + label, lm.RidgeClassifier().fit(x, y), x)
    cases.add("Perceptron, " + label, lm.Perceptron(random_state=0).fit(x, y), x)
    cases.add("LinearSVC, " + label, svm.LinearSVC(random_state=0, max_iter=200).fit(x, y), x)
    for loss in ["hinge", "log_loss", "modified_huber", "perceptron"]:
        cases.add("SGD %s, %s" % (loss, label), lm.SGDClassifier(loss=loss, random_state=0).fit(x, y), x)
cases.add("PassiveAggressiveClassifier", lm.PassiveAggressiveClassifier(random_state=0).fit(*iris), iris[0])
cases.add("RidgeClassifierCV", lm.RidgeClassifierCV().fit(*wine), wine[0])
cases.add("LogisticRegressionCV", lm.LogisticRegressionCV(Cs=3, max_iter=200).fit(*iris), iris[0])
cases.add("LogisticRegressionCV, two", lm.LogisticRegressionCV(Cs=3, max_iter=200).fit(*cancer), cancer[0])
cases.add("LogisticRegression, liblinear", lm.LogisticRegression(solver="liblinear").fit(*cancer), cancer[0])
for solver in ["newton-cg", "newton-cholesky", "sag", "saga"]:
    cases.add("LogisticRegression, " + solver, lm.LogisticRegression(solver=solver).fit(*iris), iris[0])
if "multi_class" in lm.LogisticRegression().get_params():
    for kind in ["ovr", "multinomial", "auto"]:
        for label, (x, y) in {"iris": iris, "cancer": cancer}.items():
            model = lm.LogisticRegression(multi_class=kind, max_iter=200)
            cases.add("LogisticRegression, multi_class %s, %s" % (kind, label), model.fit(x, y), x)
    model = lm.LogisticRegression(solver="liblinear", multi_class="ovr")
    cases.add("LogisticRegression, liblinear, three", model.fit(*iris), iris[0])
    model = lm.LogisticRegressionCV(Cs=3, max_iter=200, multi_class="ovr")
    cases.add("LogisticRegressionCV, ovr", model.fit(*iris), iris[0])
multilabel = np.column_stack([iris[1] == 0, iris[0][:, 0] > 0, iris[0][:, 1] > 0]).astype(int)
cases.add("RidgeClassifier, several labels", lm.RidgeClassifier().fit(iris[0], multilabel), iris[0])
sparse = sp.random(300, 50, density=0.1, random_state=0, format="csr")
cases.add("LogisticRegression, sparse", lm.LogisticRegression().fit(sparse, rng.integers(0, 3, 300)).sparsify(), sparse)
cases.add("SGDOneClassSVM", lm.SGDOneClassSVM(random_state=0).fit(iris[0]), iris[0], ["predict", "decision_function", "score_samples"])
truth = iris[1] == 1
cases.add("LogisticRegression, booleans", lm.LogisticRegression().fit(iris[0], truth), iris[0])
cases.add("LogisticRegression, floats", lm.LogisticRegression().fit(iris[0], iris[1].astype(float)), iris[0])
x32 = iris[0].astype(np.float32)
cases.add("LogisticRegression, float32", lm.LogisticRegression().fit(*iris), x32)
for how in [0, 1, 2, 3, 4, 5, "zlib", "gzip", "bz2", "xz", "lzma"]:
    cases.add("LogisticRegression, written as %s" % how, lm.LogisticRegression().fit(*iris), iris[0], how=how)
cases.close()
