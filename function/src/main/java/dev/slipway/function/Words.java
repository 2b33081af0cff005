package dev.slipway.function;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// A failure as Java prints it, without the frames of what called the function.
final class Words {
  private Words() {}

  static String of(Throwable problem) {
    trim(problem);
    var text = new StringWriter();
    problem.printStackTrace(new PrintWriter(text));
    return text.toString().strip();
  }

  private static void trim(Throwable problem) {
    var frames = problem.getStackTrace();
    int last = frames.length;
    while (last > 0 && isOurs(frames[last - 1])) {
      last--;
    }
    if (last > 0) {
      problem.setStackTrace(Arrays.copyOf(frames, last));
    }
    if (problem.getCause() != null) { // never itself: it would be null then
      trim(problem.getCause());
    }
  }

  private static boolean isOurs(StackTraceElement frame) {
    var type = frame.getClassName();
    return type.startsWith(Words.class.getPackageName() + ".")
        || type.startsWith("java.lang.invoke.")
        || type.startsWith("java.lang.reflect.")
        || type.startsWith("jdk.internal.reflect.");
  }
}
