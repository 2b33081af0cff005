package dev.slipway.dataplane.graph;

/// The graph itself could not go on: no route, no answer, an answer that is no JSON.
final class GraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  GraphException(int status, String cause) {
    super(cause, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  String cause() {
    String text = getMessage();
    return text == null ? "" : text;
  }
}
