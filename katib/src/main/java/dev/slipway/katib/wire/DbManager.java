package dev.slipway.katib.wire;

import dev.slipway.control.Cluster;
import dev.slipway.control.Resource;
import dev.slipway.controllers.katib.Observations;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.collect.ObservedTrial;
import dev.slipway.katib.parse.LineParser;
import dev.slipway.katib.store.ObservationStore;
import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.GrpcStatus;
import dev.slipway.net.grpc.ProtoReader;
import dev.slipway.net.grpc.ProtoWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Katib's db-manager: `api.v1.beta1.DBManager`, by which training code reports (`report_metrics`)
/// and clients read (`get_trial_metrics`).
///
/// The protocol names a trial without its namespace. That of the Trial of this name counts; where
/// several namespaces have one, the call is refused. Reports of trials that nobody knows are kept
/// without a namespace.
public final class DbManager {
  private static final String SERVICE = "/api.v1.beta1.DBManager/";

  private final Cluster cluster;
  private final Observations observations;
  private final ObservationStore store;

  public DbManager(Cluster cluster, Observations observations, ObservationStore store) {
    this.cluster = cluster;
    this.observations = observations;
    this.store = store;
  }

  public GrpcMethods methods() {
    return GrpcMethods.none()
        .unary(SERVICE + "ReportObservationLog", (message, _) -> report(message))
        .unary(SERVICE + "GetObservationLog", (message, _) -> read(message))
        .unary(SERVICE + "DeleteObservationLog", (message, _) -> delete(message));
  }

  // ReportObservationLogRequest: trial_name 1, observation_log 2 {metric_logs 1}.
  private byte[] report(byte[] message) {
    var trial = "";
    var logs = new ArrayList<MetricLog>();
    for (var fields = new ProtoReader(message); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> trial = fields.text();
        case 2 -> logs(fields.message(), logs);
        default -> {}
      }
    }
    observations.report(namespace(named(trial)), trial, logs);
    return new byte[0];
  }

  private static void logs(ProtoReader fields, List<MetricLog> found) {
    while (fields.next()) {
      if (fields.field() == 1) {
        log(fields.message()).ifPresent(found::add);
      }
    }
  }

  // MetricLog: time_stamp 1, metric 2 {name 1, value 2}.
  private static Optional<MetricLog> log(ProtoReader fields) {
    var time = LineParser.NO_TIME;
    var name = "";
    var value = "";
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> time = time("time_stamp", fields.text()).orElse(LineParser.NO_TIME);
        case 2 -> {
          for (var metric = fields.message(); metric.next(); ) {
            name = metric.field() == 1 ? metric.text() : name;
            value = metric.field() == 2 ? metric.text() : value;
          }
        }
        default -> {}
      }
    }
    return name.isEmpty() ? Optional.empty() : Optional.of(new MetricLog(time, name, value));
  }

  private static Optional<Instant> time(String field, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var found = LineParser.time(text);
    if (found.isEmpty()) {
      throw new GrpcException(
          GrpcStatus.INVALID_ARGUMENT,
          field + ": \"" + text + "\" is no time (expected RFC 3339: 2006-01-02T15:04:05Z)");
    }
    return found;
  }

  // GetObservationLogRequest: trial_name 1, metric_name 2, start_time 3, end_time 4.
  private byte[] read(byte[] message) {
    var trial = "";
    var metric = "";
    var from = Instant.MIN;
    var to = Instant.MAX;
    for (var fields = new ProtoReader(message); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> trial = fields.text();
        case 2 -> metric = fields.text();
        case 3 -> from = time("start_time", fields.text()).orElse(Instant.MIN);
        case 4 -> to = time("end_time", fields.text()).orElse(Instant.MAX);
        default -> {}
      }
    }
    var log = new ProtoWriter();
    for (var each : store.logs(namespace(named(trial)), trial, metric, from, to)) {
      var value = new ProtoWriter().text(1, each.name()).text(2, each.value());
      log.message(1, new ProtoWriter().text(1, each.time().toString()).message(2, value));
    }
    return new ProtoWriter().message(1, log).bytes();
  }

  private byte[] delete(byte[] message) {
    var trial = "";
    for (var fields = new ProtoReader(message); fields.next(); ) {
      trial = fields.field() == 1 ? fields.text() : trial;
    }
    observations.delete(namespace(named(trial)), trial);
    return new byte[0];
  }

  private static String named(String trial) {
    if (trial.isEmpty()) {
      throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, "trial_name is empty");
    }
    return trial;
  }

  private String namespace(String trial) {
    var found = new TreeSet<String>();
    cluster.list(ObservedTrial.KIND, "", each -> each.name().equals(trial)).stream()
        .map(Resource::namespace)
        .forEach(found::add);
    if (found.isEmpty()) {
      found.addAll(store.namespaces(trial));
    }
    if (found.size() > 1) {
      throw new GrpcException(
          GrpcStatus.FAILED_PRECONDITION,
          "trial_name: several namespaces have a trial \"" + trial + "\": " + found);
    }
    return found.isEmpty() ? "" : found.first();
  }
}
