package dev.slipway.dataplane.graph;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Calls the service of a step: POST, and the whole answer. Thread-safe; may block.
@FunctionalInterface
public interface StepCaller {
  /// @param url of the step
  /// @param headers to be sent, `content-type` among them
  /// @throws IOException if there is no answer
  Answer call(String url, Map<String, List<String>> headers, byte[] body)
      throws IOException, InterruptedException;

  /// Whether an address is one of this platform's own services.
  default boolean isHere(String url) {
    return false;
  }

  /// One that waits no longer than this for an answer.
  ///
  /// @param patience of each call
  default StepCaller within(Duration patience) {
    return this;
  }

  /// What a step answered; the array is not changed.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Answer(int status, byte[] body) {
    boolean succeeded() {
      return status >= 200 && status <= 299;
    }
  }
}
