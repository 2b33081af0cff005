package dev.slipway.net;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its response on the way through the handlers: on the event loop if that answers
/// it, else on a thread of its own.
final class Exchange implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final RequestHandlers handlers;
  private final IncomingRequest request;
  private final OutgoingResponse response;
  private final Body body;
  private final Carrier carrier;
  private boolean deferred; // of the handler's thread until it returns
  private @Nullable Forwarding forwarding; // of the event loop

  Exchange(
      RequestHandlers handlers,
      IncomingRequest request,
      OutgoingResponse response,
      Body body,
      Carrier carrier) {
    this.handlers = handlers;
    this.request = request;
    this.response = response;
    this.body = body;
    this.carrier = carrier;
    response.belongsTo(this);
  }

  void start() {
    body.open();
    if (!handlers.useLoop() || !answeredOnLoop()) {
      Thread.startVirtualThread(this);
    }
  }

  private boolean answeredOnLoop() {
    body.refuseReaders(true);
    try {
      if (!handlers.first().tryHandle(request, response) && !response.committed()) {
        body.refuseReaders(false);
        return false;
      }
      if (deferred) {
        return true;
      }
      response.end();
    } catch (RuntimeException problem) {
      handlerFailed(problem);
    }
    body.close();
    carrier.handlerDone();
    return true;
  }

  /// The answer comes later, from elsewhere; on the handler's thread, before it returns.
  void defer() {
    if (!deferred) {
      deferred = true;
      body.refuseReaders(false);
      response.onClose(this::finished);
    }
  }

  private void finished() {
    body.close();
    carrier.handlerDone();
  }

  /// Who forwards the request now; null for nobody. On the event loop.
  void forwardedBy(@Nullable Forwarding value) {
    forwarding = value;
  }

  /// The client takes bytes again; on the event loop.
  void writable() {
    if (forwarding != null) {
      forwarding.clientWritable();
    }
  }

  boolean has(Response other) {
    return response.equals(other);
  }

  IncomingRequest request() {
    return request;
  }

  OutgoingResponse response() {
    return response;
  }

  Body body() {
    return body;
  }

  /// The client went away; on the event loop.
  void clientGone() {
    if (forwarding != null) {
      forwarding.clientGone();
    }
    response.clientGone();
    body.fail(new Response.ClientGoneException());
  }

  @Override
  public void run() {
    try {
      handlers.handler().handle(request, response);
      if (deferred) {
        return;
      }
      if (!response.committed() && !response.closed()) {
        LOG.error("{} {}: the handler sent no response", request.method(), request.rawPath());
        response.fail(500, "internal server error");
      }
      response.end();
    } catch (Response.ClientGoneException _) {
      failed(500, "client is gone");
    } catch (Request.BodyTooLargeException problem) {
      failed(413, String.valueOf(problem.getMessage()));
    } catch (Body.MalformedBodyException problem) {
      failed(400, String.valueOf(problem.getMessage()));
    } catch (Inlet.StalledException problem) {
      failed(408, String.valueOf(problem.getMessage()));
    } catch (Throwable problem) {
      handlerFailed(problem);
    } finally {
      if (!deferred) {
        finished();
      }
    }
  }

  private void handlerFailed(Throwable problem) {
    if (response.closed()) {
      LOG.debug("{} {}: client is gone", request.method(), request.rawPath(), problem);
    } else {
      LOG.error("{} {}: the handler failed", request.method(), request.rawPath(), problem);
    }
    failed(500, "internal server error");
  }

  private void failed(int code, String text) {
    if (!deferred) { // else what it deferred to answers
      response.fail(code, text);
    }
  }
}
