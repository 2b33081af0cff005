package dev.slipway.apiserver.rest;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts requests under the names Kubernetes dashboards know, in Prometheus text form.
public final class Metrics {
  /// Upper bounds of the latency buckets, in seconds.
  private static final double[] BUCKETS = {
    0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private record Series(
      String verb, String group, String version, String resource, String subresource) {
    String labels() {
      return "group=\""
          + group
          + "\",resource=\""
          + resource
          + "\",subresource=\""
          + subresource
          + "\",verb=\""
          + verb
          + "\",version=\""
          + version
          + '"';
    }
  }

  private record Counted(Series series, int code) {}

  private static final class Latency {
    final LongAdder[] counts = new LongAdder[BUCKETS.length + 1];
    final LongAdder nanos = new LongAdder();

    Latency() {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }
  }

  private final Map<Counted, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<Series, Latency> latencies = new ConcurrentHashMap<>();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder watches = new LongAdder();

  void started(boolean watch) {
    (watch ? watches : inFlight).increment();
  }

  /// @param verb upper case; a watch's duration is not a latency and is left out
  void finished(
      String verb,
      String group,
      String version,
      String resource,
      String subresource,
      int code,
      long nanos) {
    boolean watch = verb.equals("WATCH");
    (watch ? watches : inFlight).decrement();
    var series = new Series(verb, group, version, resource, subresource);
    requests.computeIfAbsent(new Counted(series, code), _ -> new LongAdder()).increment();
    if (!watch) {
      observe(latencies.computeIfAbsent(series, _ -> new Latency()), nanos);
    }
  }

  private static void observe(Latency latency, long nanos) {
    double seconds = nanos / 1e9;
    int bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) {
      bucket++;
    }
    latency.counts[bucket].increment();
    latency.nanos.add(nanos);
  }

  /// The exposition text.
  ///
  /// @param objects how many objects each resource holds, by `resource.group`
  public String text(Map<String, Integer> objects) {
    var out = new StringBuilder(8192);
    head(
        out,
        "apiserver_request_total",
        "counter",
        "Requests answered, by verb, resource and code.");
    requests.entrySet().stream()
        .sorted(Comparator.comparing(each -> each.getKey().toString()))
        .forEach(
            each ->
                line(
                    out,
                    "apiserver_request_total",
                    "code=\"" + each.getKey().code() + "\"," + each.getKey().series().labels(),
                    each.getValue().sum()));
    head(
        out,
        "apiserver_request_duration_seconds",
        "histogram",
        "Time to answer, watches left out.");
    latencies.entrySet().stream()
        .sorted(Comparator.comparing(each -> each.getKey().toString()))
        .forEach(each -> latency(out, each.getKey().labels(), each.getValue()));
    head(
        out,
        "apiserver_current_inflight_requests",
        "gauge",
        "Requests under way, watches left out.");
    line(out, "apiserver_current_inflight_requests", "request_kind=\"all\"", inFlight.sum());
    head(out, "apiserver_longrunning_requests", "gauge", "Watches under way.");
    line(out, "apiserver_longrunning_requests", "verb=\"WATCH\"", watches.sum());
    head(out, "apiserver_storage_objects", "gauge", "Objects stored, by resource.");
    new TreeMap<>(objects)
        .forEach(
            (name, count) ->
                line(out, "apiserver_storage_objects", "resource=\"" + name + '"', count));
    jvm(out);
    return out.toString();
  }

  private static void latency(StringBuilder out, String labels, Latency latency) {
    long total = 0;
    for (int i = 0; i <= BUCKETS.length; i++) {
      total += latency.counts[i].sum();
      String bound = i < BUCKETS.length ? number(BUCKETS[i]) : "+Inf";
      line(
          out, "apiserver_request_duration_seconds_bucket", labels + ",le=\"" + bound + '"', total);
    }
    out.append("apiserver_request_duration_seconds_sum{")
        .append(labels)
        .append("} ")
        .append(number(latency.nanos.sum() / 1e9))
        .append('\n');
    line(out, "apiserver_request_duration_seconds_count", labels, total);
  }

  private static void jvm(StringBuilder out) {
    Runtime runtime = Runtime.getRuntime();
    head(out, "jvm_memory_used_bytes", "gauge", "Heap in use.");
    line(
        out,
        "jvm_memory_used_bytes",
        "area=\"heap\"",
        runtime.totalMemory() - runtime.freeMemory());
    head(out, "jvm_memory_max_bytes", "gauge", "Largest heap allowed.");
    line(out, "jvm_memory_max_bytes", "area=\"heap\"", runtime.maxMemory());
    ProcessHandle process = ProcessHandle.current();
    process
        .info()
        .startInstant()
        .ifPresent(
            start -> {
              head(
                  out,
                  "process_start_time_seconds",
                  "gauge",
                  "When the process started, Unix time.");
              out.append("process_start_time_seconds ").append(start.getEpochSecond()).append('\n');
            });
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder out, String name, String labels, long value) {
    out.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
