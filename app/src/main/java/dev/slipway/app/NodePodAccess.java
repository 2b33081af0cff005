package dev.slipway.app;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.rest.PodAccess;
import dev.slipway.apiserver.stream.PortForward;
import dev.slipway.apiserver.stream.RemoteCommand;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.node.CommandRefusedException;
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

/// Reaches into the pods of this machine: their logs, their ports, and commands beside what runs as
/// a process.
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
      case "exec", "attach" -> command(pod, subresource, query, request);
      default ->
          throw ApiException.badRequest(
              "pods/"
                  + subresource
                  + " is not served here: the pod answers at "
                  + Json.text(pod, "status", "podIP")
                  + " inside this machine, and through the gateway");
    }
  }

  private void command(
      ObjectNode pod, String subresource, Map<String, String> query, Request request)
      throws IOException, InterruptedException {
    var wanted =
        new RemoteCommand.Wanted(
            flag(query, "stdin"), flag(query, "stdout"), flag(query, "stderr"), flag(query, "tty"));
    var uid = Json.text(pod, "metadata", "uid");
    var name = container(pod, query);
    var words = values(request.rawQuery(), "command");
    if (subresource.equals("exec") && words.isEmpty()) {
      throw ApiException.badRequest("you must specify a command");
    }
    try {
      if (subresource.equals("attach")) {
        var joined = PodProgram.of(node.attach(uid, name));
        RemoteCommand.serve(request, wanted, words, () -> joined);
        return;
      }
      node.checkCommands(uid, name);
      RemoteCommand.serve(
          request, wanted, words, () -> PodProgram.started(node, uid, name, words, wanted));
    } catch (CommandRefusedException refused) {
      throw ApiException.badRequest(
          "cannot "
              + subresource
              + " container \""
              + name
              + "\" of pod \""
              + Json.text(pod, "metadata", "name")
              + "\": "
              + refused.why());
    }
  }

  /// As the API reads a boolean of a query: whatever is given and is neither `false` nor `0`.
  private static boolean flag(Map<String, String> query, String name) {
    var text = query.getOrDefault(name, "false");
    return !text.equalsIgnoreCase("false") && !text.equals("0");
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
    boolean before = flag(query, "previous");
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
        flag(query, "follow"),
        flag(query, "timestamps"),
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
