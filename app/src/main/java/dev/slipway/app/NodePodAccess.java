package dev.slipway.app;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.rest.PodAccess;
import dev.slipway.apiserver.stream.PortForward;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.node.LogQuery;
import dev.slipway.node.NodeAgent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Reaches into the pods of this machine: their logs, and their ports. What needs a process of its
/// own (`exec`,
/// `attach`) is refused with the reason.
final class NodePodAccess implements PodAccess {
  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  private static final int CONNECT_MILLIS = 5000;

  private final NodeAgent node;

  NodePodAccess(NodeAgent node) {
    this.node = node;
  }

  @Override
  public void serve(
      ObjectNode pod, String subresource, String path, Request request, Response response)
      throws IOException, InterruptedException {
    var query = query(request.rawQuery());
    switch (subresource) {
      case "log" -> log(pod, query, response);
      case "portforward" -> portForward(pod, request);
      case "exec", "attach" ->
          throw ApiException.badRequest(
              "container "
                  + container(pod, query)
                  + " runs inside the platform's own process: there is nothing to "
                  + subresource
                  + " to; its output is in the log");
      default ->
          throw ApiException.badRequest(
              "pods/"
                  + subresource
                  + " is not served here: the pod answers at "
                  + Json.text(pod, "status", "podIP")
                  + " inside this machine, and through the gateway");
    }
  }

  private void portForward(ObjectNode pod, Request request)
      throws IOException, InterruptedException {
    var uid = Json.text(pod, "metadata", "uid");
    var ports = values(request.rawQuery(), "ports");
    PortForward.serve(request, ports, port -> connected(pod, uid, port));
  }

  private Socket connected(ObjectNode pod, String uid, int port) throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(node.socket(uid, port), CONNECT_MILLIS);
      return socket;
    } catch (IOException problem) {
      socket.close();
      throw new IOException(
          "failed to connect to localhost:"
              + port
              + " inside pod "
              + Json.text(pod, "metadata", "name")
              + ", uid "
              + uid
              + ": "
              + problem.getMessage(),
          problem);
    }
  }

  private static List<String> values(String rawQuery, String name) {
    return Stream.of(rawQuery.split("&", -1))
        .filter(each -> each.startsWith(name + "="))
        .map(each -> each.substring(name.length() + 1))
        .map(each -> URLDecoder.decode(each, StandardCharsets.UTF_8))
        .toList();
  }

  private void log(ObjectNode pod, Map<String, String> query, Response response)
      throws IOException {
    var uid = Json.text(pod, "metadata", "uid");
    var name = container(pod, query);
    boolean before = query.getOrDefault("previous", "").equals("true");
    var present = node.log(uid, name, before, false);
    if (present.isEmpty()) {
      throw ApiException.badRequest(missing(pod, uid, name, before));
    }
    var wanted = wanted(query);
    response.header("content-type", "text/plain; charset=utf-8");
    var out = new ResponseBody(response);
    wanted.copy(present.get(), () -> node.log(uid, name, before, true).orElseThrow(), out);
    response.end();
  }

  private String missing(ObjectNode pod, String uid, String name, boolean before) {
    if (before && node.has(uid, name)) {
      return "previous terminated container \""
          + name
          + "\" in pod \""
          + Json.text(pod, "metadata", "name")
          + "\" not found";
    }
    return "container \""
        + name
        + "\" in pod \""
        + Json.text(pod, "metadata", "name")
        + "\" is waiting to start or is gone: it has no log";
  }

  private static LogQuery wanted(Map<String, String> query) {
    return new LogQuery(
        query.getOrDefault("follow", "").equals("true"),
        query.getOrDefault("timestamps", "").equals("true"),
        number(query, "tailLines"),
        since(query),
        number(query, "limitBytes"));
  }

  private static Optional<Long> number(Map<String, String> query, String name) {
    var text = query.getOrDefault(name, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("\\d{1,18}")) {
      throw ApiException.badRequest(name + ": \"" + text + "\" is no number");
    }
    return Optional.of(Long.parseLong(text));
  }

  private static Optional<Instant> since(Map<String, String> query) {
    var text = query.getOrDefault("sinceTime", "");
    try {
      return text.isEmpty()
          ? number(query, "sinceSeconds").map(seconds -> Instant.now().minusSeconds(seconds))
          : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      throw ApiException.badRequest("sinceTime: \"" + text + "\" is no time");
    }
  }

  private static String container(ObjectNode pod, Map<String, String> query) {
    var asked = query.getOrDefault("container", "");
    var annotated = Json.text(pod, "metadata", "annotations", DEFAULT_CONTAINER);
    if (!asked.isEmpty() || !annotated.isEmpty()) {
      return asked.isEmpty() ? annotated : asked;
    }
    return pod.path("spec").path("containers").path(0).path("name").asString("");
  }

  private static Map<String, String> query(String raw) {
    var found = new HashMap<String, String>();
    for (var each : raw.split("&", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        found.put(
            each.substring(0, equals),
            URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  /// Writes into a response, and pushes it on when asked to.
  private static final class ResponseBody extends OutputStream {
    private final Response response;

    ResponseBody(Response response) {
      this.response = response;
    }

    @Override
    public void write(int one) {
      response.write(new byte[] {(byte) one});
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      response.write(Arrays.copyOfRange(bytes, from, from + length));
    }

    @Override
    public void flush() {
      response.flush();
    }
  }
}
