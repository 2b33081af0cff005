package dev.slipway.dataplane.server;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.net.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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
  private final Optional<Sender> sender;
  private volatile boolean started;
  private volatile boolean closed;

  /// Brings an event to its receiver.
  @FunctionalInterface
  public interface Sender {
    /// @param headers of the event
    /// @return the receiver's status
    /// @throws IOException if there is no answer
    int send(URI sink, Map<String, String> headers, byte[] body)
        throws IOException, InterruptedException;
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Entry(
      PayloadLogging where,
      String type,
      String model,
      String id,
      String metadata,
      String contentType,
      byte[] body,
      Instant at) {}

  /// Sends by itself, to whatever the machine can reach.
  public PayloadLogs() {
    this.sender = Optional.empty();
  }

  public PayloadLogs(Sender sender) {
    this.sender = Optional.of(sender);
  }

  /// Events that did not fit.
  public long dropped() {
    return dropped.sum();
  }

  /// What follows a request that was logged.
  @FunctionalInterface
  public interface Asked {
    /// Nobody wants to hear of it.
    Asked NOT_LOGGED = (_, _) -> {};

    /// It was answered well. One that is refused has no answer here, as at KServe.
    ///
    /// @param type the answer's media type
    void answered(String type, byte[] answer);
  }

  /// A request to a model, before anything else is done about it.
  public Asked asked(Servable servable, Request request, byte[] body) {
    var settings = servable.settings().logger();
    return settings.isEmpty()
        ? Asked.NOT_LOGGED
        : asked(settings.get(), servable.name(), request, body);
  }

  /// A request to whatever has a name.
  public Asked asked(PayloadLogging where, String name, Request request, byte[] body) {
    if (isProbe(request)) {
      return Asked.NOT_LOGGED;
    }
    var given = request.header("ce-id");
    var id = given.isEmpty() ? RequestIds.next() : given;
    var metadata = metadata(where, request);
    if (!where.mode().equals("response")) {
      offer(
          new Entry(where, REQUEST, name, id, metadata, contentType(request), body, Instant.now()));
    }
    return where.mode().equals("request")
        ? Asked.NOT_LOGGED
        : (type, answer) ->
            offer(new Entry(where, RESPONSE, name, id, metadata, type, answer, Instant.now()));
  }

  /// `{"X-Caller":["me"]}` of the headers that are to be told.
  private static String metadata(PayloadLogging where, Request request) {
    var told = Json.object();
    for (var name : where.metadataHeaders()) {
      var values = request.headers(name);
      if (!values.isEmpty()) {
        values.forEach(told.putArray(name)::add);
      }
    }
    return told.toString();
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
        var how = sender.orElseGet(PayloadLogs::direct);
        for (int i = 0; i < SENDERS; i++) {
          Thread.ofVirtual().name("payload-log-" + i).start(() -> send(how));
        }
        started = true;
      }
    }
  }

  private static Sender direct() {
    var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    return (sink, headers, body) -> {
      var request =
          HttpRequest.newBuilder(sink).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body));
      headers.forEach(request::header);
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    };
  }

  private void send(Sender how) {
    try {
      while (true) {
        var entry = queue.poll(1, TimeUnit.SECONDS);
        if (entry == null) {
          if (closed) {
            return;
          }
          continue;
        }
        queuedBytes.addAndGet(-entry.body().length);
        try {
          int status = how.send(entry.where().sink(), event(entry), entry.body());
          if (status >= 300) {
            LOG.warn("{} answered {} to a payload", entry.where().sink(), status);
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

  private static Map<String, String> event(Entry entry) {
    var headers = new TreeMap<String, String>();
    headers.put("content-type", entry.contentType());
    headers.put("ce-specversion", "1.0");
    headers.put("ce-id", entry.id());
    headers.put("ce-source", entry.where().source());
    headers.put("ce-type", entry.type());
    headers.put("ce-time", entry.at().toString());
    headers.put("ce-recordedtime", Instant.now().toString());
    headers.put("ce-inferenceservicename", entry.model());
    headers.put("ce-component", "predictor");
    headers.put("ce-metadata", entry.metadata());
    entry.where().extensions().forEach((name, value) -> headers.put("ce-" + name, value));
    return headers;
  }

  /// What is queued is still sent.
  @Override
  public void close() {
    closed = true;
  }
}
