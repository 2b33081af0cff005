package dev.slipway.app;

import dev.slipway.inference.artifact.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/// One line of a terminal that says how far downloads have come.
final class FetchProgress implements Progress.Listener {
  private static final long EVERY_NANOS = 100_000_000;
  private static final int BAR = 24;
  private static final double MIB = 1024.0 * 1024;

  private final PrintWriter out;
  private final boolean terminal = isTerminal();
  private long shownNanos;
  private boolean shown;

  FetchProgress(PrintWriter out) {
    this.out = out;
  }

  /// Which console there is depends on the JDK's modules; none is null.
  @SuppressWarnings("SystemConsoleNull")
  static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  public synchronized void progress(Progress progress) {
    long now = System.nanoTime();
    boolean last = progress.state() == Progress.State.DONE;
    if ((last && progress.bytes() == 0) || (!last && now - shownNanos < EVERY_NANOS)) {
      return;
    }
    shownNanos = now;
    if (terminal) {
      out.print("\r\u001b[K" + line(progress));
      shown = true;
    } else if (last) {
      out.println(line(progress));
    }
    out.flush();
  }

  static String line(Progress progress) {
    var size =
        progress.totalBytes() > 0
            ? String.format(
                Locale.ROOT,
                "%.1f of %.1f MiB",
                progress.bytes() / MIB,
                progress.totalBytes() / MIB)
            : String.format(Locale.ROOT, "%.1f MiB", progress.bytes() / MIB);
    var resumed = progress.resumedBytes() > 0 ? " (resumed)" : "";
    var word = progress.state().name().toLowerCase(Locale.ROOT);
    return word + " " + bar(progress) + size + resumed + " " + progress.uri();
  }

  private static String bar(Progress progress) {
    if (progress.totalBytes() <= 0) {
      return "";
    }
    int full = (int) Math.min(BAR, BAR * progress.bytes() / progress.totalBytes());
    return "█".repeat(full) + "░".repeat(BAR - full) + " ";
  }

  /// Leaves the line.
  synchronized void end() {
    if (shown) {
      out.print("\r\u001b[K");
      out.flush();
      shown = false;
    }
  }
}
