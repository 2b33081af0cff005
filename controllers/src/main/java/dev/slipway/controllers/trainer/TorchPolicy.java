package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.NodeCapacity;
import dev.slipway.api.trainer.TorchTune;
import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `mlPolicy.torch`: what torchrun is told of its nodes.
///
/// Source: `pkg/runtime/framework/plugins/torch/torch.go`; the words `cpu` and `gpu` for the number
/// of processes are of Trainer 2.0.
final class TorchPolicy {
  private final Blueprint blueprint;
  private final NodeCapacity capacity;

  /// A number, or `auto` and `gpu` for torchrun to find out itself.
  private final String processes;

  TorchPolicy(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.capacity = blueprint.capacity();
    this.processes = processes();
  }

  private String processes() {
    JsonNode given = blueprint.trainer().path("numProcPerNode");
    if (given.isMissingNode()) {
      given = blueprint.policy("torch").path("numProcPerNode");
    }
    String asked = given.isMissingNode() ? "auto" : given.asString("auto");
    boolean byCpus = asked.equals("cpu") || (asked.equals("auto") && capacity.gpus() == 0);
    return byCpus ? Integer.toString(Math.max(1, capacity.cpus())) : asked;
  }

  void apply() {
    blueprint.takeNumNodes();
    blueprint.node().ifPresent(this::node);
    for (JsonNode target : blueprint.policy("torch").path("envInjection").path("targets")) {
      for (String name : Trainer.texts(target.path("containerNames"))) {
        blueprint
            .entry(Json.text(target, "jobName"))
            .flatMap(entry -> Blueprint.anyContainer(entry, name))
            .ifPresent(
                container -> {
                  ranks(container);
                  master(container);
                });
      }
    }
  }

  private void node(ObjectNode container) {
    PodEdit.envs(container, blueprint.trainer().path("env"));
    ranks(container);
    if (TorchTune.asked(blueprint.job().spec())) {
      tune(container);
    } else {
      master(container);
    }
    PodEdit.port(container, Blueprint.PORT);
  }

  private void ranks(ObjectNode container) {
    PodEdit.env(container, "PET_NNODES", Integer.toString(blueprint.nodes()));
    PodEdit.env(container, "PET_NPROC_PER_NODE", processes);
    PodEdit.envFromField(container, "PET_NODE_RANK", Blueprint.COMPLETION_INDEX);
  }

  private void master(ObjectNode container) {
    PodEdit.env(container, "PET_MASTER_ADDR", blueprint.firstNode());
    PodEdit.env(container, "PET_MASTER_PORT", Integer.toString(Blueprint.PORT));
  }

  /// `tune run` with the recipe, its configuration, and what the runtime settles.
  private void tune(ObjectNode container) {
    var nodes =
        new TorchTune.Nodes(
            blueprint.nodes(),
            processes.matches("[0-9]+")
                ? OptionalInt.of(Integer.parseInt(processes))
                : OptionalInt.empty(),
            capacity.gpus());
    var tune = new TorchTune(blueprint.job().spec(), nodes);
    List<String> settled =
        Trainer.texts(container.path("command")).stream()
            .filter(each -> TorchTune.SETTLED.contains(each.split("=", 2)[0]))
            .toList();
    ArrayNode command = Json.array();
    TorchTune.COMMAND.forEach(command::add);
    if (nodes.several()) {
      command.add("--rdzv_endpoint=" + blueprint.firstNode() + ":" + Blueprint.PORT);
    }
    command.add(tune.recipe()).add("--config").add(tune.config());
    settled.forEach(command::add);
    container.set("command", command);
  }
}
