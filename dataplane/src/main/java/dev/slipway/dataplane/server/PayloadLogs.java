package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.net.Request;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests and answers to where a model's settings say, as CloudEvents in binary mode, the
/// way
/// KServe's agent does: the two of one request share an id. A slow or absent receiver never delays
/// a
/// request; what does not fit into the queue is dropped and counted.
public final class PayloadLogs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PayloadLogs.class);
  private static final String REQUEST = "org.kubeflow.serving.inference.request";
  private static final String RESPONSE = "org.kubeflow.serving.inference.response";
  private static final int QUEUE = 1_000;
  private static final long MAX_QUEUED_BYTES = 64L * 1024 * 1024;
  private static final int SENDERS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final java.util.concurrent.atomic.AtomicLong queuedBytes =
      new java.util.concurrent.atomic.AtomicLong();
  private final LongAdder dropped = new LongAdder();
  private volatile boolean started;
  private volatile boolean closed;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Entry(
      PayloadLogging where,
      String type,
      String model,
      String id,
      String contentType,
      byte[] body,
      Instant at) {}

  /// Events that did not fit.
  public long dropped() {
    return dropped.sum();
  }

  /// An answered request.
  ///
  /// @param answerType the answer's media type
  public void record(
      Servable servable, Request request, byte[] body, String answerType, byte[] answer) {
    var settings = servable.settings().logger();
    if (settings.isEmpty()) {
      return;
    }
    record(settings.get(), servable.name(), request, body, answerType, answer);
  }

  /// An answered request of whatever has a name.
  ///
  /// @param answerType the answer's media type
  public void record(
      PayloadLogging where,
      String name,
      Request request,
      byte[] body,
      String answerType,
      byte[] answer) {
    if (isProbe(request)) {
      return;
    }
    var given = request.header("ce-id");
    var id = given.isEmpty() ? RequestIds.next() : given;
    if (!where.mode().equals("response")) {
      offer(new Entry(where, REQUEST, name, id, contentType(request), body, Instant.now()));
    }
    if (!where.mode().equals("request")) {
      offer(new Entry(where, RESPONSE, name, id, answerType, answer, Instant.now()));
    }
  }

  /// What a node asks by itself, as Knative tells it: by its agent or by a header.
  private static boolean isProbe(Request request) {
    return request.header("user-agent").startsWith("kube-probe/")
        || !request.header("k-kubelet-probe").isEmpty();
  }

  private static String contentType(Request request) {
    var type = request.header("content-type");
    return type.isEmpty() ? "application/json" : type;
  }

  private void offer(Entry entry) {
    start();
    boolean fits = queuedBytes.addAndGet(entry.body().length) <= MAX_QUEUED_BYTES;
    if (!fits || !queue.offer(entry)) {
      queuedBytes.addAndGet(-entry.body().length);
      dropped.increment();
    }
  }

  private void start() {
    if (started) {
      return;
    }
    synchronized (this) {
      if (!started) {
        var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        for (int i = 0; i < SENDERS; i++) {
          Thread.ofVirtual().name("payload-log-" + i).start(() -> send(client));
        }
        started = true;
      }
    }
  }

  private void send(HttpClient client) {
    try {
      while (!closed) {
        var entry = queue.take();
        queuedBytes.addAndGet(-entry.body().length);
        try {
          var reply = client.send(event(entry), BodyHandlers.discarding());
          if (reply.statusCode() >= 300) {
            LOG.warn("{} answered {} to a payload", entry.where().sink(), reply.statusCode());
          }
        } catch (IOException problem) {
          LOG.warn(
              "a payload could not be sent to {}: {}", entry.where().sink(), problem.toString());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpRequest event(Entry entry) {
    return HttpRequest.newBuilder(entry.where().sink())
        .timeout(PATIENCE)
        .header("content-type", entry.contentType())
        .header("ce-specversion", "1.0")
        .header("ce-id", entry.id())
        .header("ce-source", entry.where().source())
        .header("ce-type", entry.type())
        .header("ce-time", entry.at().toString())
        .header("ce-inferenceservicename", entry.model())
        .header("ce-component", "predictor")
        .POST(BodyPublishers.ofByteArray(entry.body()))
        .build();
  }

  @Override
  public void close() {
    closed = true;
  }
}
