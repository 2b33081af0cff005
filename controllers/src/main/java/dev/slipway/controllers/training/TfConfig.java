package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `TF_CONFIG`: the addresses of all replicas and which of them this one is, as JSON.
///
/// Source: `pkg/controller.v1/tensorflow/tensorflow.go`;
/// <https://www.tensorflow.org/guide/distributed_training>.
final class TfConfig {
  private TfConfig() {}

  static String of(TrainingJob job, TrainingSettings settings, ReplicaSpec replica, int index) {
    ObjectNode config = Json.object();
    ObjectNode cluster = config.putObject("cluster");
    if (job.dynamicWorkers()) {
      sparse(job, settings, replica, index, cluster);
    } else {
      job.replicas().stream()
          .sorted(Comparator.comparing(ReplicaSpec::lower))
          .forEach(each -> cluster.set(each.lower(), addresses(job, settings, each)));
    }
    config.putObject("task").put("type", replica.lower()).put("index", index);
    if (!job.dynamicWorkers()) {
      config.put("environment", "cloud");
    }
    return config.toString();
  }

  /// Workers that come and go know themselves and the parameter servers; those know themselves.
  private static void sparse(
      TrainingJob job,
      TrainingSettings settings,
      ReplicaSpec replica,
      int index,
      ObjectNode cluster) {
    ObjectNode workers = cluster.putObject("worker");
    ArrayNode servers = cluster.putArray("ps");
    if (replica.type().equals("Worker")) {
      workers.put(Integer.toString(index), address(job, settings, replica, index));
      job.replica("PS").ifPresent(each -> servers.addAll(addresses(job, settings, each)));
    } else if (replica.type().equals("PS")) {
      servers.add(address(job, settings, replica, index));
    }
  }

  private static ArrayNode addresses(
      TrainingJob job, TrainingSettings settings, ReplicaSpec replica) {
    ArrayNode all = Json.array();
    List<String> each =
        IntStream.range(0, replica.count())
            .mapToObj(index -> address(job, settings, replica, index))
            .toList();
    each.forEach(all::add);
    return all;
  }

  private static String address(
      TrainingJob job, TrainingSettings settings, ReplicaSpec replica, int index) {
    String domain = settings.clusterDomain();
    return job.replicaName(replica.type(), index)
        + "."
        + job.namespace()
        + ".svc"
        + (domain.isEmpty() ? "" : "." + domain)
        + ":"
        + job.port(replica.type());
  }
}
