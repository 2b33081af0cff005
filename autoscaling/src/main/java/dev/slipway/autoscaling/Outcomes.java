package dev.slipway.autoscaling;

import java.util.ArrayList;
import java.util.List;

/// What the requests of a revision came to, as a gateway counts it.
@FunctionalInterface
public interface Outcomes {
  /// Everything since the gateway began; nothing of a revision it has not met.
  Counted of(LoadKey key);

  /// Requests that are over.
  ///
  /// @param requests how many
  /// @param failed those that the server, or the model, could not answer
  /// @param boundsMillis upper bounds of the times they took, growing; the last may be infinite
  /// @param times requests below each bound and not below the one before
  record Counted(long requests, long failed, List<Double> boundsMillis, List<Long> times) {
    public static final Counted NONE = new Counted(0, 0, List.of(), List.of());

    public Counted {
      boundsMillis = List.copyOf(boundsMillis);
      times = List.copyOf(times);
    }

    /// What came after `before`; all of it where fewer were counted than then, by another gateway.
    public Counted since(Counted before) {
      if (before.requests > requests || before.times.size() != times.size()) {
        return this;
      }
      var later = new ArrayList<Long>(times.size());
      for (int i = 0; i < times.size(); i++) {
        later.add(Math.max(0, times.get(i) - before.times.get(i)));
      }
      return new Counted(
          requests - before.requests, Math.max(0, failed - before.failed), boundsMillis, later);
    }

    /// The share of requests that failed; 0 without any.
    public double failureRate() {
      return requests == 0 ? 0 : (double) failed / requests;
    }

    /// The time in milliseconds that a share of the requests took at most, between the bounds of
    /// its bucket in proportion; 0 without any.
    ///
    /// @param share 0 to 1
    public double percentileMillis(double share) {
      long all = times.stream().mapToLong(Long::longValue).sum();
      double rank = share * all;
      double below = 0;
      for (int i = 0; i < times.size(); i++) {
        double lower = i == 0 ? 0 : boundsMillis.get(i - 1);
        double upper = boundsMillis.get(i);
        if (times.get(i) > 0 && below + times.get(i) >= rank) {
          return Double.isInfinite(upper)
              ? lower
              : lower + (upper - lower) * (rank - below) / times.get(i);
        }
        below += times.get(i);
      }
      return 0;
    }
  }
}
