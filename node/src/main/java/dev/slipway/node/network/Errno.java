package dev.slipway.node.network;

import java.util.Map;

/// What the kernel's numbers of errors mean.
///
/// Source: Linux, include/uapi/asm-generic/errno-base.h.
final class Errno {
  static final int EXISTS = 17;
  static final int NO_DEVICE = 19;

  private static final Map<Integer, String> WORDS =
      Map.of(
          1, "operation not permitted",
          2, "no such file or directory",
          12, "out of memory",
          13, "permission denied",
          16, "busy",
          17, "there already",
          19, "no such device",
          22, "invalid argument",
          24, "too many open files",
          95, "not supported");

  private Errno() {}

  static String text(int number) {
    return WORDS.getOrDefault(number, "error " + number);
  }
}
