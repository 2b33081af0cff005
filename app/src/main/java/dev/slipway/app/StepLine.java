package dev.slipway.app;

import java.io.PrintWriter;

/// Steps of long work: one line that changes on a terminal, a line each elsewhere.
final class StepLine implements AutoCloseable {
  private static final int WIDTH = 100;

  private final PrintWriter out;
  private final boolean terminal = FetchProgress.isTerminal();
  private String shown = "";

  StepLine(PrintWriter out) {
    this.out = out;
  }

  synchronized void show(String step) {
    if (step.equals(shown)) {
      return;
    }
    shown = step;
    if (terminal) {
      var cut = step.length() > WIDTH ? step.substring(0, WIDTH - 1) + "…" : step;
      out.print("\r\u001b[K  " + cut);
    } else {
      out.println("  " + step);
    }
    out.flush();
  }

  /// Leaves the line.
  @Override
  public synchronized void close() {
    if (terminal && !shown.isEmpty()) {
      out.print("\r\u001b[K");
      out.flush();
      shown = "";
    }
  }
}
