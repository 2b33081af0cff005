"""Trains a linear model on all replicas of a PyTorchJob together (DDP over gloo), through a checkpoint.

usage: train_torch.py DIRECTORY

The replica of rank 0 keeps a checkpoint in DIRECTORY, from which all go on after a restart, and at
last writes DIRECTORY/loss. The one of rank 1 kills itself the first time it is halfway.
"""
import datetime
import os
import signal
import sys

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

STEPS = 40
directory = sys.argv[1]
checkpoint = os.path.join(directory, "checkpoint.pt")
killed = os.path.join(directory, "killed")
torch.set_num_threads(1)
dist.init_process_group("gloo", timeout=datetime.timedelta(seconds=120))
rank = dist.get_rank()
torch.manual_seed(rank)
rows = torch.rand(256, 4)
wanted = rows @ torch.tensor([[1.0], [-2.0], [3.0], [0.5]])
model = torch.nn.Linear(4, 1)
first = 0
if os.path.exists(checkpoint):
    state = torch.load(checkpoint)
    model.load_state_dict(state["model"])
    first = state["step"]
print("rank", rank, "of", dist.get_world_size(), "from step", first, flush=True)
shared = DistributedDataParallel(model)
optimizer = torch.optim.Adam(shared.parameters(), lr=0.2)
for step in range(first, STEPS):
    loss = torch.nn.functional.mse_loss(shared(rows), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if rank == 0:
        torch.save({"model": model.state_dict(), "step": step + 1}, checkpoint + ".new")
        os.replace(checkpoint + ".new", checkpoint)
    print("step", step, "loss", float(loss), flush=True)
    if rank == 1 and step == STEPS // 2 and not os.path.exists(killed):
        open(killed, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
total = torch.stack([each.detach().abs().sum() for each in model.parameters()]).sum()
print("weights", float(total), flush=True)
if rank == 0:
    with open(os.path.join(directory, "loss"), "w") as out:
        out.write(str(float(loss)))
dist.barrier()
dist.destroy_process_group()
