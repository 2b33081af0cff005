package dev.slipway.net.grpc;

import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One call: what its caller said about it, how long it may take, and what goes back beside the
/// messages. For the method's thread, except where marked.
public final class GrpcCall {
  private final Request request;
  private final Response response;
  private final long deadlineNanos; // of System.nanoTime
  private final boolean limited;
  private List<Future<?>> timers = List.of(); // guarded by this
  private volatile boolean finished;

  GrpcCall(Request request, Response response, long timeoutNanos) {
    this.request = request;
    this.response = response;
    this.limited = timeoutNanos != Wire.NO_TIMEOUT;
    this.deadlineNanos = limited ? System.nanoTime() + timeoutNanos : 0;
  }

  /// The path: `/package.Service/Method`.
  public String path() {
    return request.rawPath();
  }

  /// The request that carries the call: who asks, from where, by which authority.
  public Request request() {
    return request;
  }

  /// The first value of an ASCII metadata field, or `""`; names ignore case.
  public String metadata(String name) {
    return request.header(name);
  }

  /// All values of an ASCII metadata field.
  public List<String> metadataValues(String name) {
    return request.headers(name);
  }

  /// All values of a binary metadata field.
  ///
  /// @param name ends in `-bin`
  /// @throws GrpcException INTERNAL if a value is not base64
  public List<byte[]> binaryMetadata(String name) {
    return Wire.binaryValues(name, request.headers(requireBinary(name)));
  }

  /// What is left until the deadline, zero if it has passed; empty for a call without one. Any
  /// thread.
  public Optional<Duration> timeLeft() {
    return limited ? Optional.of(Duration.ofNanos(nanosLeft())) : Optional.empty();
  }

  private long nanosLeft() {
    return Math.max(0, deadlineNanos - System.nanoTime());
  }

  boolean late() {
    return limited && nanosLeft() == 0;
  }

  /// Whether nobody waits for the answer any more: the caller cancelled or vanished, or the
  /// deadline has passed. Any thread.
  public boolean cancelled() {
    return response.closed() || late();
  }

  /// Ends the call if nobody waits for its answer; for the steps of a long computation.
  ///
  /// @throws GrpcException CANCELLED or DEADLINE_EXCEEDED
  public void requireWanted() {
    if (late()) {
      throw deadlineExceeded();
    }
    if (response.closed()) {
      throw new GrpcException(GrpcStatus.CANCELLED, "the caller has cancelled");
    }
  }

  static GrpcException deadlineExceeded() {
    return new GrpcException(GrpcStatus.DEADLINE_EXCEEDED, "the deadline has passed");
  }

  /// Runs once when the call is cancelled as `cancelled` says, at once if it is; never for a call
  /// that ended. On a thread of the server's: must not block. Any thread may ask.
  public void onCancel(Runnable action) {
    var once = new AtomicBoolean();
    Runnable cancel =
        () -> {
          if (!finished && once.compareAndSet(false, true)) {
            action.run();
          }
        };
    response.onClose(cancel);
    if (limited && !once.get()) {
      var timer = ForkJoinPool.commonPool().schedule(cancel, nanosLeft(), TimeUnit.NANOSECONDS);
      keep(timer);
    }
  }

  private synchronized void keep(Future<?> timer) {
    if (timers.isEmpty()) {
      timers = new ArrayList<>(1);
    }
    timers.add(timer);
  }

  /// Sets a metadata field before the messages of the answer.
  ///
  /// @throws IllegalStateException if a message has been sent
  /// @throws IllegalArgumentException if the field is the protocol's own
  public void header(String name, String value) {
    response.header(requireOwn(name), value);
  }

  /// Sets a binary metadata field before the messages of the answer.
  ///
  /// @param name ends in `-bin`
  public void binaryHeader(String name, byte[] value) {
    header(requireBinary(name), Wire.binaryField(value));
  }

  /// Sets a metadata field after the messages of the answer.
  ///
  /// @throws IllegalArgumentException if the field is the protocol's own
  public void trailer(String name, String value) {
    response.trailer(requireOwn(name), value);
  }

  /// Sets a binary metadata field after the messages, such as `grpc-status-details-bin`.
  ///
  /// @param name ends in `-bin`
  public void binaryTrailer(String name, byte[] value) {
    trailer(requireBinary(name), Wire.binaryField(value));
  }

  private static String requireBinary(String name) {
    if (!name.toLowerCase(Locale.ROOT).endsWith("-bin")) {
      throw new IllegalArgumentException("binary metadata " + name + " must end in -bin");
    }
    return name;
  }

  private static String requireOwn(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    boolean reserved = lower.startsWith("grpc-") && !lower.equals("grpc-status-details-bin");
    if (reserved || lower.equals("content-type") || lower.equals("te")) {
      throw new IllegalArgumentException("metadata " + name + " is the protocol's own");
    }
    return lower;
  }

  /// The answer is decided: no cancellation counts from here on.
  synchronized void finish() {
    finished = true;
    timers.forEach(timer -> timer.cancel(false));
  }
}
