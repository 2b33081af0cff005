package dev.slipway.autoscaling.hpa;

import dev.slipway.autoscaling.hpa.HpaDecision.Current;
import dev.slipway.autoscaling.hpa.HpaReading.OfPods;
import dev.slipway.autoscaling.hpa.HpaReading.Total;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How many replicas one metric asks for. Pure.
///
/// See kubernetes/kubernetes `pkg/controller/podautoscaler/replica_calculator.go` and
/// `metrics/utilization.go`.
final class MetricReplicas {
  private final HpaScaler.Observed seen;
  private final Tolerance tolerance;
  private final HpaSettings settings;
  private final Instant now;

  MetricReplicas(HpaScaler.Observed seen, Tolerance tolerance, HpaSettings settings, Instant now) {
    this.seen = seen;
    this.tolerance = tolerance;
    this.settings = settings;
    this.now = now;
  }

  /// How far a load may be off its target before anything changes; each end included.
  record Tolerance(double down, double up) {
    boolean holds(double ratio) {
      return 1 - down <= ratio && ratio <= 1 + up;
    }
  }

  /// @param metric as the condition and the event name it
  record Proposal(int replicas, String metric, Current current) {}

  /// Why a metric proposes nothing.
  static final class Unmeasured extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Unmeasured(String reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }

