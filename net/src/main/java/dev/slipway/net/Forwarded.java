package dev.slipway.net;

import java.nio.ByteBuffer;
import java.util.Optional;

/// How one attempt to forward a request ended.
///
/// @param status of upstream's answer; 0 where there was none
/// @param requestBytes of the body sent to upstream
/// @param responseBytes of the answer's body
/// @param firstByteNanos from the start to the head of the answer; 0 where there was none
/// @param totalNanos from the start to the end
/// @param replayable whether the request, its body included, is still here as a whole and so could
///     be forwarded again; whether it may be is another matter, see `End`
/// @param message what happened, for logs; empty if all went well
public record Forwarded(
    End end,
    int status,
    long requestBytes,
    long responseBytes,
    long firstByteNanos,
    long totalNanos,
    boolean replayable,
    String message) {

  /// What ended it.
  public enum End {
    /// The whole answer was handed to the client's connection; or a tunnel was closed.
    COMPLETE(0, false),
    /// The client closed the connection or reset the stream. Upstream was told.
    CLIENT_GONE(0, false),
    /// The client's body broke the framing, or it stopped sending.
    BAD_REQUEST(400, false),
    /// The body is longer than allowed.
    TOO_LARGE(413, false),
    /// No connection: refused, unreachable, or not established in time. Nothing was sent.
    UNREACHABLE(502, true),
    /// Upstream said it did not begin with the request (HTTP/2 REFUSED_STREAM or GOAWAY), or a
    /// pooled connection turned out closed before anything was sent.
    REFUSED(502, true),
    /// The connection or stream broke after the request was sent and before the answer began:
    /// upstream may have acted on it.
    RESET(502, false),
    /// The listener did not want an answer of this status.
    DECLINED(502, false),
    /// Upstream's answer is no HTTP, or a head too large.
    BAD_ANSWER(502, false),
    /// Upstream broke off within its answer; the client was made to notice.
    BROKEN(502, false),
    REQUEST_TIMEOUT(504, false),
    RESPONSE_START_TIMEOUT(504, false),
    IDLE_TIMEOUT(504, false);

    private final int status;
    private final boolean unsent;

    End(int status, boolean unsent) {
      this.status = status;
      this.unsent = unsent;
    }

    /// The status a gateway answers with; 0 where there is nothing to answer.
    public int gatewayStatus() {
      return status;
    }

    /// Whether upstream has surely not acted on the request: any method may be tried again.
    public boolean unsent() {
      return unsent;
    }

    public boolean timeout() {
      return status == 504;
    }
  }

  /// Sees the bytes of both bodies as they pass. Called on the event loop; bytes are valid during
  /// the call alone.
  public interface Tap {
    /// Part of the request.
    void sent(ByteBuffer bytes);

    /// The request is sent again from its start.
    void takenBack();

    /// Part of the answer; of a tunnel, what upstream says.
    void received(ByteBuffer bytes);
  }

  /// Hears of the end, and decides about failures. Called on the event loop: nothing may block.
  public interface Listener {
    /// The attempt failed and nothing has been sent to the client. The listener may take the
    /// request back: to forward it again where `how.replayable()`, at once or later, or to answer
    /// itself, at once or later. `ended` is not called for this attempt then.
    ///
    /// @return whether it did; otherwise the forwarder answers with `how.end().gatewayStatus()`
    default boolean failed(Forwarded how, Request request, Response response) {
      return false;
    }

    /// Whether an answer of this status is not to reach the client: `failed` follows then with
    /// `DECLINED`, if the request could be sent again.
    default boolean declines(int status) {
      return false;
    }

    /// A timeout passed within the answer. Bytes returned here are appended to the body, which then
    /// ends as if it were whole; without any, the client sees it break off.
    default byte[] lastWords(Forwarded how) {
      return new byte[0];
    }

    /// Who is to see the bodies; asked once, before anything is sent.
    default Optional<Tap> tap() {
      return Optional.empty();
    }

    /// It is over. Called once, unless `failed` said true.
    void ended(Forwarded how);
  }
}
