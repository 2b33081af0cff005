package dev.slipway.katib.wire;

import dev.slipway.base.Json;
import dev.slipway.controllers.katib.Observations;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Observations over HTTP, to read: `GET /katib/v1/namespaces/NAMESPACE/trials/TRIAL/observations`
/// with `?metric=NAME` answers `{trial, complete, stoppedEarly, logs: [{time, metric, value}]}`.
public final class ObservationPages implements Handler {
  private static final String BEGIN = "/katib/v1/namespaces/";

  private final Observations observations;

  public ObservationPages(Observations observations) {
    this.observations = observations;
  }

  public static boolean takes(String rawPath) {
    return rawPath.startsWith(BEGIN);
  }

  @Override
  public void handle(Request request, Response response) {
    var names = List.of(request.rawPath().substring(BEGIN.length()).split("/", -1));
    boolean known =
        names.size() == 4 && names.get(1).equals("trials") && names.get(3).equals("observations");
    if (!known) {
      send(
          response.status(404),
          Json.object()
              .put(
                  "message",
                  "no such path; expected " + BEGIN + "NAMESPACE/trials/TRIAL/observations")
              .toString());
    } else if (!request.method().equals("GET")) {
      send(response.status(405).header("allow", "GET"), "{\"message\":\"this can only be read\"}");
    } else {
      send(response, page(text(names.get(0)), text(names.get(2)), metric(request.rawQuery())));
    }
  }

  private static void send(Response response, String body) {
    response.header("content-type", "application/json").send(body.getBytes(StandardCharsets.UTF_8));
  }

  private String page(String namespace, String trial, String metric) {
    var report = observations.of(namespace, trial);
    var page = Json.object().put("namespace", namespace).put("trial", trial);
    page.put("complete", report.complete()).put("stoppedEarly", report.stoppedEarly());
    var logs = page.putArray("logs");
    for (var each : metric.isEmpty() ? report.logs() : report.of(metric)) {
      logs.addObject()
          .put("time", each.time().toString())
          .put("metric", each.name())
          .put("value", each.value());
    }
    return page.toString();
  }

  private static String metric(String query) {
    for (var each : query.split("&", -1)) {
      if (each.startsWith("metric=")) {
        return text(each.substring("metric=".length()));
      }
    }
    return "";
  }

  private static String text(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return encoded;
    }
  }
}