    /// Of the condition `ScalingActive`.
    String reason() {
      return reason;
    }
  }

  /// @throws Unmeasured if the figures are missing or do not fit
  Proposal propose(int index, Metric metric, HpaReading reading) {
    return switch (metric) {
      case Metric.Resource(var resource, var target) ->
          ofResource(index, resource, Optional.empty(), target, reading);
      case Metric.ContainerResource(var resource, var container, var target) ->
          ofResource(index, resource, Optional.of(container), target, reading);
      case Metric.Pods(var name, var target) -> {
        String failed = "FailedGetPodsMetric";
        Plain plain = plain(failed, pods(failed, reading), "", target.milli());
        yield new Proposal(
            plain.replicas, "pods metric " + name, Current.average(index, plain.average));
      }
      case Metric.OfObject(var name, var kind, var target) ->
          ofTotal(
              index,
              "FailedGetObjectMetric",
              target,
              reading,
              kind + " metric " + name,
              name + "(nil)");
      case Metric.External(var name, var selector, var target) -> {
        String shown = name + "(" + selector + ")";
        yield ofTotal(
            index, "FailedGetExternalMetric", target, reading, "external metric " + shown, shown);
      }
    };
  }

  private Proposal ofResource(
      int index, String resource, Optional<String> container, Target target, HpaReading reading) {
    String failed =
        container.isPresent() ? "FailedGetContainerResourceMetric" : "FailedGetResourceMetric";
    try {
      OfPods measured = pods(failed, reading);
      return switch (target) {
        case Target.Utilization(var percent) -> {
          var share = utilization(failed, measured, resource, container, percent);
          yield new Proposal(
              share.replicas,
              resource + " resource utilization (percentage of request)",
              Current.utilization(index, share.percent, share.average));
        }
        case Target.AverageValue(var milli) -> {
          Plain plain = plain(failed, measured, resource, milli);
          yield new Proposal(
              plain.replicas, resource + " resource", Current.average(index, plain.average));
        }
        case Target.Value _ ->
            throw new Unmeasured(
                failed,
                "invalid resource metric source: neither an average utilization target nor an"
                    + " average value (usage) target was set");
      };
    } catch (Unmeasured e) {
      throw new Unmeasured(failed, "failed to get " + resource + " utilization: " + e.getMessage());
    }
  }

  private record Plain(int replicas, long average) {}

  /// Figures of pods against an average.
  private Plain plain(String failed, OfPods measured, String resource, long target) {
    expectPods(failed);
    PodGroups groups = PodGroups.of(seen.pods(), measured.pods(), resource, settings, now);
    expectFigures(failed, groups);
    Map<String, Long> figures = new HashMap<>(groups.counted());
    long average = average(figures);
    double ratio = (double) average / target;
    if (isComplete(groups, ratio)) {
      return new Plain(simple(groups, ratio), average);
    }
    for (String name : groups.missing()) {
      if (ratio != 1) {
        figures.put(name, ratio < 1 ? target : 0L);
      }
    }
    addUnready(groups, ratio, figures);
    double again = (double) average(figures) / target;
    return new Plain(again(ratio, again, figures.size()), average);
  }

  private record Share(int replicas, int percent, long average) {}

  /// Figures of pods against a share of what they request.
  private Share utilization(
      String failed, OfPods measured, String resource, Optional<String> container, int target) {
    expectPods(failed);
    PodGroups groups = PodGroups.of(seen.pods(), measured.pods(), resource, settings, now);
    Map<String, Long> requests = requests(failed, resource, container);
    expectFigures(failed, groups);
    Map<String, Long> figures = new HashMap<>(groups.counted());
    int percent = percent(failed, figures, requests);
    long average = matchedAverage(figures, requests);
    double ratio = (double) percent / target;
    if (isComplete(groups, ratio)) {
      return new Share(simple(groups, ratio), percent, average);
    }
    for (String name : groups.missing()) {
      if (ratio != 1) {
        long full = requests.getOrDefault(name, 0L) * Math.max(100, target) / 100;
        figures.put(name, ratio < 1 ? full : 0L);
      }
    }
    addUnready(groups, ratio, figures);
    double again = (double) percent(failed, figures, requests) / target;
    return new Share(again(ratio, again, figures.size()), percent, average);
  }

  private static boolean isComplete(PodGroups groups, double ratio) {
    return groups.missing().isEmpty() && (groups.unready().isEmpty() || ratio <= 1);
  }

  private int simple(PodGroups groups, double ratio) {
    return tolerance.holds(ratio) ? seen.replicas() : count(ratio * groups.ready());
  }

  /// Before growing, pods that are not ready count as idle.
  private static void addUnready(PodGroups groups, double ratio, Map<String, Long> figures) {
    if (ratio > 1) {
      groups.unready().forEach(name -> figures.put(name, 0L));
    }
  }

  /// The count with assumed figures; no change if they contradict the measured ones.
  private int again(double ratio, double again, int pods) {
    if (tolerance.holds(again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) {
      return seen.replicas();
    }
    int replicas = count(again * pods);
    boolean turned =
        (again < 1 && replicas > seen.replicas()) || (again > 1 && replicas < seen.replicas());
    return turned ? seen.replicas() : replicas;
  }

  /// One figure in all.
  private Proposal ofTotal(
      int index, String failed, Target target, HpaReading reading, String name, String shown) {
    long total = total(failed, reading);
    return switch (target) {
      case Target.Value(var milli) ->
          new Proposal(inAll(failed, (double) total / milli), name, Current.value(index, total));
      case Target.AverageValue(var milli) ->
          new Proposal(
              perPod(total, milli),
              "external metric " + shown,
              Current.average(index, ceilDiv(total, seen.currentPods())));
      case Target.Utilization _ -> {
        String source = failed.equals("FailedGetObjectMetric") ? "object" : "external";
        throw new Unmeasured(
            failed,
            "invalid "
                + source
                + " metric source: neither a value target nor an average value target was set");
      }
    };
  }

  private int inAll(String failed, double ratio) {
    if (seen.replicas() == 0) {
      return count(ratio);
    }
    if (tolerance.holds(ratio)) {
      return seen.replicas();
    }
    expectPods(failed);
    return count(ratio * seen.pods().stream().filter(HpaPod::isRunningAndReady).count());
  }

  private int perPod(long total, long target) {
    double ratio = total / ((double) target * seen.currentPods());
    return tolerance.holds(ratio) ? seen.currentPods() : count((double) total / target);
  }

  private static long ceilDiv(long total, int pods) {
    return pods == 0 ? 0 : Math.ceilDiv(total, (long) pods);
  }

  private static int count(double replicas) {
    return (int) Math.ceil(replicas);
  }

  private static long average(Map<String, Long> figures) {
    return figures.values().stream().mapToLong(each -> each).sum() / figures.size();
  }

  /// Whole percent, cut off.
  private static int percent(String failed, Map<String, Long> figures, Map<String, Long> requests) {
    long used = 0;
    long requested = 0;
    for (Map.Entry<String, Long> each : figures.entrySet()) {
      Long request = requests.get(each.getKey());
      if (request != null) {
        used += each.getValue();
        requested += request;
      }
    }
    if (requested == 0) {
      throw new Unmeasured(failed, "no metrics returned matched known pods");
    }
    return (int) (used * 100 / requested);
  }

  private static long matchedAverage(Map<String, Long> figures, Map<String, Long> requests) {
    List<Long> matched =
        figures.entrySet().stream()
            .filter(each -> requests.containsKey(each.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return matched.stream().mapToLong(each -> each).sum() / Math.max(1, matched.size());
  }

  /// What each pod requests, or one of its containers.
  private Map<String, Long> requests(String failed, String resource, Optional<String> container) {
    var requests = new HashMap<String, Long>();
    for (HpaPod pod : seen.pods()) {
      long sum = 0;
      for (HpaPod.Container each : pod.containers()) {
        if (container.isPresent() && !container.get().equals(each.name())) {
          continue;
        }
        Long request = each.requests().get(resource);
        if (request == null) {
          throw new Unmeasured(
              failed,
              "missing request for %s in container %s of Pod %s"
                  .formatted(resource, each.name(), pod.name()));
        }
        sum += request;
      }
      requests.put(pod.name(), sum);
    }
    return requests;
  }

  private static OfPods pods(String failed, HpaReading reading) {
    return switch (reading) {
      case OfPods measured -> measured;
      case Total _ -> throw new Unmeasured(failed, "no metrics returned for the pods");
      case HpaReading.Failed(var error) -> throw new Unmeasured(failed, error);
    };
  }

  private static long total(String failed, HpaReading reading) {
    return switch (reading) {
      case Total(var milli) -> milli;
      case OfPods _ -> throw new Unmeasured(failed, "no single value returned for the metric");
      case HpaReading.Failed(var error) -> throw new Unmeasured(failed, error);
    };
  }

  private void expectPods(String failed) {
    if (seen.pods().isEmpty()) {
      throw new Unmeasured(failed, "no pods returned by selector while calculating replica count");
    }
  }

  private static void expectFigures(String failed, PodGroups groups) {
    if (groups.counted().isEmpty()) {
      throw new Unmeasured(
          failed, "did not receive metrics for targeted pods (pods might be unready)");
    }
  }
}
