"""Trains one LightGBM classifier of handwritten digits on all replicas of an XGBoostJob together.

Every replica sees its own share of the rows; LightGBM's data-parallel learner sums up histograms
over all of them, so that all end with the same trees.

usage: train_lightgbm.py DIGITS.npz
"""
import hashlib
import json
import os
import socket
import sys
import time

import lightgbm
import numpy


def place(name, port):
    """LightGBM finds itself in the list by its own address, so names are resolved first."""
    for attempt in range(300):
        try:
            return f"{socket.gethostbyname(name)}:{port}"
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{name} is nowhere to be found")


rank = int(os.environ["RANK"])
count = int(os.environ["WORLD_SIZE"])
machines = [place(os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"])]
machines += [
    place(name, os.environ["WORKER_PORT"]) for name in os.environ["WORKER_ADDRS"].split(",")]
assert len(machines) == count, machines

data = numpy.load(sys.argv[1])
x, y = data["x"], data["y"]
train = len(y) - 240
booster = lightgbm.train(
    {
        "objective": "multiclass",
        "num_class": 10,
        "num_leaves": 12,
        "learning_rate": 0.3,
        "num_threads": 1,
        "tree_learner": "data",
        "pre_partition": True,
        "num_machines": count,
        "machines": ",".join(machines),
        "local_listen_port": int(machines[rank].rsplit(":", 1)[1]),
        "time_out": 5,
    },
    lightgbm.Dataset(x[rank:train:count], y[rank:train:count], free_raw_data=False),
    num_boost_round=12,
)

trees = booster.dump_model()["tree_info"]
seen = trees[0]["tree_structure"]["internal_count"]
digest = hashlib.sha256(json.dumps(trees, sort_keys=True).encode()).hexdigest()
right = numpy.mean(numpy.argmax(booster.predict(x[train:]), axis=1) == y[train:])
print("replica", rank, "of", count, flush=True)
print("rows", seen, "of", train, "own", len(y[rank:train:count]), flush=True)
print("trees", len(trees), digest, flush=True)
print("accuracy", right, flush=True)
booster.free_network()
