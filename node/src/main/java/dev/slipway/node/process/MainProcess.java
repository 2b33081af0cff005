package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the container's own process among those that its sandbox needs: the grandchild of
/// `unshare`, after the shell that is first in the PID space.
///
/// @param root what was started
/// @param depth how many children it is away
record MainProcess(ProcessHandle root, int depth) {
  private static final int MOST_TRIES = 500;

  /// Waits until it is there. Blocks.
  ///
  /// @return empty if the container has ended, or does not get that far
  Optional<ProcessHandle> await(Sandbox sandbox) {
    try {
      for (int i = 0; i < MOST_TRIES && root.isAlive(); i++) {
        var found = sandbox.isMounted() ? now() : Optional.<ProcessHandle>empty();
        if (found.isPresent()) {
          return found;
        }
        Thread.sleep(10);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private Optional<ProcessHandle> now() {
    var at = Optional.of(root);
    for (int i = 0; i < depth; i++) {
      at = at.flatMap(MainProcess::firstChild);
    }
    return at;
  }

  private static Optional<ProcessHandle> firstChild(ProcessHandle of) {
    try {
      var file = Path.of("/proc/" + of.pid() + "/task/" + of.pid() + "/children");
      var first = Files.readString(file).split(" ", 2)[0];
      return first.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(first));
    } catch (IOException _) {
      return of.children().findFirst(); // a kernel without that file
    }
  }
}
