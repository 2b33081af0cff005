package dev.slipway.node.environment;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What an image brings beside the programs of its environment, where its mapping says so.
///
/// @param files files and directories of this machine, by where a container finds them
/// @param command run where a container names none; empty for what known images run
public record ImageContent(Map<String, Path> files, List<String> command) {
  static final ImageContent NONE = new ImageContent(Map.of(), List.of());

  public ImageContent {
    files = Map.copyOf(files);
    command = List.copyOf(command);
  }
}
