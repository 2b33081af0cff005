package dev.slipway.node;

import dev.slipway.base.Quantity;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What this machine has, and what its Node says it has.
///
/// Cores, memory and disk are the machine's own. Pods are not: most are answered in this process,
/// where one costs some kilobytes, so that far more fit than a kubelet would take.
public final class Capacity {
  private static final long PODS = 110_000;
  private static final long KIB = 1024;

  private Capacity() {}

  /// What is there.
  ///
  /// @param data on the disk that pods write to
  public static Map<String, String> machine(Path data) {
    var all = new LinkedHashMap<String, String>();
    all.put("cpu", Integer.toString(cores()));
    all.put("memory", memoryBytes() / KIB + "Ki");
    all.put("ephemeral-storage", diskBytes(data) / KIB + "Ki");
    all.put("hugepages-2Mi", "0");
    all.put("pods", Long.toString(PODS));
    int devices = nvidiaDevices();
    if (devices > 0) {
      all.put("nvidia.com/gpu", Integer.toString(devices));
    }
    return all;
  }

  /// As [#machine], with the given quantities in place of its own.
  ///
  /// @throws IllegalArgumentException naming what is no quantity
  public static Map<String, String> with(Map<String, String> given, Path data) {
    given.forEach(
        (name, value) -> {
          var quantity = Quantity.parse(value);
          if (quantity.isEmpty() || quantity.get().signum() < 0) {
            throw new IllegalArgumentException(
                "capacity: " + name + "=" + value + " is no quantity (expected 4, 500m, 16Gi, …)");
          }
        });
    var all = new LinkedHashMap<>(machine(data));
    all.putAll(given);
    return all;
  }

  /// 0 where the system does not tell.
  private static long diskBytes(Path data) {
    Path there = data.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      return Files.getFileStore(there).getTotalSpace();
    } catch (IOException _) {
      return 0;
    }
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
