package dev.slipway.autoscaling.hpa;

import dev.slipway.autoscaling.hpa.HpaPod.Readiness;
import dev.slipway.autoscaling.hpa.HpaReading.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The pods of a workload by what their figures are worth: those that count, those not ready, whose
/// figures do not count yet, and those without figures.
record PodGroups(Map<String, Long> counted, List<String> unready, List<String> missing, int ready) {

  /// @param resource `cpu` for the rules of starting pods; empty for metrics that are no resource
  static PodGroups of(
      List<HpaPod> pods,
      Map<String, Sample> samples,
      String resource,
      HpaSettings settings,
      Instant now) {
    var counted = new LinkedHashMap<String, Long>();
    samples.forEach((name, sample) -> counted.put(name, sample.milli()));
    var unready = new ArrayList<String>();
    var missing = new ArrayList<String>();
    int ready = 0;
    for (HpaPod pod : pods) {
      Sample sample = samples.get(pod.name());
      if (pod.gone()) {
        counted.remove(pod.name());
      } else if (pod.pending()) {
        unready.add(pod.name());
      } else if (sample == null) {
        missing.add(pod.name());
      } else if (resource.equals("cpu") && isStarting(pod, sample, settings, now)) {
        unready.add(pod.name());
      } else {
        ready++;
      }
    }
    unready.forEach(counted::remove);
    return new PodGroups(counted, unready, missing, ready);
  }

  /// Whether a pod's processor time may still be that of its start.
  private static boolean isStarting(HpaPod pod, Sample sample, HpaSettings settings, Instant now) {
    if (pod.ready().isEmpty() || pod.started().isEmpty()) {
      return true;
    }
    Readiness readiness = pod.ready().get();
    Instant started = pod.started().get();
    if (started.plus(settings.cpuInitialization()).isAfter(now)) {
      return !readiness.isReady() || sample.at().isBefore(readiness.since().plus(sample.window()));
    }
    return !readiness.isReady()
        && started.plus(settings.initialReadinessDelay()).isAfter(readiness.since());
  }
}
