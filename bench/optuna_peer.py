"""Optuna's samplers on a function of HpoFunctions, for HpoBench: FUNCTION SEEDS TRIALS."""
import math
import sys
import time
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
CENTRE = (7.3, -11.2, 4.9, -3.1, 15.7)


def cube(trial, size, low, high):
    return [trial.suggest_float(f"x{i}", low, high) for i in range(size)]


def branin(trial):
    x, y = trial.suggest_float("x0", -5, 10), trial.suggest_float("x1", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def rosenbrock4(trial):
    x = cube(trial, 4, -5, 10)
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3))


def ackley5(trial):
    off = [a - b for a, b in zip(cube(trial, 5, -32.768, 32.768), CENTRE)]
    squares, waves = sum(o * o for o in off), sum(math.cos(2 * math.pi * o) for o in off)
    return -20 * math.exp(-0.2 * math.sqrt(squares / 5)) - math.exp(waves / 5) + 20 + math.e


def styblinski5(trial):
    return sum((x**4 - 16 * x * x + 5 * x) / 2 for x in cube(trial, 5, -5, 5))


A = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
P = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


def hartmann6(trial):
    x = cube(trial, 6, 0, 1)
    peaks = (math.exp(-sum(b * (v - c) ** 2 for v, b, c in zip(x, a, p))) for a, p in zip(A, P))
    return -sum(weight * peak for weight, peak in zip((1.0, 1.2, 3.0, 3.2), peaks))


def mixed5(trial):
    rate = math.log10(trial.suggest_float("lr", 1e-5, 1, log=True))
    layers = trial.suggest_int("layers", 1, 8)
    dropout = trial.suggest_float("dropout", 0, 0.6) - 0.26
    opt = trial.suggest_categorical("opt", ["sgd", "momentum", "adam", "rmsprop"])
    size = int(trial.suggest_categorical("batch", ["16", "32", "64", "128", "256"]))
    worse, best_rate, best_layers, best_size = {
        "adam": (0, -3, 4, 64), "rmsprop": (0.03, -3.3, 4, 128),
        "momentum": (0.05, -1.7, 5, 64), "sgd": (0.12, -1, 3, 32),
    }[opt]
    lr, depth, batch = rate - best_rate, layers - best_layers, math.log(size / best_size)
    return (
        worse + 0.15 * lr * lr + 0.02 * depth * depth + 0.05 * batch * batch
        + 1.2 * dropout * dropout + 0.01 * abs(lr * depth) / 3
    )


FUNCTIONS = {"HARTMANN6": hartmann6, "MIXED5": mixed5, "BRANIN": branin, "ROSENBROCK4": rosenbrock4, "ACKLEY5": ackley5, "STYBLINSKI5": styblinski5}
SAMPLERS = {
    "optuna tpe": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "optuna multivariate-tpe": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
}
try:
    import scipy
    import torch

    torch.set_num_threads(1)
    SAMPLERS["optuna gp"] = lambda seed: optuna.samplers.GPSampler(seed=seed)
except ImportError:
    pass


def run(objective, sampler, trials):
    study = optuna.create_study(sampler=sampler)
    costs, best, least = [], [], math.inf
    for _ in range(trials):
        begun = time.process_time()
        trial = study.ask()
        value = objective(trial)
        study.tell(trial, value)
        costs.append((time.process_time() - begun) * 1000)
        least = min(least, value)
        best.append(least)
    return [sum(costs) / trials, sum(costs[-10:]) / 10] + best


def main():
    function, seeds, trials = FUNCTIONS.get(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for name, make in SAMPLERS.items() if function else ():
        print(name)
        for seed in range(1, seeds + 1):
            print(*run(function, make(seed), trials), flush=True)


main()
