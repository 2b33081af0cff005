package dev.slipway.node;

import dev.slipway.base.Quantity;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What this machine has, and what its Node says it has.
///
/// Models that run in this process mostly rest and share what they need, while their manifests
/// request a core and two gigabytes each, as KServe's defaults have it. Counted truly, a laptop
/// would
/// hold two of them. So the Node says it has far more than the machine, unless the settings give
/// numbers of their own.
public final class Capacity {
  /// How many times a machine's own cores and memory are offered.
  private static final int OVERCOMMIT = 10_000;

  private static final long PODS = 110_000;

  private Capacity() {}

  /// Offered where settings say nothing: many times the machine, and its true number of NVIDIA
  /// devices.
  public static Map<String, String> generous() {
    var all = new LinkedHashMap<String, String>();
    all.put("cpu", Long.toString((long) cores() * OVERCOMMIT));
    all.put("memory", Long.toString(memoryBytes() / 1024 * OVERCOMMIT) + "Ki");
    all.put("ephemeral-storage", "1Pi");
    all.put("hugepages-2Mi", "0");
    all.put("pods", Long.toString(PODS));
    int devices = nvidiaDevices();
    if (devices > 0) {
      all.put("nvidia.com/gpu", Integer.toString(devices));
    }
    return all;
  }

  /// As [#generous()], with the given quantities in place of its own.
  ///
  /// @throws IllegalArgumentException naming what is no quantity
  public static Map<String, String> with(Map<String, String> given) {
    given.forEach(
        (name, value) -> {
          var quantity = Quantity.parse(value);
          if (quantity.isEmpty() || quantity.get().signum() < 0) {
            throw new IllegalArgumentException(
                "capacity: " + name + "=" + value + " is no quantity (expected 4, 500m, 16Gi, …)");
          }
        });
    var all = new LinkedHashMap<>(generous());
    all.putAll(given);
    return all;
  }

  /// The machine's own cores and memory, for settings that want no more than is there.
  public static Map<String, String> real() {
    return Map.of(
        "cpu", Integer.toString(cores()), "memory", memoryBytes() / 1024 + "Ki", "pods", "110");
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  static long memoryBytes() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean known
        ? known.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /// As `nvidia-smi` counts them; 0 where it is not installed or fails.
  private static int nvidiaDevices() {
    try {
      var process =
          new ProcessBuilder("nvidia-smi", "--list-gpus").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return 0;
      }
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.exitValue() == 0
          ? (int) text.lines().filter(line -> line.startsWith("GPU ")).count()
          : 0;
    } catch (IOException _) {
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
