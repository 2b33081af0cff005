"""Writes scikit-learn's digits for training as DIGITS.npz, and held-out rows as V1 requests.

usage: digits.py DIRECTORY
"""
import json
import os
import sys

import numpy
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
order = numpy.random.RandomState(3).permutation(len(y))
x, y = x[order], y[order]
numpy.savez(os.path.join(sys.argv[1], "digits.npz"), x=x[:1440], y=y[:1440])
with open(os.path.join(sys.argv[1], "held-out.json"), "w") as out:
    json.dump({"instances": x[1440:1740].tolist()}, out)
with open(os.path.join(sys.argv[1], "labels.json"), "w") as out:
    json.dump(y[1440:1740].tolist(), out)
