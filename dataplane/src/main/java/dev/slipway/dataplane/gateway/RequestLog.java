package dev.slipway.dataplane.gateway;

import dev.slipway.base.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line of JSON for each request that is over, or for a share of them, to the logger
/// `dev.slipway.requests`. A slow log never delays a request: what does not fit into the queue is
/// dropped and counted.
final class RequestLog implements AutoCloseable {
  private static final Logger LINES = LoggerFactory.getLogger("dev.slipway.requests");
  private static final int QUEUE = 10_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private final double share;
  private final BlockingQueue<Map<String, Object>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private volatile boolean closed;

  RequestLog(double share) {
    this.share = share;
    if (share > 0) {
      Thread.ofVirtual().name("request-log").start(this::write);
    }
  }

  /// Lines that did not fit.
  long dropped() {
    return dropped.sum();
  }

  void answered(Visit visit, int status, long bytes, long nanos) {
    if (share > 0
        && (share >= 1 || sampled(visit))
        && !queue.offer(line(visit, status, bytes, nanos))) {
      dropped.increment();
    }
  }

  // By the trace, so that all that belongs to one trace is logged or nothing of it.
  private boolean sampled(Visit visit) {
    var digits = visit.origin().traceId().substring(18);
    return Long.parseLong(digits, 0, 13, 16) < share * (1L << 52);
  }

  private static Map<String, Object> line(Visit visit, int status, long bytes, long nanos) {
    var request = visit.request();
    var line = new LinkedHashMap<String, Object>();
    line.put("time", Instant.now().toString());
    line.put("rule", visit.id());
    var target = visit.target();
    if (target != null) {
      line.put("upstream", target.upstream().key());
    }
    line.put("client", visit.gateway().clients().addressOf(request));
    if (!visit.user().isEmpty()) {
      line.put("user", visit.user());
    }
    line.put("method", request.method());
    line.put("host", request.authority());
    line.put("path", request.rawPath());
    line.put("protocol", request.protocol());
    line.put("status", status);
    line.put("bytes", bytes);
    line.put("millis", Math.round((nanos - visit.begunNanos()) / NANOS_PER_MILLI * 1000) / 1000.0);
    line.put("requestId", visit.origin().requestId());
    line.put("traceId", visit.origin().traceId());
    return line;
  }

  private void write() {
    try {
      while (!closed) {
        var line = queue.poll(1, TimeUnit.SECONDS);
        if (line != null) {
          LINES.info("{}", Json.MAPPER.writeValueAsString(line));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
