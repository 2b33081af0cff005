package dev.slipway.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// What the process has used since its start.
///
/// @param allocatedBytes on the heap by all threads, ended ones included
/// @param cpuMicros user and system time
record ProcessCost(long allocatedBytes, long cpuMicros) {
  static ProcessCost now() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new ProcessCost(
        threads.getTotalThreadAllocatedBytes(), system.getProcessCpuTime() / 1000);
  }

  byte[] utf8() {
    return "allocated_bytes %d%ncpu_micros %d%n"
        .formatted(allocatedBytes, cpuMicros)
        .getBytes(StandardCharsets.UTF_8);
  }
}
