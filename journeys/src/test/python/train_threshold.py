"""Trains a perceptron on points that a line separates, and prints how many it has right.

Called as a training job is: `train.py --learning_rate=0.05`. Small rates need more rounds than
there are, so that some trials fall short of the goal of the experiment.
"""

import argparse
import math
import random

parser = argparse.ArgumentParser()
parser.add_argument("--learning_rate", type=float, required=True)
rate = parser.parse_args().learning_rate

draw = random.Random(7)
points = []
while len(points) < 200:
    x, y = draw.uniform(-1, 1), draw.uniform(-1, 1)
    if abs(x + y - 0.3) > 0.05:
        points.append((x, y, x + y > 0.3))

a = b = c = 0.0
for epoch in range(8):
    right = 0
    for x, y, above in points:
        guess = 1 / (1 + math.exp(-(a * x + b * y + c)))
        right += (guess > 0.5) == above
        error = above - guess
        a += rate * error * x
        b += rate * error * y
        c += rate * error
    print(f"epoch {epoch} accuracy={right / len(points)}", flush=True)
