package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file for each running container, so that a program after one that crashed finds what that left
/// running, and ends it.
final class Marks {
  private static final Logger LOG = LoggerFactory.getLogger(Marks.class);

  private final Path directory;

  /// @param data the platform's; made absolute, it tells its processes from those of others
  Marks(Path data) {
    this.directory = data.resolve("processes");
  }

  /// Before the process is started: what is not known yet is found by its mark.
  void put(String mark) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(mark), "");
  }

  /// Once its number is known.
  void put(String mark, ProcessHandle process) {
    try {
      Files.writeString(directory.resolve(mark), identity(process));
    } catch (IOException problem) {
      LOG.warn("process {} could not be noted: {}", process.pid(), problem.toString());
    }
  }

  /// A number is given again; not with the same beginning.
  private static String identity(ProcessHandle process) {
    return process.pid() + " " + process.info().startInstant().map(Object::toString).orElse("");
  }

  void remove(String mark) {
    try {
      Files.deleteIfExists(directory.resolve(mark));
    } catch (IOException problem) {
      LOG.warn("{} could not be deleted: {}", directory.resolve(mark), problem.toString());
    }
  }

  /// Ends what a program before this one left.
  ///
  /// @return how many processes
  int reap() {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    int ended = 0;
    try (var all = Files.list(directory)) {
      for (var each : all.toList()) {
        ended += reap(each);
      }
    } catch (IOException problem) {
      LOG.warn("{} could not be read: {}", directory, problem.toString());
    }
    if (ended > 0) {
      LOG.info("{} processes ended that a program before this one had left running", ended);
    }
    return ended;
  }

  private int reap(Path file) throws IOException {
    var mark = file.getFileName().toString();
    var noted = Files.readString(file).split(" ", 2);
    var root =
        noted[0].matches("\\d{1,18}")
            ? ProcessHandle.of(Long.parseLong(noted[0]))
                .filter(each -> identity(each).equals(String.join(" ", noted)))
            : Optional.<ProcessHandle>empty();
    var variable = Launch.MARK + "=" + mark;
    var left =
        root.map(each -> new Tree(each, variable).members()).orElseGet(() -> Tree.marked(variable));
    if (root.isPresent()) {
      new Tree(root.get(), variable).kill();
    } else {
      left.forEach(each -> new Tree(each, variable).kill());
    }
    Files.deleteIfExists(file);
    return left.size();
  }
}
