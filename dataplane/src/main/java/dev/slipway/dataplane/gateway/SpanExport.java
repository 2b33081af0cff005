package dev.slipway.dataplane.gateway;

import dev.slipway.net.grpc.ProtoWriter;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a span for each sampled request to an OpenTelemetry receiver, in batches, by OTLP over
/// HTTP. A receiver that is slow or gone never delays a request: what does not fit into the queue,
/// or is not taken after some attempts, is dropped and counted.
///
/// Source: "OTLP Specification" 1.x, sections OTLP/HTTP Request, Response and Failures.
final class SpanExport implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpanExport.class);
  private static final int QUEUE = 8192;
  private static final int BATCH = 512; // as the queue: what OpenTelemetry's own processor takes
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 4;

  private final TraceSettings settings;
  private final BlockingQueue<Span> queue = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();
  private final Thread sender;
  private volatile boolean closed;
  private boolean failing;

  SpanExport(TraceSettings settings) {
    this.settings = settings;
    sender = Thread.ofVirtual().name("span-export").start(this::sendForEver);
  }

  long sent() {
    return sent.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  /// A request is over.
  void answered(Visit visit, int status, long bytes, long nanos) {
    var origin = visit.origin();
    if (origin.sampled() && !queue.offer(span(visit, status, bytes, nanos))) {
      dropped.increment();
    }
  }

  private static Span span(Visit visit, int status, long bytes, long nanos) {
    var request = visit.request();
    var origin = visit.origin();
    var target = visit.target();
    long took = nanos - visit.begunNanos();
    return new Span(
        Instant.now().minusNanos(took),
        took,
        origin.traceparent(),
        origin.parentSpan(),
        String.join(",", request.headers("tracestate")),
        new Span.Asked(
            request.method(),
            origin.forwardedProto(),
            request.authority(),
            request.rawPath(),
            request.protocol(),
            request.header("user-agent"),
            visit.gateway().clients().addressOf(request)),
        new Span.Went(visit.id(), target == null ? "" : target.upstream().key(), visit.wasHeld()),
        status,
        bytes);
  }

  private void sendForEver() {
    try {
      while (!closed || !queue.isEmpty()) {
        var first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          var batch = new ArrayList<Span>();
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          send(batch);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }

  private void send(List<Span> batch) throws InterruptedException {
    var body = message(batch);
    var pause = PAUSE;
    var trouble = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var outcome = post(body);
      if (outcome.taken()) {
        sent.add(batch.size());
        told("");
        return;
      }
      trouble = outcome.trouble();
      if (!outcome.again() || closed || attempt == ATTEMPTS) {
        break;
      }
      Thread.sleep(outcome.after().isZero() ? pause : outcome.after());
      pause = pause.multipliedBy(2);
    }
    dropped.add(batch.size());
    told(trouble);
  }

  /// @param again whether the same may be taken later
  /// @param after what the receiver asks to wait; zero where it does not say
  private record Outcome(String trouble, boolean again, Duration after) {
    boolean taken() {
      return trouble.isEmpty();
    }
  }

  private Outcome post(byte[] body) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(settings.endpoint())
            .timeout(LIMIT)
            .header("content-type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    settings.headers().forEach(request::setHeader);
    try {
      var answer = client.send(request.build(), BodyHandlers.ofByteArray());
      int status = answer.statusCode();
      if (status / 100 == 2) {
        return new Outcome("", false, Duration.ZERO);
      }
      boolean again = status == 429 || status == 502 || status == 503 || status == 504;
      var after = answer.headers().firstValue("retry-after").orElse("");
      return new Outcome(
          "it answers " + status,
          again,
          after.matches("\\d{1,2}") ? Duration.ofSeconds(Long.parseLong(after)) : Duration.ZERO);
    } catch (IOException problem) {
      return new Outcome(problem.toString(), true, Duration.ZERO);
    }
  }

  // Once when it begins to fail and once when it is well again, not for each batch.
  private void told(String trouble) {
    if (failing == trouble.isEmpty()) {
      failing = !failing;
      if (failing) {
        log.warn("{} does not take the spans of requests: {}", settings.endpoint(), trouble);
      } else {
        log.info("{} takes the spans of requests again", settings.endpoint());
      }
    }
  }

  /// The message `ExportTraceServiceRequest`.
  private byte[] message(List<Span> batch) {
    var resource = new ProtoWriter();
    settings
        .resource()
        .forEach(
            (key, value) -> resource.message(1, Span.pair(key, new ProtoWriter().text(1, value))));
    var scope = new ProtoWriter().message(1, new ProtoWriter().text(1, "slipway.gateway"));
    batch.forEach(span -> scope.message(2, span.message()));
    return new ProtoWriter()
        .message(1, new ProtoWriter().message(1, resource).message(2, scope))
        .bytes();
  }

  /// Sends what waits, for no longer than one attempt each.
  @Override
  public void close() {
    closed = true;
    try {
      sender.join(LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
