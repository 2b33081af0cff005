package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Caller;
import dev.slipway.net.Response;
import dev.slipway.net.grpc.GrpcCall;
import java.time.Duration;

/// Who waits, over each kind of connection.
public final class Callers {
  private Callers() {}

  /// An HTTP client, who is gone when the connection or stream is.
  public static Caller of(Response response) {
    return response::onClose;
  }

  /// A gRPC client, with its deadline.
  public static Caller of(GrpcCall call) {
    var left = call.timeLeft();
    long deadline =
        left.isPresent() ? System.nanoTime() + left.map(Duration::toNanos).get() : Long.MAX_VALUE;
    return new Caller() {
      @Override
      public long deadlineNanos() {
        return deadline;
      }

      @Override
      public void onGone(Runnable action) {
        call.onCancel(action);
      }
    };
  }
}
