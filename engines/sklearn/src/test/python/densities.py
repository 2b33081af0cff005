"""Densities, factors, sparse components and embeddings by trees."""
import os
import sys

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import FactorAnalysis, MiniBatchSparsePCA, SparsePCA
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.neighbors import KernelDensity
from sklearn.preprocessing import StandardScaler

from agreement import Cases

cases = Cases(sys.argv[1])
rng = np.random.default_rng(11)
iris, wine = (StandardScaler().fit_transform(load().data) for load in (load_iris, load_wine))
random = rng.normal(size=(400, 5))
fresh = rng.normal(size=(300, 5))

for kernel in ["gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"]:
    for width in [1, 2, 5]:
        density = KernelDensity(kernel=kernel, bandwidth=2.5, leaf_size=10).fit(random[:, :width])
        cases.add("density %s, %d columns" % (kernel, width), density, fresh[:, :width] * 0.3, ["score_samples"])
for rest in [{"bandwidth": "scott"}, {"metric": "manhattan"}, {"algorithm": "ball_tree", "metric": "chebyshev"}]:
    cases.add("density %s" % rest, KernelDensity(**rest).fit(random), fresh, ["score_samples"])
weights = rng.uniform(0.1, 3, len(random))
cases.add("density, weights", KernelDensity(bandwidth=0.7).fit(random, sample_weight=weights), fresh, ["score_samples"])

for method in ["randomized", "lapack"]:
    factors = FactorAnalysis(3, svd_method=method, random_state=0).fit(wine)
    cases.add("factors " + method, factors, wine, ["transform"])
cases.add("factors, rotated", FactorAnalysis(2, rotation="varimax").fit(iris), iris, ["transform"])
for kind in [SparsePCA, MiniBatchSparsePCA]:
    some = kind(4, alpha=0.5, random_state=0, max_iter=20).fit(wine)
    cases.add(kind.__name__, some, wine, ["transform"])
    square = kind(4, alpha=0.1, ridge_alpha=2.5, random_state=0, max_iter=20).fit(iris)
    cases.add(kind.__name__ + ", back", square, iris, ["transform", "inverse_transform"])

rows = np.repeat(iris, 10, axis=0) + rng.normal(size=(1500, 4)) * 0.3
for rest in ({}, {"max_depth": 3, "n_estimators": 20}, {"max_leaf_nodes": 6, "sparse_output": False}):
    model = RandomTreesEmbedding(random_state=0, **rest).fit(iris)
    cases.add("embedding %s" % rest, model, rows, ["transform"], tolerance=0)
cases.close()
