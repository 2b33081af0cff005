package dev.slipway.dataplane.server.v1;

import dev.slipway.dataplane.model.Caller;
import dev.slipway.net.Response;
import java.util.UUID;

/// A client that is told which joined call answered it. One answered alone is a batch of its own.
final class BatchMember implements Caller {
  private final Response response;
  private volatile String batch = "";

  BatchMember(Response response) {
    this.response = response;
  }

  @Override
  public void onGone(Runnable action) {
    response.onClose(action);
  }

  @Override
  public void joined(String name) {
    batch = name;
  }

  /// Once it is answered.
  String batch() {
    return batch.isEmpty() ? UUID.randomUUID().toString() : batch;
  }
}
