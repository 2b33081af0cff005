package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Where other file systems are mounted on this machine, beside those that every container has of
/// its own.
///
/// Source: proc(5), `/proc/[pid]/mountinfo`.
final class MountedPlaces {
  private static final List<String> OWN = List.of("/proc", "/sys", "/dev", "/tmp", "/run", "/etc");

  private MountedPlaces() {}

  /// Absolute paths, those above before those below.
  static List<String> of() throws IOException {
    return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
  }

  static List<String> parse(List<String> lines) {
    var found = new TreeSet<String>();
    for (var line : lines) {
      var words = line.split(" ", -1);
      if (words.length > 4) {
        found.add(plain(words[4]));
      }
    }
    found.remove("/");
    found.removeIf(each -> OWN.stream().anyMatch(own -> (each + "/").startsWith(own + "/")));
    return new ArrayList<>(found);
  }

  private static String plain(String text) {
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
