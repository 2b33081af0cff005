package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.CompiledRule.Target;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.WebSocket;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets an endpoint of this process answer a request, on the request's virtual thread.
final class LocalPass implements Answer.Events {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int GOING_AWAY = 1001;

  /// What KServe's agent calls itself where nobody names it.
  static final String SOURCE = "http://localhost:9081/";

  private final Visit visit;
  private final Target target;
  private final Answer answer;
  private volatile @Nullable WebSocket socket;

  LocalPass(Visit visit, Target target) {
    this.visit = visit;
    this.target = target;
    answer = new Answer(visit.response(), this);
  }

  /// @throws Exception what the endpoint throws; the server answers then
  void run(Handler handler) throws Exception {
    int status = 500;
    try {
      var changed = target.edits().pathFor(visit.rule().path(), visit.path());
      var routed = new RoutedRequest(visit, target.edits(), changed, this::opened);
      var payloads = payloads();
      mirror(routed);
      if (payloads.isPresent()) {
        status = recorded(handler, routed, payloads.get());
      } else {
        handler.handle(routed, answer);
        status = finish();
      }
    } catch (Response.ClientGoneException _) {
      status = answer.ended() ? Refusal.TIMEOUT.status() : Visit.CLIENT_CLOSED;
    } catch (Request.BodyTooLargeException problem) {
      status = 413;
      throw problem;
    } finally {
      answer.seal();
      visit.ended(socket == null ? status : 101, answer.bytes());
    }
  }

  /// Where payloads are sent; not those of gRPC and WebSockets, as KServe's logger.
  private Optional<PayloadLog> payloads() {
    var request = visit.request();
    return Refusal.grpc(request) || request.isWebSocket()
        ? Optional.empty()
        : visit.rule().guard().policy().payloads();
  }

  private void mirror(RoutedRequest routed) {
    var chosen = Mirroring.chosen(visit);
    if (!chosen.isEmpty()) {
      var copy = CopiedRequest.of(visit, target.edits(), routed.gather());
      chosen.forEach(each -> each.send(copy, visit.gateway()));
    }
  }

  private int recorded(Handler handler, RoutedRequest routed, PayloadLog log) throws Exception {
    var body = routed.gather();
    var name = Upstreams.loadKey(visit.id()).name();
    var mode = log.mode().isEmpty() ? "all" : log.mode();
    var where = PayloadLogging.of(log.sink(), mode, SOURCE);
    var asked = visit.gateway().payloads().asked(where, name, routed, body);
    var copy = new ByteArrayOutputStream();
    answer.copyTo(copy);
    handler.handle(routed, answer);
    int status = finish();
    if (status == 200) {
      asked.answered(answer.firstHeader("content-type"), copy.toByteArray());
    }
    return status;
  }

  private int finish() {
    if (socket == null && !answer.committed()) {
      LOG.error("{} {}: the endpoint sent no answer", visit.request().method(), visit.path());
      Refusal.internal().send(visit.request(), answer);
    }
    answer.finish();
    return answer.ended() ? Refusal.TIMEOUT.status() : answer.status();
  }

  private void opened(WebSocket accepted) {
    socket = accepted;
    visit.answering();
  }

  long lastNanos() {
    return socket == null ? answer.lastNanos() : Long.MAX_VALUE / 2; // no idle time of its own
  }

  void expire() {
    answer.expire();
  }

  /// Headers are edited when all are known.
  @Override
  public void heading(Answer sent) {
    visit.answering();
    target.edits().response().forEach(edit -> apply(edit, sent));
    visit.addedToAnswer().forEach(edit -> apply(edit, sent));
    visit.cookie().ifPresent(cookie -> sent.addHeader("set-cookie", cookie));
  }

  private static void apply(EditPlan.Field edit, Answer sent) {
    switch (edit.kind()) {
      case SET -> sent.header(edit.name(), edit.value());
      case ADD -> sent.addHeader(edit.name(), edit.value());
      case REMOVE -> sent.removeHeader(edit.name());
    }
  }

  @Override
  public void expired(Response late) {
    var opened = socket;
    if (opened != null) {
      opened.close(GOING_AWAY, Refusal.TIMEOUT.text());
    } else if (!late.committed()) {
      Refusal.TIMEOUT.send(visit.request(), late);
    } else if (!late.closed()) {
      endLate(late);
    }
  }

  /// As Knative's timeout handler: the text follows what was sent, unless a length was promised.
  private void endLate(Response late) {
    try {
      if (!Refusal.grpc(visit.request())) {
        late.write(Refusal.TIMEOUT.body());
      }
    } catch (IllegalStateException | Response.ClientGoneException _) {
      // what was promised is not kept: the end below breaks off
    }
    late.end();
  }
}
