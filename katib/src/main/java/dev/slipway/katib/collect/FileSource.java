package dev.slipway.katib.collect;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.LineParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;

/// A file that a container writes lines into. The position is a byte of the file; one that has
/// become shorter is read from its beginning.
final class FileSource implements Source {
  private static final String NAME = "file";
  private static final int PIECE_BYTES = 1024 * 1024;

  private final Collection collection;
  private final String path;
  private final LineParser parser;
  private long at;

  FileSource(Collection collection, String path) {
    this.collection = collection;
    this.path = path;
    this.parser = collection.trial().parser();
    at = Long.parseLong(collection.position(NAME).orElse("0"));
  }

  @Override
  public void read(BooleanSupplier last) throws IOException {
    boolean all = last.getAsBoolean(); // before the file is looked at
    var found = collection.pods().file(collection.pod(), collection.trial().container(), path);
    if (found.isEmpty() || !Files.isRegularFile(found.get())) {
      return;
    }
    at = Files.size(found.get()) < at ? 0 : at;
    boolean more = true;
    while (more) {
      more = piece(found.get(), all);
    }
  }

  /// Reads whole lines; at the end of a file that is complete, also one without its end.
  ///
  /// @return whether there may be more
  private boolean piece(Path file, boolean all) throws IOException {
    var bytes = new byte[PIECE_BYTES];
    int count = fill(file, bytes);
    int end = count;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    boolean full = count == PIECE_BYTES;
    if (full ? end == 0 : all) {
      end = count;
    }
    if (end == 0) {
      return false;
    }
    var logs = new ArrayList<MetricLog>();
    new String(bytes, 0, end, StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> logs.addAll(parser.parse(line)));
    at += end;
    collection.keep(logs, NAME, Long.toString(at));
    return full;
  }

  private int fill(Path file, byte[] bytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(at);
      return in.readNBytes(bytes, 0, bytes.length);
    }
  }
}
