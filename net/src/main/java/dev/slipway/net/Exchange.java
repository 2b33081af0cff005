package dev.slipway.net;

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
      response.end();
    } catch (RuntimeException problem) {
      handlerFailed(problem);
    }
    body.close();
    carrier.handlerDone();
    return true;
  }

  OutgoingResponse response() {
    return response;
  }

  Body body() {
    return body;
  }

  /// The client went away; on the event loop.
  void clientGone() {
    response.clientGone();
    body.fail(new Response.ClientGoneException());
  }

  @Override
  public void run() {
    try {
      handlers.handler().handle(request, response);
      if (!response.committed() && !response.closed()) {
        LOG.error("{} {}: the handler sent no response", request.method(), request.rawPath());
        response.fail(500, "internal server error");
      }
      response.end();
    } catch (Response.ClientGoneException _) {
      response.fail(500, "client is gone");
    } catch (Request.BodyTooLargeException problem) {
      response.fail(413, String.valueOf(problem.getMessage()));
    } catch (Body.MalformedBodyException problem) {
      response.fail(400, String.valueOf(problem.getMessage()));
    } catch (Inlet.StalledException problem) {
      response.fail(408, String.valueOf(problem.getMessage()));
    } catch (Throwable problem) {
      handlerFailed(problem);
    } finally {
      body.close();
      carrier.handlerDone();
    }
  }

  private void handlerFailed(Throwable problem) {
    if (response.closed()) {
      LOG.debug("{} {}: client is gone", request.method(), request.rawPath(), problem);
    } else {
      LOG.error("{} {}: the handler failed", request.method(), request.rawPath(), problem);
    }
    response.fail(500, "internal server error");
  }
}
