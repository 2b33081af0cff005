package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import dev.slipway.net.Forwarded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The bodies of one request and its answer as they pass to and from an endpoint elsewhere, for the
/// payload log. Of the request's event loop.
///
/// Follows `pkg/logger/handler.go` of kserve/kserve: an answer is told of if it is 200, with the
/// request's media type.
final class Recording implements Forwarded.Tap {
  /// Of both bodies together; longer ones are not told of.
  private static final int MOST_BYTES = 16 << 20;

  private final Optional<PayloadLog> log;
  private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
  private final ByteArrayOutputStream answered = new ByteArrayOutputStream();
  private boolean tooLong;

  /// @param log empty where only copies of the request are wanted
  Recording(Optional<PayloadLog> log) {
    this.log = log;
  }

  @Override
  public void sent(ByteBuffer bytes) {
    add(bytes, asked);
  }

  @Override
  public void takenBack() {
    asked.reset();
  }

  @Override
  public void received(ByteBuffer bytes) {
    if (log.isPresent()) {
      add(bytes, answered);
    }
  }

  private void add(ByteBuffer bytes, ByteArrayOutputStream body) {
    tooLong |= asked.size() + answered.size() + bytes.remaining() > MOST_BYTES;
    if (tooLong) {
      asked.reset();
      answered.reset();
      return;
    }
    var copy = new byte[bytes.remaining()];
    bytes.get(copy);
    body.writeBytes(copy);
  }

  /// Whether nothing was too long to be kept.
  boolean whole() {
    return !tooLong;
  }

  /// The body of the request.
  byte[] asked() {
    return asked.toByteArray();
  }

  /// @param pod `NAMESPACE/NAME` of what answered; may be empty
  void tell(Visit visit, String pod, int status) {
    log.filter(_ -> !tooLong).ifPresent(to -> tell(to, visit, pod, status));
  }

  private void tell(PayloadLog log, Visit visit, String pod, int status) {
    var where =
        new PayloadLogging(
            log.sink(),
            log.mode().isEmpty() ? "all" : log.mode(),
            pod.isEmpty() ? LocalPass.SOURCE : pod.substring(pod.indexOf('/') + 1),
            log.extensions(),
            log.metadataHeaders());
    var request = visit.request();
    var name = Upstreams.loadKey(visit.id()).name();
    var told = visit.gateway().payloads().asked(where, name, request, asked.toByteArray());
    if (status == 200) {
      told.answered(request.header("content-type"), answered.toByteArray());
    }
  }
}
