package dev.slipway.bench;

import dev.slipway.base.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// InferenceServices of a small scikit-learn model on a [LivePlatform]: made, awaited, woken. Names
/// go up; none is used twice.
final class ServiceFleet {
  private static final long PATIENCE_NANOS = Duration.ofMinutes(20).toNanos();

  private final LivePlatform platform;
  private final Path model;
  private final Map<String, Long> readyAt = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /// @param model file written by scikit-learn
  ServiceFleet(LivePlatform platform, Path model) throws Exception {
    this.platform = platform;
    this.model = model.toAbsolutePath();
    allowZeroAtFirst();
    platform.followServices(this::heard);
  }

  private void allowZeroAtFirst() throws Exception {
    var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "config-autoscaler").put("namespace", "knative-serving");
    map.putObject("data").put("allow-zero-initial-scale", "true");
    platform.apply("/api/v1/namespaces/knative-serving/configmaps/config-autoscaler", map);
  }

  private void heard(ObjectNode event) {
    JsonNode object = event.path("object");
    for (JsonNode each : object.path("status").path("conditions")) {
      if (Json.text(each, "type").equals("Ready") && Json.text(each, "status").equals("True")) {
        readyAt.putIfAbsent(Json.text(object, "metadata", "name"), System.nanoTime());
      }
    }
  }

  /// How services are made.
  ///
  /// @param initialScale pods at first; 0 for asleep from the start
  /// @param ownFile whether each reads a copy of the model of its own, so that none is shared
  record Shape(int initialScale, boolean ownFile) {
    static final Shape ASLEEP = new Shape(0, false);
    static final Shape AWAKE = new Shape(1, false);
  }

  /// Creates services at once and waits until all are Ready.
  ///
  /// @param connections how many are on their way to the API at a time
  /// @return the names, and from create to Ready of each; `seconds` until the last was accepted
  Made make(int count, int connections, Shape shape) throws Exception {
    var names = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      names.add("m%05d".formatted(next.getAndIncrement()));
    }
    var begun = new ConcurrentHashMap<String, Long>();
    long start = System.nanoTime();
    each(
        names,
        connections,
        name -> {
          var service = service(name, shape);
          begun.put(name, System.nanoTime());
          platform.createService(service);
        });
    double seconds = (System.nanoTime() - start) / 1e9;
    awaitReady(names);
    double readySeconds = (System.nanoTime() - start) / 1e9;
    long[] nanos = names.stream().mapToLong(each -> at(readyAt, each) - at(begun, each)).toArray();
    return new Made(names, new Samples(nanos, seconds), readySeconds);
  }

  /// A time noted under a name.
  private static long at(Map<String, Long> times, String name) {
    return Objects.requireNonNull(times.get(name), name);
  }

  /// @param toReady from create to Ready; its `seconds` until the last create was answered
  /// @param readySeconds until the last was Ready
  record Made(List<String> names, Samples toReady, double readySeconds) {}

  private void awaitReady(List<String> names) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    for (String each : names) {
      while (!readyAt.containsKey(each)) {
        if (System.nanoTime() > until) {
          throw new IllegalStateException(each + " did not become Ready");
        }
        Thread.sleep(1);
      }
    }
  }

  private ObjectNode service(String name, Shape shape) throws Exception {
    Path file = model;
    if (shape.ownFile) {
      var directory = Files.createTempDirectory("slipway-bench-model");
      file = directory.resolve("model.joblib");
      Files.copy(model, file);
      directory.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
    }
    return Json.parseObject(
        """
        {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
         "metadata": {"name": "%s", "namespace": "default",
                      "annotations": {"autoscaling.knative.dev/initial-scale": "%d"}},
         "spec": {"predictor": {"minReplicas": 0, "model": {"modelFormat": {"name": "sklearn"},
                  "storageUri": "file://%s"}}}}
        """
            .formatted(name, shape.initialScale, file));
  }

  /// Asks each of some services once, all at the same time.
  ///
  /// @throws IllegalStateException if one does not answer with 200
  Samples wake(List<String> names) throws Exception {
    var nanos = new ConcurrentHashMap<String, Long>();
    long start = System.nanoTime();
    each(
        names,
        names.size(),
        name -> {
          long begun = System.nanoTime();
          int code = platform.predict(name);
          nanos.put(name, System.nanoTime() - begun);
          if (code != 200) {
            throw new IllegalStateException(name + " answered " + code);
          }
        });
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Samples(nanos.values().stream().mapToLong(Long::longValue).toArray(), seconds);
  }

  void delete(List<String> names) throws Exception {
    each(
        names,
        8,
        name -> {
          platform.deleteService(name);
        });
  }

  @FunctionalInterface
  private interface Step {
    void run(String name) throws Exception;
  }

  private static void each(List<String> names, int atOnce, Step step) throws Exception {
    var turn = new AtomicInteger();
    var failures = new ConcurrentHashMap<String, Exception>();
    var done = new CountDownLatch(atOnce);
    for (int i = 0; i < atOnce; i++) {
      Thread.startVirtualThread(
          () -> {
            for (int at = turn.getAndIncrement(); at < names.size(); at = turn.getAndIncrement()) {
              try {
                step.run(names.get(at));
              } catch (Exception failure) {
                failures.put(names.get(at), failure);
              }
            }
            done.countDown();
          });
    }
    done.await();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(
          failures.size() + " of " + names.size() + " failed", failures.values().iterator().next());
    }
  }
}
