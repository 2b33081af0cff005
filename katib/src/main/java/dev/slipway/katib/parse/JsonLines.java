package dev.slipway.katib.parse;

import dev.slipway.base.Json;
import dev.slipway.controllers.katib.Observations.MetricLog;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Lines that are one JSON object each, with metrics as its fields: text, as Katib has them, or
/// numbers. `timestamp` is text (RFC 3339) or seconds since 1970.
///
/// Source: Katib, pkg/metricscollector/v1beta1/file-metricscollector. A line that is no object is
/// passed over; Katib fails the whole trial for it.
public final class JsonLines implements LineParser {
  private static final String TIME = "timestamp";
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

  private final List<String> wanted;

  /// @param wanted names of metrics
  public JsonLines(List<String> wanted) {
    this.wanted = List.copyOf(wanted);
  }

  @Override
  public List<MetricLog> parse(String line) {
    var object = object(line);
    if (object.isEmpty()) {
      return List.of();
    }
    var time = time(object.get().path(TIME));
    var found = new ArrayList<MetricLog>();
    for (var name : wanted) {
      var value = object.get().path(name);
      if (value.isString() || value.isNumber()) {
        found.add(new MetricLog(time, name, value.asString("")));
      }
    }
    return found;
  }

  private static Optional<JsonNode> object(String line) {
    if (!line.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parse(line.getBytes(StandardCharsets.UTF_8)))
          .filter(JsonNode::isObject);
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private static Instant time(JsonNode given) {
    if (given.isString()) {
      return LineParser.time(given.asString("")).orElse(NO_TIME);
    }
    return given.isNumber() ? ofSeconds(given.decimalValue()) : NO_TIME;
  }

  private static Instant ofSeconds(BigDecimal seconds) {
    try {
      var parts = seconds.divideAndRemainder(BigDecimal.ONE);
      return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].multiply(NANOS).longValue());
    } catch (ArithmeticException | DateTimeException _) {
      return NO_TIME;
    }
  }
}
