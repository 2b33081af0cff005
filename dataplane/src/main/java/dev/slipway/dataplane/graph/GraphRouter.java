package dev.slipway.dataplane.graph;

import dev.slipway.base.Json;
import dev.slipway.dataplane.graph.StepCaller.Answer;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.core.JacksonException;

/// Answers requests by sending them through a graph, whatever their path; `/readyz` says that it is
/// there. What a step answers is passed on as it is; the router's own failures are
/// `{"error": "Failed to process request", "cause": ...}`.
///
/// Follows `cmd/router/main.go` of kserve/kserve, but for credentials where nothing is said of
/// headers: there a step's own service may ask for a key, so what the caller has shown is shown to
/// it too. No one outside this platform gets it.
public final class GraphRouter implements Handler {
  static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
  private static final int PIECE_BYTES = 16 * 1024;

  private final Graph graph;
  private final StepCaller caller;
  /// `Authorization`, `X-Api-Key` and their like.
  private static final Pattern CREDENTIALS = Pattern.compile("^(Authorization|(.*-)?Api-?[Kk]ey)$");

  private final List<Pattern> passed;
  private final IntSupplier point;

  /// @param passed patterns (RE2 as far as `java.util.regex` agrees) of the names of headers that
  ///     steps get too; found anywhere in the name, spelled as in `Content-Type`
  public GraphRouter(Graph graph, StepCaller caller, List<String> passed) {
    this(graph, caller, passed, () -> ThreadLocalRandom.current().nextInt(100));
  }

  GraphRouter(Graph graph, StepCaller caller, List<String> passed, IntSupplier point) {
    this.graph = graph;
    this.caller = caller;
    this.passed = passed.stream().flatMap(each -> pattern(each).stream()).toList();
    this.point = point;
  }

  /// A router as KServe's container is told: the value of `--graph-json`, and of the variable
  /// `PROPAGATE_HEADERS`, which may be empty.
  ///
  /// @throws IllegalArgumentException if the graph is none
  public static GraphRouter of(String graphJson, String propagateHeaders, StepCaller caller) {
    List<String> patterns =
        propagateHeaders.isBlank() ? List.of() : List.of(propagateHeaders.split(",", -1));
    return new GraphRouter(Graph.parse(graphJson), caller, patterns);
  }

  private static List<Pattern> pattern(String text) {
    try {
      return text.isBlank() ? List.of() : List.of(Pattern.compile(text.strip()));
    } catch (PatternSyntaxException _) {
      return List.of(); // as the original: a pattern that is none is left out
    }
  }

  @Override
  public void handle(Request request, Response response) throws InterruptedException {
    if (request.rawPath().equals("/readyz")) {
      response.status(200).send(new byte[0]);
      return;
    }
    var limits = graph.timeouts();
    var until = new UntilCaller(caller, limits.step(), limits.write());
    try {
      var body = body(request, limits.read());
      send(response, new GraphWalk(graph, until, passed(request), point).walk(body));
    } catch (Request.BodyTooLargeException e) {
      fail(response, new GraphException(413, String.valueOf(e.getMessage())));
    } catch (GraphException e) {
      fail(response, until.over() ? late("serverWrite", 504, limits.write()) : e);
    } catch (IOException e) {
      fail(response, new GraphException(400, "the request broke off: " + e.getMessage()));
    }
  }

  private static GraphException late(String field, int status, Duration limit) {
    return new GraphException(
        status, "longer than routerTimeouts." + field + ", " + limit.toSeconds() + " s");
  }

  /// @param limit of the whole body; zero for none
  private static byte[] body(Request request, Duration limit) throws IOException {
    if (limit.isZero()) {
      return request.body(MAX_BODY_BYTES);
    }
    long begun = System.nanoTime();
    var body = new ByteArrayOutputStream();
    var piece = new byte[PIECE_BYTES];
    try (var stream = request.bodyStream(limit)) {
      for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
        body.write(piece, 0, count);
        if (body.size() > MAX_BODY_BYTES) {
          throw new Request.BodyTooLargeException(MAX_BODY_BYTES);
        }
        if (System.nanoTime() - begun > limit.toNanos()) {
          throw late("serverRead", 408, limit);
        }
      }
    }
    return body.toByteArray();
  }

  private GraphWalk.Passed passed(Request request) {
    var everywhere = headers(request, passed);
    var here = passed.isEmpty() ? headers(request, List.of(CREDENTIALS)) : everywhere;
    return new GraphWalk.Passed(everywhere, here);
  }

  private static Map<String, List<String>> headers(Request request, List<Pattern> wanted) {
    var headers = new HashMap<String, List<String>>();
    for (String name : request.headerNames()) {
      String spelled = canonical(name);
      if (wanted.stream().anyMatch(each -> each.matcher(spelled).find())) {
        headers.put(name, new ArrayList<>(request.headers(name)));
      }
    }
    headers.putIfAbsent("content-type", List.of("application/json"));
    return headers;
  }

  /// `Content-Type` of `content-type`, as patterns are written for.
  private static String canonical(String name) {
    var text = new StringBuilder(name.length());
    boolean first = true;
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      text.append(first ? Character.toUpperCase(each) : Character.toLowerCase(each));
      first = each == '-';
    }
    return text.toString();
  }

  private static void send(Response response, Answer answer) {
    if (isJson(answer.body())) {
      response.header("content-type", "application/json");
    }
    response.status(answer.status() == 0 ? 200 : answer.status()).send(answer.body());
  }

  private static boolean isJson(byte[] body) {
    try {
      return body.length > 0 && !Json.parse(body).isMissingNode();
    } catch (JacksonException _) {
      return false;
    }
  }

  private static void fail(Response response, GraphException e) {
    response
        .status(e.status())
        .header("content-type", "application/json")
        .send(
            Json.bytes(
                Json.object().put("error", "Failed to process request").put("cause", e.cause())));
  }
}
