package dev.slipway.node.environment;

import java.util.List;
import java.util.Optional;

/// What pip says, for people. Pure.
final class PipWords {
  private static final List<String> OFFLINE =
      List.of(
          "NewConnectionError",
          "Temporary failure in name resolution",
          "Name or service not known",
          "nodename nor servname",
          "Network is unreachable",
          "No route to host",
          "ConnectTimeoutError",
          "ReadTimeoutError",
          "Max retries exceeded",
          "ProxyError");
  private static final int MOST_WORDS = 6;

  private PipWords() {}

  /// A line of output as a step of the work; empty for what says nothing new.
  static Optional<String> step(String line) {
    var text = line.strip();
    if (text.startsWith("Collecting ")) {
      return Optional.of("collecting " + word(text, 1));
    }
    if (text.startsWith("Downloading ")) {
      var file = word(text, 1);
      var size = text.indexOf('(');
      return Optional.of(
          "downloading "
              + file.substring(file.lastIndexOf('/') + 1)
              + (size < 0 ? "" : " " + text.substring(size)));
    }
    if (text.startsWith("Processing ")) {
      var file = word(text, 1);
      return Optional.of("unpacking " + file.substring(file.lastIndexOf('/') + 1));
    }
    if (text.startsWith("Building wheel for ")) {
      return Optional.of("building " + word(text, 3));
    }
    if (text.startsWith("Installing collected packages: ")) {
      int count = text.split(",", -1).length;
      return Optional.of("installing " + count + (count == 1 ? " package" : " packages"));
    }
    return Optional.empty();
  }

  private static String word(String text, int at) {
    var words = text.split("\\s+", -1);
    return at < words.length ? words[at] : "";
  }

  /// Why it failed, of all its output.
  static String failure(List<String> output) {
    var errors =
        output.stream()
            .filter(each -> each.startsWith("ERROR:"))
            .map(each -> each.substring("ERROR:".length()).strip())
            .limit(2)
            .toList();
    var said = errors.isEmpty() ? last(output) : String.join("; ", errors);
    boolean isOffline = output.stream().anyMatch(line -> OFFLINE.stream().anyMatch(line::contains));
    return isOffline
        ? "this machine cannot reach the package index (https://pypi.org/simple, or what"
            + " PIP_INDEX_URL names): "
            + said
            + "; set PIP_INDEX_URL to an index it can reach, or name an existing virtual"
            + " environment as path of this one in ConfigMap "
            + ImageConfig.NAMESPACE
            + "/"
            + ImageConfig.NAME
        : said;
  }

  private static String last(List<String> output) {
    var lines = output.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
    return String.join(" ", lines.subList(Math.max(0, lines.size() - MOST_WORDS), lines.size()));
  }
}
