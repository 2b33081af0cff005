package dev.slipway.katib.collect;

import dev.slipway.base.Json;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.EventFile;
import dev.slipway.katib.parse.EventMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// Event files below a directory. The position is how many bytes of each have been read.
final class EventSource implements Source {
  private static final String NAME = "events";
  private static final int MOST_BYTES = 64 * 1024 * 1024;
  private static final int MOST_FILES = 1000;
  private static final int MOST_DEPTH = 20;

  private final Collection collection;
  private final String path;
  private final TreeMap<String, Long> read = new TreeMap<>();

  EventSource(Collection collection, String path) {
    this.collection = collection;
    this.path =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var before = Json.parseObject(collection.position(NAME).orElse("{}"));
    before.properties().forEach(each -> read.put(each.getKey(), each.getValue().asLong(0)));
  }

  @Override
  public void read(BooleanSupplier last) throws IOException {
    var found = collection.pods().file(collection.pod(), collection.trial().container(), path);
    if (found.isEmpty() || !Files.isDirectory(found.get())) {
      return;
    }
    for (var each : files(found.get())) {
      readFile(found.get(), each);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var all = Files.walk(directory, MOST_DEPTH)) {
      return all.filter(each -> String.valueOf(each.getFileName()).contains("tfevents"))
          .filter(Files::isRegularFile)
          .sorted()
          .limit(MOST_FILES)
          .toList();
    }
  }

  private void readFile(Path directory, Path file) throws IOException {
    var name = directory.relativize(file).toString();
    long from = read.getOrDefault(name, 0L);
    long more = Files.size(file) - from;
    if (more <= 0) {
      return;
    }
    var events = EventFile.read(bytes(file, from, (int) Math.min(more, MOST_BYTES)));
    read.put(name, from + events.bytes());
    var inner = String.valueOf(directory.relativize(file).getParent());
    var place = inner.equals("null") ? path : path + "/" + inner;
    List<MetricLog> logs = EventMetrics.of(events.scalars(), place, collection.trial().metrics());
    collection.keep(logs, NAME, position());
  }

  private String position() {
    var all = Json.object();
    read.forEach(all::put);
    return all.toString();
  }

  private static byte[] bytes(Path file, long from, int count) throws IOException {
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      return in.readNBytes(count);
    }
  }
}
