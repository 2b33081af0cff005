"""Writes TorchScript files, inputs and PyTorch's own answers into the directory given.

Each case is NAME/model.pt and NAME/cases.json: calls with inputs and outputs as
{name: {dtype, shape, data}}. bad/ holds files that are no TorchScript.
"""

import json
import os
import sys
import warnings
from typing import Dict, List, Optional, Tuple

warnings.filterwarnings("ignore")

import torch

OUT = sys.argv[1]
torch.manual_seed(7)
WORDS = {
    torch.float32: "FP32", torch.float64: "FP64", torch.int64: "INT64", torch.int32: "INT32",
    torch.int8: "INT8", torch.uint8: "UINT8", torch.bool: "BOOL", torch.float16: "FP16",
    torch.bfloat16: "BF16",
}


def written(tensor):
    data = tensor
    if tensor.dtype in (torch.float16, torch.bfloat16):
        data = tensor.view(torch.int16)
    if tensor.dtype == torch.bool:
        data = tensor.to(torch.uint8)
    return {"dtype": WORDS[tensor.dtype], "shape": list(tensor.shape),
            "data": data.reshape(-1).tolist()}


def flat(value, found):
    if isinstance(value, torch.Tensor):
        found[f"OUTPUT__{len(found)}"] = written(value)
    elif isinstance(value, dict):
        for key in sorted(value):
            found[key] = written(value[key])
    else:
        for each in value:
            flat(each, found)
    return found


def case(name, module, calls):
    home = os.path.join(OUT, name)
    os.makedirs(home, exist_ok=True)
    torch.jit.save(module, os.path.join(home, "model.pt"))
    with torch.no_grad():
        cases = [{"inputs": {key: written(value) for key, value in inputs.items()},
                  "outputs": flat(module(*inputs.values()), {})} for inputs in calls]
    with open(os.path.join(home, "cases.json"), "w") as file:
        json.dump(cases, file)


class Masked(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, x: torch.Tensor, mask: Optional[torch.Tensor] = None,
                scale: float = 2.0) -> Dict[str, torch.Tensor]:
        y = self.layer(x)
        if mask is not None:
            y = y * mask
        return {"plain": y, "doubled": y * scale}


class Nested(torch.nn.Module):
    def forward(self, x, y) -> Tuple[torch.Tensor, Tuple[torch.Tensor, torch.Tensor]]:
        return x + y, (x * y, x - y)


class Pieces(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> List[torch.Tensor]:
        return torch.split(x, 2)


class Words(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(50, 8)

    def forward(self, ids):
        return self.table(ids).mean(1)


class Echo(torch.nn.Module):
    def forward(self, x):
        return torch.flip(x, [0])


class Odd(torch.nn.Module):
    def forward(self, x, kind: int):
        if kind == 0:
            return x.to(torch.int16)
        if kind == 1:
            return x.to(torch.bfloat16)
        return x.to(torch.complex64)


class Keeping(torch.nn.Module):
    """Keeps what it was given, and gives it back the next time."""

    def __init__(self):
        super().__init__()
        self.last: torch.Tensor = torch.zeros(3)

    def forward(self, x: torch.Tensor):
        before = self.last
        self.last = x
        return before


mlp = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3),
                          torch.nn.Softmax(1)).eval()
case("mlp", torch.jit.trace(mlp, torch.ones(1, 4)),
     [{"input": torch.randn(n, 4)} for n in (1, 7, 300)])
cnn = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(),
                          torch.nn.Dropout(0.5), torch.nn.Flatten(), torch.nn.Linear(144, 5))
case("cnn", torch.jit.script(cnn.eval()), [{"input": torch.randn(n, 1, 8, 8)} for n in (1, 9)])
case("masked", torch.jit.script(Masked()),
     [{"x": torch.randn(5, 4)}, {"x": torch.randn(5, 4), "mask": torch.ones(5, 2)}])
case("nested", torch.jit.trace(Nested(), (torch.ones(2), torch.ones(2))),
     [{"x": torch.randn(3), "y": torch.randn(3)}])
case("pieces", torch.jit.script(Pieces()), [{"x": torch.randn(5, 2)}])
case("words", torch.jit.script(Words()), [{"ids": torch.randint(0, 50, (6, 4))}])
case("types", torch.jit.script(Echo()),
     [{"x": torch.tensor([[1, 0], [3, 100]]).to(kind)} for kind in list(WORDS)[:-1]])
case("odd", torch.jit.script(Odd()), [])
case("keeping", torch.jit.script(Keeping()), [])

bad = os.path.join(OUT, "bad")
os.makedirs(bad, exist_ok=True)
torch.save(mlp.state_dict(), os.path.join(bad, "state.pt"))
torch.save({"epoch": 3, "model": mlp.state_dict()}, os.path.join(bad, "checkpoint.pt"))
torch.save(mlp, os.path.join(bad, "module.pt"))
torch.save(mlp.state_dict(), os.path.join(bad, "old.pth"), _use_new_zipfile_serialization=False)
torch.export.save(torch.export.export(mlp, (torch.ones(2, 4),)), os.path.join(bad, "program.pt2"))
torch.jit.save(torch.jit.script(Words()), os.path.join(bad, "whole.pt"))
