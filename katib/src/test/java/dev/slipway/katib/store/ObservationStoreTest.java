package dev.slipway.katib.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.LineParser;
import dev.slipway.katib.store.ObservationStore.Position;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObservationStoreTest {
  @TempDir private Path directory;

  private ObservationStore open() {
    return new ObservationStore("jdbc:sqlite:" + directory.resolve("katib.db"));
  }

  @Test
  void keepsOrderOverRestarts() {
    try (var store = open()) {
      store.add("a", "t", List.of(log("loss", "3"), log("loss", "2")), at("5"));
    }
    try (var store = open()) {
      store.add(
          "a", "t", List.of(log("loss", "1"), log("2021-12-02T05:27:27.5Z", "acc", "9")), at("9"));
      assertThat(values(store, "a")).containsExactly("3", "2", "1", "9");
      assertThat(store.logs("a", "t").getLast().time()).isEqualTo("2021-12-02T05:27:27.5Z");
      assertThat(store.position("a", "t", "pod/output")).contains("9");
    }
  }

  @Test
  void aValueReplacesThatThereWasNone() {
    try (var store = open()) {
      assertThat(store.unavailable("a", "t", "loss", LineParser.NO_TIME)).isTrue();
      assertThat(store.unavailable("a", "t", "loss", LineParser.NO_TIME)).isFalse();
      assertThat(values(store, "a")).containsExactly("unavailable");
      store.add("a", "t", List.of(log("loss", "1")), Optional.empty());
      assertThat(values(store, "a")).containsExactly("1");
      assertThat(store.unavailable("a", "t", "loss", LineParser.NO_TIME)).isFalse();
    }
  }

  @Test
  void namespacesAreApart() {
    try (var store = open()) {
      store.add("a", "t", List.of(log("loss", "1")), at("1"));
      store.add("b", "t", List.of(log("loss", "2")), at("2"));
      store.stopped("b", "t");
      store.stopped("b", "t");
      assertThat(store.namespaces("t")).containsExactlyInAnyOrder("a", "b");
      assertThat(store.isStopped("a", "t")).isFalse();
      store.delete("b", "t");
      assertThat(values(store, "a")).containsExactly("1");
      assertThat(values(store, "b")).isEmpty();
      assertThat(store.position("b", "t", "pod/output")).isEmpty();
      assertThat(store.isStopped("b", "t")).isFalse();
    }
  }

  @Test
  void readsAMetricAndARangeOfTime() {
    try (var store = open()) {
      var logs =
          List.of(
              log("2021-01-01T00:00:00Z", "loss", "1"),
              log("2021-01-02T00:00:00Z", "loss", "2"),
              log("2021-01-03T00:00:00Z", "acc", "3"));
      store.add("a", "t", logs, Optional.empty());
      assertThat(store.logs("a", "t", "loss", Instant.MIN, Instant.MAX)).hasSize(2);
      var from = Instant.parse("2021-01-02T00:00:00Z");
      assertThat(store.logs("a", "t", "", from, Instant.MAX)).hasSize(2);
      assertThat(store.logs("a", "t", "", Instant.MIN, from)).hasSize(2);
    }
  }

  private static List<String> values(ObservationStore store, String namespace) {
    return store.logs(namespace, "t").stream().map(MetricLog::value).toList();
  }

  private static Optional<Position> at(String position) {
    return Optional.of(new Position("pod/output", position));
  }

  private static MetricLog log(String name, String value) {
    return new MetricLog(LineParser.NO_TIME, name, value);
  }

  private static MetricLog log(String time, String name, String value) {
    return new MetricLog(Instant.parse(time), name, value);
  }
}
