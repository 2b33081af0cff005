package dev.slipway.katib.collect;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.LineParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What a container prints, from its log.
///
/// Implementation note. The position is the time of the last line that was kept and how many lines
/// of that time there were: times of lines grow over all starts of a container, whatever files of
/// its log are still there. Lines that came in one piece are kept in one transaction.
final class OutputSource implements Source {
  private static final String NAME = "output";
  private static final int PIECE_BYTES = 64 * 1024;

  private final Collection collection;
  private final LineParser parser;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String time;
  private int ofTime;

  OutputSource(Collection collection) {
    this.collection = collection;
    this.parser = collection.trial().parser();
    var words = collection.position(NAME).orElse(" 0").split(" ", 2);
    time = words[0];
    ofTime = Integer.parseInt(words[1]);
  }

  @Override
  public void read(BooleanSupplier last) throws IOException {
    read(true, false);
    read(false, true);
  }

  private void read(boolean before, boolean follow) throws IOException {
    var container = collection.trial().container();
    var log = collection.pods().log(collection.pod(), container, before, follow);
    if (log.isPresent()) {
      try (var from = log.get()) {
        read(from);
      }
    }
  }

  private void read(InputStream from) throws IOException {
    var known = new Known(time, ofTime);
    var piece = new byte[PIECE_BYTES];
    line.reset();
    for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
      var found = new ArrayList<MetricLog>();
      for (int i = 0; i < count; i++) {
        if (piece[i] == '\n') {
          take(line.toString(StandardCharsets.UTF_8), known, found);
          line.reset();
        } else {
          line.write(piece[i]);
        }
      }
      collection.keep(found, NAME, time + " " + ofTime);
    }
  }

  private void take(String whole, Known known, List<MetricLog> found) {
    int space = whole.indexOf(' ');
    if (space < 0) {
      return;
    }
    var stamp = whole.substring(0, space);
    if (known.has(stamp)) {
      return;
    }
    ofTime = stamp.equals(time) ? ofTime + 1 : 1;
    time = stamp;
    var text = whole.substring(space + 1);
    found.addAll(parser.parse(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
  }

  /// The lines at the beginning of a log that have been read before.
  private static final class Known {
    private final String time;
    private int left;
    private boolean passed;

    Known(String time, int ofTime) {
      this.time = time;
      this.left = ofTime;
      this.passed = time.isEmpty();
    }

    boolean has(String stamp) {
      if (passed) {
        return false;
      }
      int order = stamp.compareTo(time);
      if (order < 0 || (order == 0 && left-- > 0)) {
        return true;
      }
      passed = true;
      return false;
    }
  }
}
