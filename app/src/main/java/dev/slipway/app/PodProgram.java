package dev.slipway.app;

import dev.slipway.apiserver.stream.RemoteCommand;
import dev.slipway.node.CommandRefusedException;
import dev.slipway.node.ContainerCommand;
import dev.slipway.node.NodeAgent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A command in a pod of this machine, as the API streams it.
record PodProgram(ContainerCommand command) implements RemoteCommand.Program {
  static PodProgram of(ContainerCommand command) {
    return new PodProgram(command);
  }

  /// @throws IOException if it cannot be started, in words for the user
  static PodProgram started(
      NodeAgent node,
      String podUid,
      String container,
      List<String> words,
      RemoteCommand.Wanted wanted)
      throws IOException {
    try {
      return of(node.exec(podUid, container, words, wanted.terminal()));
    } catch (CommandRefusedException refused) {
      throw new IOException(refused.why(), refused);
    }
  }

  @Override
  public OutputStream input() {
    return command.input();
  }

  @Override
  public InputStream output() {
    return command.output();
  }

  @Override
  public InputStream errors() {
    return command.errors();
  }

  @Override
  public void resize(int columns, int rows) {
    command.resize(columns, rows);
  }

  @Override
  public int await() throws InterruptedException {
    return command.await();
  }

  @Override
  public void end() {
    command.close();
  }
}
