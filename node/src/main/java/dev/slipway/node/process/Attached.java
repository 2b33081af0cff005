package dev.slipway.node.process;

import dev.slipway.node.ContainerCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/// A client that has joined the process of a container itself, which goes on without it.
///
/// @param once whether its input ends with the first client that had it
/// @param takesInput whether the container has an input at all
record Attached(
    Process process,
    InputStream output,
    CountDownLatch ended,
    boolean takesInput,
    boolean once,
    boolean terminal)
    implements ContainerCommand {

  @Override
  public OutputStream input() {
    if (!takesInput) {
      return OutputStream.nullOutputStream();
    }
    var to = process.getOutputStream();
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        to.write(one);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        to.write(bytes, from, length);
      }

      @Override
      public void flush() throws IOException {
        to.flush();
      }

      @Override
      public void close() throws IOException {
        to.flush();
        if (once) {
          to.close();
        }
      }
    };
  }

  @Override
  public InputStream errors() {
    return InputStream.nullInputStream();
  }

  @Override
  public void resize(int columns, int rows) {
    if (terminal) {
      Terminal.resize(process.toHandle(), columns, rows);
    }
  }

  @Override
  public int await() throws InterruptedException {
    ended.await();
    return 0;
  }

  @Override
  public void close() {
    try {
      output.close();
    } catch (IOException _) {
      // a tap has nothing that could fail
    }
  }
}
