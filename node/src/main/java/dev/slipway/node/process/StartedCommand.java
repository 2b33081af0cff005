package dev.slipway.node.process;

import dev.slipway.node.ContainerCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A command that was started beside a container. Ends with its client and with its container.
final class StartedCommand implements ContainerCommand {
  private final Process process;
  private final boolean terminal;

  StartedCommand(ProcessBuilder builder, boolean terminal) throws IOException {
    this.process = builder.redirectErrorStream(terminal).start();
    this.terminal = terminal;
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public InputStream errors() {
    return terminal ? InputStream.nullInputStream() : process.getErrorStream();
  }

  @Override
  public void resize(int columns, int rows) {
    if (terminal) {
      Terminal.resize(process.toHandle(), columns, rows);
    }
  }

  @Override
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      var left = process.descendants().toList();
      process.destroyForcibly();
      left.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
