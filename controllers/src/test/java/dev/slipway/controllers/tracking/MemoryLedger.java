package dev.slipway.controllers.tracking;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A tracker in memory, which can be away.
final class MemoryLedger implements RunLedger {
  final List<String> written = new ArrayList<>();
  final Map<String, Map<String, String>> tags = new LinkedHashMap<>();
  boolean away;

  private void ask() {
    if (away) {
      throw new IllegalStateException("the tracker is away");
    }
  }

  @Override
  public String experiment(String name) {
    ask();
    return "id of " + name;
  }

  @Override
  public Optional<String> find(String experimentId, String tag, String value) {
    ask();
    return tags.entrySet().stream()
        .filter(each -> value.equals(each.getValue().get(tag)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public String begin(String experimentId, String name, Map<String, String> given) {
    ask();
    String id = "run-" + (tags.size() + 1);
    tags.put(id, new LinkedHashMap<>(given));
    written.add("begin " + id + " " + name + " in " + experimentId);
    return id;
  }

  @Override
  public void parameters(String run, Map<String, String> values) {
    ask();
    written.add("parameters " + run + " " + values);
  }

  @Override
  public void metrics(String run, Map<String, Double> values, Instant when) {
    ask();
    written.add("metrics " + run + " " + values + " at " + when);
  }

  @Override
  public void end(String run, String status, Instant when) {
    ask();
    written.add("end " + run + " " + status);
  }
}
