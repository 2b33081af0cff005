package dev.slipway.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the demo shows: a list of steps, and below it the replicas and the load as they are now. On
/// a
/// terminal the lower part is redrawn in place; elsewhere every change is a line.
final class DemoScreen {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int WIDTH = 48;

  private final PrintWriter out;
  private final boolean live;
  private final List<Integer> rates = new ArrayList<>();
  private int drawn;
  private String lastPlain = "";

  /// @param live whether `out` is a terminal
  DemoScreen(PrintWriter out, boolean live) {
    this.out = out;
    this.live = live;
  }

  void title(String text) {
    out.println();
    out.println(bold(text));
    out.println();
    out.flush();
  }

  /// A step that is done.
  void done(String what, Duration took, String detail) {
    clear();
    out.println(
        green("  ✓ ") + pad(what, 30) + pad(took.isZero() ? "" : words(took), 9) + dim(detail));
    out.flush();
  }

  /// Something shown to the user as it is: a request, an answer.
  void quote(String line) {
    clear();
    out.println("      " + dim(line));
    out.flush();
  }

  /// A step under way.
  void doing(String what, String detail) {
    if (live) {
      clear();
      out.print("  " + cyan("…") + " " + pad(what, 30) + dim(detail));
      out.println();
      drawn = 1;
      out.flush();
    } else if (!what.equals(lastPlain)) {
      out.println("  … " + what);
      out.flush();
    }
    lastPlain = what;
  }

  /// The service now.
  ///
  /// @param ready pods that answer
  /// @param wanted pods the autoscaler asks for
  /// @param most the manifest's maximum
  void service(String what, int ready, int wanted, int most, DemoLoad.Second load) {
    rates.add(load.requests());
    if (!live) {
      plain(what, ready, wanted, load);
      return;
    }
    clear();
    out.println("  " + cyan("…") + " " + what);
    out.println("      replicas  " + dots(ready, wanted, most) + "  " + ready + " of " + wanted);
    out.println(
        "      requests  "
            + cyan(spark())
            + "  "
            + load.requests()
            + "/s"
            + (load.requests() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "   p50 %.1f ms   p99 %.1f ms   failed %d",
                    load.p50Millis(),
                    load.p99Millis(),
                    load.failed())));
    drawn = 3;
    out.flush();
  }

  private void plain(String what, int ready, int wanted, DemoLoad.Second load) {
    var line = ready + " of " + wanted + " replicas";
    if (!line.equals(lastPlain)) {
      out.println("    " + what + ": " + line + ", " + load.requests() + " requests/s");
      out.flush();
      lastPlain = line;
    }
  }

  void say(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  private void clear() {
    if (live && drawn > 0) {
      out.print("\u001b[" + drawn + "F\u001b[0J");
    }
    drawn = 0;
  }

  private String dots(int ready, int wanted, int most) {
    var dots = new StringBuilder();
    for (int i = 0; i < Math.max(most, Math.max(ready, wanted)); i++) {
      dots.append(i < ready ? green("●") : i < wanted ? cyan("◐") : dim("○")).append(' ');
    }
    return dots.toString();
  }

  private String spark() {
    int most = Math.max(1, rates.stream().mapToInt(Integer::intValue).max().orElse(1));
    var line = new StringBuilder();
    rates.stream()
        .skip(Math.max(0, rates.size() - WIDTH))
        .forEach(rate -> line.append(BARS.charAt(rate * (BARS.length() - 1) / most)));
    return line.toString();
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }

  static String words(Duration time) {
    return time.toMillis() < 1000
        ? time.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }

  private String bold(String text) {
    return style("1", text);
  }

  private String dim(String text) {
    return style("2", text);
  }

  private String green(String text) {
    return style("32", text);
  }

  private String cyan(String text) {
    return style("36", text);
  }

  private String style(String code, String text) {
    return live ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
