"""Gaussian processes, and estimators that answer all rows alike."""
import os
import sys

import numpy as np
from sklearn.datasets import load_diabetes, load_iris
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, ExpSineSquared, Matern, PairwiseKernel, RationalQuadratic, WhiteKernel

sys.path.insert(0, os.path.dirname(__file__))
from agreement import Cases

cases = Cases(sys.argv[1])
x, y = load_iris(return_X_y=True)
names = np.array(["a", "b", "c"])[y]
xd, yd = (part[:150] for part in load_diabetes(return_X_y=True))
kernels = {
    "none": None,
    "RBF": RBF(0.5),
    "RBF by column": 2.0 * RBF([0.5, 1, 2, 3]),
    "Matern 0.5": Matern(nu=0.5),
    "Matern 1.5": Matern(nu=1.5) + WhiteKernel(0.1),
    "Matern 2.5": Matern([1, 2, 3, 4], nu=2.5),
    "Matern inf": Matern(nu=np.inf),
    "Matern 0.3": Matern(nu=0.3),
    "Matern 1": Matern([1, 2, 3, 4], nu=1),
    "Matern 7.7": Matern(3, nu=7.7),
    "pairwise rbf": PairwiseKernel(0.3, metric="rbf"),
    "pairwise laplacian": PairwiseKernel(0.3, metric="laplacian"),
    "pairwise cosine": PairwiseKernel(metric="cosine") + WhiteKernel(0.1),
    "pairwise chi2": PairwiseKernel(0.5, metric="chi2"),
    "pairwise polynomial": PairwiseKernel(0.1, metric="poly", pairwise_kernels_kwargs={"degree": 2, "coef0": 0.5}),
    "rational": RationalQuadratic(0.7, 1.5),
    "product": DotProduct(1.5) ** 2 + RBF(),
}
for name, kernel in kernels.items():
    rest = {"kernel": kernel, "optimizer": None}
    for normalize in (False, True):
        model = GaussianProcessRegressor(alpha=0.1, normalize_y=normalize, **rest)
        cases.add(f"regression {name} {normalize}", model.fit(x, y + x[:, 0]), x + 0.1, tolerance=1e-8)
    near = x[40:110]
    model = GaussianProcessClassifier(**rest).fit(near, y[40:110])
    cases.add(f"two classes {name}", model, near + 0.1, tolerance=1e-7)
model = GaussianProcessRegressor(ConstantKernel(3) * ExpSineSquared(2, 5), alpha=0.1, optimizer=None)
cases.add("periodic", model.fit(x[:, :1], y), x[:, :1] + 0.1, tolerance=1e-8)
model = GaussianProcessRegressor(RBF(0.1), alpha=0.1, normalize_y=True)
cases.add("outputs", model.fit(xd, np.c_[yd, -2 * yd]), xd, tolerance=1e-8)
cases.add("tuned", GaussianProcessRegressor(RBF() + WhiteKernel()).fit(xd, yd), xd, tolerance=1e-6)
cases.add("three classes", GaussianProcessClassifier(RBF(), optimizer=None).fit(x, names), x, tolerance=1e-7)
model = GaussianProcessClassifier(RBF(), optimizer=None, multi_class="one_vs_one").fit(x, names)
cases.add("three classes in pairs", model, x, ["predict"])
for rest in ({"strategy": "prior"}, {"strategy": "most_frequent"}, {"strategy": "constant", "constant": "c"}):
    cases.add(f"dummy {rest}", DummyClassifier(**rest).fit(x[:130], names[:130]), x)
for rest in ({"strategy": "mean"}, {"strategy": "median"}, {"strategy": "quantile", "quantile": 0.3}, {"strategy": "constant", "constant": 7}):
    cases.add(f"dummy {rest}", DummyRegressor(**rest).fit(xd, yd), xd)
cases.add("dummy outputs", DummyRegressor().fit(xd, np.c_[yd, 2 * yd]), xd)
cases.close()
