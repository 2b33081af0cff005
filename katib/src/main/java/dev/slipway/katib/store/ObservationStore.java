package dev.slipway.katib.store;

import dev.slipway.controllers.katib.Observations;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.sql.Tables;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The table of observations, opened when first used. Thread-safe; what a method has written is on
/// disk when it returns.
///
/// Rows carry the namespace of their trial; Katib's own protocol names trials alone, so
/// [#namespaces(String)] finds them.
public final class ObservationStore implements AutoCloseable {
  private static final Tables TABLES =
      new Tables("katib_schema", ObservationStore.class, List.of("001-observations.sql"));

  private static final String OF_TRIAL = " WHERE namespace = ? AND trial_name = ?";

  private final String url;
  private @Nullable Database opened; // guarded by this
  private boolean closed; // guarded by this

  /// @param url see [dev.slipway.registry.sql.Dialect#of]
  public ObservationStore(String url) {
    this.url = url;
  }

  private synchronized Database database() {
    if (closed) {
      throw new IllegalStateException("the observations are closed");
    }
    if (opened == null) {
      opened = Database.open(url, TABLES);
    }
    return opened;
  }

  /// How far a source has been read.
  ///
  /// @param source unique within its trial
  public record Position(String source, String at) {}

  /// Adds reports in their order, and where they were read from, in one transaction. The value of a
  /// metric that was unavailable before replaces that.
  public void add(
      String namespace, String trial, List<MetricLog> logs, Optional<Position> position) {
    database()
        .write(
            session -> {
              insert(session, namespace, trial, logs);
              position.ifPresent(at -> put(session, namespace, trial, at));
              return true;
            });
  }

  private static void insert(
      Session session, String namespace, String trial, List<MetricLog> logs) {
    if (logs.isEmpty()) {
      return;
    }
    logs.stream()
        .map(MetricLog::name)
        .distinct()
        .forEach(
            metric ->
                session.update(
                    "DELETE FROM observation_logs"
                        + OF_TRIAL
                        + " AND metric_name = ? AND value = ?",
                    namespace,
                    trial,
                    metric,
                    Observations.UNAVAILABLE));
    long next = nextId(session, namespace, trial);
    var rows = new ArrayList<Object[]>();
    for (var each : logs) {
      rows.add(
          new Object[] {namespace, trial, next++, micros(each.time()), each.name(), each.value()});
    }
    session.batch(
        "INSERT INTO observation_logs (namespace, trial_name, id, time, metric_name, value)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        rows);
  }

  private static long nextId(Session session, String namespace, String trial) {
    return session
        .first(
            "SELECT coalesce(max(id), 0) + 1 FROM observation_logs" + OF_TRIAL,
            row -> row.number(1),
            namespace,
            trial)
        .orElse(1L);
  }

  private static void put(Session session, String namespace, String trial, Position position) {
    session.update(
        "INSERT INTO collected (namespace, trial_name, source, position) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (namespace, trial_name, source) DO UPDATE SET position ="
            + " excluded.position",
        namespace,
        trial,
        position.source(),
        position.at());
  }

  /// How far a source of a trial has been read.
  public Optional<String> position(String namespace, String trial, String source) {
    return database()
        .read(
            session ->
                session.first(
                    "SELECT position FROM collected" + OF_TRIAL + " AND source = ?",
                    row -> row.text(1),
                    namespace,
                    trial,
                    source));
  }

  /// Notes that a metric was never reported; nothing happens where it was.
  ///
  /// @return whether it was noted
  public boolean unavailable(String namespace, String trial, String metric, Instant time) {
    return database()
        .write(
            session -> {
              if (session.exists(
                  "SELECT 1 FROM observation_logs" + OF_TRIAL + " AND metric_name = ?",
                  namespace,
                  trial,
                  metric)) {
                return false;
              }
              var log = new MetricLog(time, metric, Observations.UNAVAILABLE);
              insert(session, namespace, trial, List.of(log));
              return true;
            });
  }

  /// Notes that a trial's stopping rules held.
  public void stopped(String namespace, String trial) {
    database()
        .write(
            session ->
                session.update(
                    "INSERT INTO stopped_trials (namespace, trial_name) VALUES (?, ?)"
                        + " ON CONFLICT (namespace, trial_name) DO NOTHING",
                    namespace,
                    trial));
  }

  public boolean isStopped(String namespace, String trial) {
    return database()
        .read(
            session -> session.exists("SELECT 1 FROM stopped_trials" + OF_TRIAL, namespace, trial));
  }

  /// All reports of a trial by time, those of one time as they came.
  public List<MetricLog> logs(String namespace, String trial) {
    return logs(namespace, trial, "", Instant.MIN, Instant.MAX);
  }

  /// @param metric empty for all
  /// @param from first time, itself included; likewise `to`
  public List<MetricLog> logs(
      String namespace, String trial, String metric, Instant from, Instant to) {
    return database()
        .read(
            session ->
                session.list(
                    "SELECT time, metric_name, value FROM observation_logs"
                        + OF_TRIAL
                        + " AND (metric_name = ? OR ? = '') AND time >= ? AND time <= ?"
                        + " ORDER BY time, id",
                    ObservationStore::log,
                    namespace,
                    trial,
                    metric,
                    metric,
                    from.equals(Instant.MIN) ? Long.MIN_VALUE : micros(from),
                    to.equals(Instant.MAX) ? Long.MAX_VALUE : micros(to)));
  }

  private static MetricLog log(Row row) {
    return new MetricLog(
        Instant.EPOCH.plus(row.number(1), ChronoUnit.MICROS), row.text(2), row.text(3));
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /// The namespaces in which a trial of that name has reported.
  public List<String> namespaces(String trial) {
    return database()
        .read(
            session ->
                session.list(
                    "SELECT DISTINCT namespace FROM observation_logs WHERE trial_name = ?",
                    row -> row.text(1),
                    trial));
  }

  /// Forgets a trial.
  public void delete(String namespace, String trial) {
    database()
        .write(
            session -> {
              for (var table : List.of("observation_logs", "collected", "stopped_trials")) {
                session.update("DELETE FROM " + table + OF_TRIAL, namespace, trial);
              }
              return true;
            });
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }
}
