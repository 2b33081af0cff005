package dev.slipway.node.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Rewrites what a container says about its own world into what holds on this machine: paths of
/// mounts, and ports. Pure.
///
/// A path counts where it stands whole or is followed by a slash; a port where an argument or
/// variable is named for it (`--http_port=8080`, `--port 8080`, `HTTP_PORT`).
final class Words {
  private static final Pattern PORT_FLAG =
      Pattern.compile("(-p|-P|--?(\\w+[-_.])*port)", Pattern.CASE_INSENSITIVE);
  private static final Pattern PORT_VARIABLE = Pattern.compile("(\\w+_)?PORT");

  private final Map<String, String> paths;
  private final Map<Integer, Integer> ports;
  private final Pattern mounted;

  /// @param paths of the container, and where they are on this machine
  /// @param ports of the container, and which to use instead
  Words(Map<String, String> paths, Map<Integer, Integer> ports) {
    this.paths = Map.copyOf(paths);
    this.ports = Map.copyOf(ports);
    this.mounted =
        paths.isEmpty()
            ? Pattern.compile("(?!)")
            : Pattern.compile(
                paths.keySet().stream()
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .map(Pattern::quote)
                    .collect(
                        Collectors.joining(
                            "|", "(?:(?<=file://)|(?<![\\w./-]))(?:", ")(?![\\w.-])")));
  }

  /// Command and arguments together.
  List<String> command(List<String> words) {
    var changed = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      boolean ofFlag = i > 0 && PORT_FLAG.matcher(words.get(i - 1)).matches();
      changed.add(paths(ofFlag ? port(words.get(i)) : flag(words.get(i))));
    }
    return changed;
  }

  private String flag(String word) {
    int equals = word.indexOf('=');
    return equals > 0 && PORT_FLAG.matcher(word.substring(0, equals)).matches()
        ? word.substring(0, equals + 1) + port(word.substring(equals + 1))
        : word;
  }

  private String port(String value) {
    for (var each : ports.entrySet()) {
      if (value.equals(String.valueOf(each.getKey()))) {
        return String.valueOf(each.getValue());
      }
    }
    return value;
  }

  /// The value of a variable.
  String variable(String name, String value) {
    return paths(PORT_VARIABLE.matcher(name).matches() ? port(value) : value);
  }

  private String paths(String text) {
    return mounted.matcher(text).replaceAll(found -> quoted(found.group()));
  }

  private String quoted(String path) {
    return Matcher.quoteReplacement(paths.getOrDefault(path, path));
  }
}
