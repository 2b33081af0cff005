package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.Serving.Batching;
import dev.slipway.inference.layout.Serving.QueuePolicy;
import dev.slipway.inference.layout.Serving.WarmUp;
import dev.slipway.inference.tensor.DataType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Batching, instances and warm-up of a Triton configuration.
final class TritonServing {
  private final Path directory;
  private final Path file;
  private final ObjectNode config;

  TritonServing(Path directory, Path file, ObjectNode config) {
    this.directory = directory;
    this.file = file;
    this.config = config;
  }

  Serving serving() throws ModelLoadException {
    int most = config.path("max_batch_size").asInt(0);
    if (most < 0) {
      throw Reading.at(file, "max_batch_size is " + most + " (expected 0 or more)");
    }
    return new Serving(
        config.has("max_batch_size") ? Optional.of(most) : Optional.empty(),
        config.get("dynamic_batching") instanceof ObjectNode batching
            ? Optional.of(batching(batching, most))
            : Optional.empty(),
        instances(),
        config.path("response_cache").path("enable").asBoolean(false),
        config.path("model_transaction_policy").path("decoupled").asBoolean(false),
        config.has("sequence_batching"),
        warmUps());
  }

  private int instances() throws ModelLoadException {
    long count = 0;
    for (JsonNode each : config.path("instance_group")) {
      long more = each.path("count").asLong(1);
      if (more < 0) {
        throw Reading.at(file, "instance_group.count is " + more + " (expected 1 or more)");
      }
      count += each.path("passive").asBoolean(false) ? 0 : Math.max(more, 1);
    }
    return (int) Math.min(count, 1024);
  }

  private Batching batching(ObjectNode node, int most) throws ModelLoadException {
    var preferred = new ArrayList<Integer>();
    for (JsonNode each : node.path("preferred_batch_size")) {
      int size = each.asInt(0);
      if (size < 1 || size > most) {
        throw Reading.at(
            file,
            "dynamic_batching.preferred_batch_size has "
                + size
                + " (expected 1 to max_batch_size, "
                + most
                + ")");
      }
      preferred.add(size);
    }
    long levels = node.path("priority_levels").asLong(0);
    long level = node.path("default_priority_level").asLong(0);
    if (levels > 0 && (level < 1 || level > levels)) {
      throw Reading.at(
          file,
          "dynamic_batching.default_priority_level is "
              + level
              + " (expected 1 to priority_levels, "
              + levels
              + ")");
    }
    var queues = new HashMap<Long, QueuePolicy>();
    for (Map.Entry<String, JsonNode> each : node.path("priority_queue_policy").properties()) {
      queues.put(Long.parseUnsignedLong(each.getKey()), queue(each.getValue()));
    }
    return new Batching(
        preferred,
        micros(node.path("max_queue_delay_microseconds")),
        node.path("preserve_ordering").asBoolean(false),
        levels,
        level,
        queue(node.path("default_queue_policy")),
        queues);
  }

  private static QueuePolicy queue(JsonNode node) {
    return new QueuePolicy(
        !Json.text(node, "timeout_action").equals("DELAY"),
        micros(node.path("default_timeout_microseconds")),
        node.path("allow_timeout_override").asBoolean(false),
        node.path("max_queue_size").asLong(0));
  }

  private static Duration micros(JsonNode node) {
    return Duration.of(Math.max(0, node.asLong(0)), ChronoUnit.MICROS);
  }

  private List<WarmUp> warmUps() throws ModelLoadException {
    var all = new ArrayList<WarmUp>();
    for (JsonNode each : config.path("model_warmup")) {
      var inputs = new HashMap<String, WarmUp.Input>();
      for (Map.Entry<String, JsonNode> input : each.path("inputs").properties()) {
        inputs.put(input.getKey(), input(input.getKey(), input.getValue()));
      }
      int count = Math.clamp(each.path("count").asLong(1), 1, 1_000_000);
      int size = Math.clamp(each.path("batch_size").asLong(0), 0, 1_000_000);
      all.add(new WarmUp(Json.text(each, "name"), size, count, inputs));
    }
    return all;
  }

  private WarmUp.Input input(String name, JsonNode node) throws ModelLoadException {
    Optional<DataType> type = TritonTensors.type(Json.text(node, "data_type"));
    if (type.isEmpty()) {
      throw Reading.at(file, "model_warmup input \"" + name + "\" has no data_type");
    }
    var shape = new ArrayList<Long>();
    for (JsonNode each : node.path("dims")) {
      if (each.asLong(0) < 1) {
        throw Reading.at(file, "model_warmup input \"" + name + "\" has a dimension below 1");
      }
      shape.add(each.asLong(0));
    }
    return new WarmUp.Input(type.get(), shape, content(name, node));
  }

  private WarmUp.Content content(String name, JsonNode node) throws ModelLoadException {
    String given = Json.text(node, "input_data_file");
    if (given.isEmpty()) {
      return node.path("random_data").asBoolean(false)
          ? new WarmUp.Content.Random()
          : new WarmUp.Content.Zeros();
    }
    Path home = directory.resolve("warmup");
    Path data = home.resolve(given).normalize();
    if (!data.startsWith(home)) {
      throw Reading.at(file, "model_warmup input \"" + name + "\": input_data_file leads out");
    }
    return new WarmUp.Content.Bytes(data);
  }
}
