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


FUNCTIONS = {"BRANIN": branin, "ROSENBROCK4": rosenbrock4, "ACKLEY5": ackley5, "STYBLINSKI5": styblinski5}
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
