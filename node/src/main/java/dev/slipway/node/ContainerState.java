package dev.slipway.node;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a container stands, as `containerStatuses[].state` says it.
sealed interface ContainerState {
  record Waiting(String reason, String message) implements ContainerState {}

  record Running(Instant startedAt) implements ContainerState {}

  record Terminated(
      int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
      implements ContainerState {}

  default ObjectNode toJson() {
    var json = Json.object();
    switch (this) {
      case Waiting(String reason, String message) -> {
        var waiting = json.putObject("waiting").put("reason", reason);
        put(waiting, "message", message);
      }
      case Running(Instant startedAt) ->
          json.putObject("running").put("startedAt", seconds(startedAt));
      case Terminated ended -> {
        var terminated = json.putObject("terminated").put("exitCode", ended.exitCode);
        put(terminated, "reason", ended.reason);
        put(terminated, "message", ended.message);
        terminated.put("startedAt", seconds(ended.startedAt));
        terminated.put("finishedAt", seconds(ended.finishedAt));
      }
    }
    return json;
  }

  private static void put(ObjectNode into, String field, String value) {
    if (!value.isEmpty()) {
      into.put(field, value);
    }
  }

  static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// Reads `state` or `lastState`, where it says that the container ended.
  static Optional<Terminated> terminated(JsonNode state) {
    var ended = state.path("terminated");
    if (!ended.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Terminated(
            ended.path("exitCode").asInt(0),
            Json.text(ended, "reason"),
            Json.text(ended, "message"),
            instant(Json.text(ended, "startedAt")),
            instant(Json.text(ended, "finishedAt"))));
  }

  /// The epoch where the text is no time.
  static Instant instant(String text) {
    try {
      return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }
}
