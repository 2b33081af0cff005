package dev.slipway.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Logs of starts that are over, as [ProcessLog] has left them.
final class KeptLogs {
  private static final Pattern FILE = Pattern.compile("(.+)\\.(\\d{1,9})\\.log");

  private KeptLogs() {}

  /// @param directory of a container's logs
  /// @param before of the start before the latest
  /// @return empty if there is no such start
  static Optional<InputStream> read(Path directory, boolean before) throws IOException {
    var starts = starts(directory);
    int wanted = before ? 1 : 0;
    if (starts.size() <= wanted) {
      return Optional.empty();
    }
    var streams = new ArrayList<InputStream>();
    for (var file : starts.get(wanted)) {
      streams.add(Files.newInputStream(file));
    }
    return Optional.of(new SequenceInputStream(Collections.enumeration(streams)));
  }

  /// Files of each start in their order, the latest start first.
  private static List<List<Path>> starts(Path directory) throws IOException {
    var found = new TreeMap<String, TreeMap<Integer, Path>>();
    if (Files.isDirectory(directory)) {
      try (var all = Files.list(directory)) {
        for (var file : all.toList()) {
          var name = FILE.matcher(file.getFileName().toString());
          if (name.matches()) {
            found
                .computeIfAbsent(name.group(1), _ -> new TreeMap<>())
                .put(Integer.parseInt(name.group(2)), file);
          }
        }
      }
    }
    return found.values().stream()
        .<List<Path>>map(files -> List.copyOf(files.values()))
        .sorted(Comparator.comparing((List<Path> files) -> time(files.getLast())).reversed())
        .toList();
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException _) {
      return FileTime.fromMillis(0);
    }
  }
}
