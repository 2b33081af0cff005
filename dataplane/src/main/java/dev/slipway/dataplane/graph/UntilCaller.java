package dev.slipway.dataplane.graph;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Calls the steps of one request, each for so long and all of them until the answer is due.
/// Thread-safe.
final class UntilCaller implements StepCaller {
  private final StepCaller caller;
  private final Duration each;
  private final Duration all;
  private final long begunNanos = System.nanoTime();

  /// @param each of one step; zero for no limit
  /// @param all of all together; zero for no limit
  UntilCaller(StepCaller caller, Duration each, Duration all) {
    this.caller = caller;
    this.each = each;
    this.all = all;
  }

  /// Whether the time of the whole request has passed.
  boolean over() {
    return !all.isZero() && left().isNegative();
  }

  private Duration left() {
    return all.minusNanos(System.nanoTime() - begunNanos);
  }

  @Override
  public Answer call(String url, Map<String, List<String>> headers, byte[] body)
      throws IOException, InterruptedException {
    if (over()) {
      throw new HttpTimeoutException("the answer is due");
    }
    return bounded().call(url, headers, body);
  }

  private StepCaller bounded() {
    if (all.isZero()) {
      return each.isZero() ? caller : caller.within(each);
    }
    var left = left().plusMillis(1);
    return caller.within(each.isZero() || left.compareTo(each) < 0 ? left : each);
  }

  @Override
  public boolean isHere(String url) {
    return caller.isHere(url);
  }
}
