package dev.slipway.apiserver.rest;

import dev.slipway.net.Response;

/// Watch events as a chunked body.
final class StreamSink implements Watches.Sink {
  private final Response response;

  StreamSink(Response response) {
    this.response = response;
    response.flush();
  }

  @Override
  public void send(byte[]... parts) {
    response.write(parts);
    response.flush();
  }

  @Override
  public boolean closed() {
    return response.closed();
  }

  @Override
  public void onClose(Runnable action) {
    response.onClose(action);
  }

  void end() {
    if (!response.closed()) {
      response.end();
    }
  }
}
