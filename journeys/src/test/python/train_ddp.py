"""Trains a linear model with DDP over gloo on all processes that torchrun has started.

All see other rows, and all must end with the same weights.
"""
import datetime

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

torch.set_num_threads(1)
dist.init_process_group("gloo", timeout=datetime.timedelta(seconds=120))
torch.manual_seed(dist.get_rank())
rows = torch.rand(256, 4)
wanted = rows @ torch.tensor([[1.0], [-2.0], [3.0], [0.5]])
model = DistributedDataParallel(torch.nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.2)
for step in range(60):
    loss = torch.nn.functional.mse_loss(model(rows), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
weights = torch.cat([each.detach().flatten() for each in model.parameters()])
everybodys = [torch.empty_like(weights) for _ in range(dist.get_world_size())]
dist.all_gather(everybodys, weights)
print("rank", dist.get_rank(), "of", dist.get_world_size(), flush=True)
print("same weights", all(torch.equal(each, weights) for each in everybodys), flush=True)
print("loss", float(loss), flush=True)
dist.barrier()
dist.destroy_process_group()
