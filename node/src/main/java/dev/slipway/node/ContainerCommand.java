package dev.slipway.node;

import java.io.InputStream;
import java.io.OutputStream;

/// A program that a client talks to: one started beside a container, or the container itself. Used
/// by one client.
public interface ContainerCommand extends AutoCloseable {
  /// What the client sends goes here; closing it is the end of its input. A client that sends
  /// nothing closes it at once.
  OutputStream input();

  /// What it writes; with a terminal, all of it.
  InputStream output();

  /// What it writes to its standard error; nothing where that is not apart from [#output()].
  InputStream errors();

  /// The size of its terminal is now this; nothing where it has none.
  void resize(int columns, int rows);

  /// Waits for its end.
  ///
  /// @return its exit code; 0 where the client was attached to the container itself
  int await() throws InterruptedException;

  /// The client is gone: what was started for it ends, and a container goes on.
  @Override
  void close();
}
