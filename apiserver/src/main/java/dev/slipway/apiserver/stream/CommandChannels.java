package dev.slipway.apiserver.stream;

import dev.slipway.base.Json;
import dev.slipway.net.Response;
import dev.slipway.net.WebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// A program over a WebSocket whose messages begin with the number of a channel: 0 input, 1 output,
/// 2 errors, 3 the outcome, 4 sizes of the terminal; in version 5, 255 ends the channel that
/// follows.
final class CommandChannels {
  private static final int OUTPUT = 1;
  private static final int ERRORS = 2;
  private static final int OUTCOME = 3;
  private static final int SIZES = 4;
  private static final int CLOSE = 255;
  private static final int MOST_WAITING = 64;
  private static final byte[] END = new byte[0];

  private final WebSocket client;
  private final boolean text;
  private final boolean statuses;
  private final CommandRun run;
  private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean inputOver = new AtomicBoolean();

  CommandChannels(WebSocket client, String protocol, CommandRun run) {
    this.client = client;
    this.text = protocol.contains("base64");
    this.statuses = protocol.startsWith("v");
    this.run = run;
  }

  void serve() throws InterruptedException {
    try {
      greet();
      var program = run.starter().start();
      client.onClose(() -> Thread.ofVirtual().name("end command").start(program::end));
      Thread.ofVirtual().name("command input").start(() -> feed(program.input()));
      Thread.ofVirtual().name("command").start(() -> outcome(program));
      listen(program);
    } catch (IOException problem) {
      finish(CommandRun.refused(problem));
    } catch (Response.ClientGoneException _) {
      // as if it had closed
    }
  }

  /// An empty message on the first channel that the client reads tells it that all is connected.
  private void greet() {
    int first = run.wanted().output() ? OUTPUT : run.wanted().errors() ? ERRORS : OUTCOME;
    send(first, END);
  }

  private void listen(RemoteCommand.Program program) throws InterruptedException {
    if (!run.wanted().input()) {
      endInput();
    }
    try {
      for (var message = client.receive(); message.isPresent(); message = client.receive()) {
        heard(message.get().payload(), program);
      }
    } finally {
      program.end();
      inputOver.set(true);
      input.clear();
      input.add(END);
    }
  }

  private void heard(byte[] message, RemoteCommand.Program program) throws InterruptedException {
    if (message.length == 0) {
      return;
    }
    int channel = text ? message[0] - '0' : message[0] & 0xff;
    var data = Arrays.copyOfRange(message, 1, message.length);
    if (channel == CLOSE && !text) {
      if (data.length > 0 && data[0] == 0) {
        endInput();
      }
      return;
    }
    var bytes = text ? decoded(data) : data;
    if (channel == 0 && bytes.length > 0 && !inputOver.get()) {
      input.put(bytes);
    } else if (channel == SIZES) {
      TerminalSize.of(bytes).ifPresent(size -> program.resize(size.columns(), size.rows()));
    }
  }

  private static byte[] decoded(byte[] data) {
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException _) {
      return END;
    }
  }

  private void endInput() throws InterruptedException {
    if (inputOver.compareAndSet(false, true)) {
      input.put(END);
    }
  }

  @SuppressWarnings("ReferenceEquality") // one array stands for the end
  private void feed(OutputStream to) {
    try (to) {
      for (var next = input.take(); next != END; next = input.take()) {
        to.write(next);
        to.flush();
      }
    } catch (IOException _) {
      drain(); // it reads no more; the client may go on sending
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("ReferenceEquality") // one array stands for the end
  private void drain() {
    try {
      var next = input.take();
      while (next != END) {
        next = input.take();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void outcome(RemoteCommand.Program program) {
    try {
      finish(run.finish(program, new Channel(OUTPUT), new Channel(ERRORS)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void finish(ObjectNode status) {
    boolean well = Json.text(status, "status").equals("Success");
    try {
      if (statuses) {
        send(OUTCOME, status.toString().getBytes(StandardCharsets.UTF_8));
      } else if (!well) {
        send(OUTCOME, Json.text(status, "message").getBytes(StandardCharsets.UTF_8));
      }
    } catch (Response.ClientGoneException _) {
      // nobody is left to tell
    }
    client.close();
  }

  private synchronized void send(int channel, byte[] data) {
    if (text) {
      var line = channel + Base64.getEncoder().encodeToString(data);
      client.sendText(line.getBytes(StandardCharsets.UTF_8));
    } else {
      client.sendBinary(new byte[] {(byte) channel}, data);
    }
  }

  /// What is written goes to one channel.
  private final class Channel extends OutputStream {
    private final int number;

    Channel(int number) {
      this.number = number;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        send(number, Arrays.copyOfRange(bytes, from, from + length));
      } catch (Response.ClientGoneException gone) {
        throw new IOException("the client is gone", gone);
      }
    }
  }

  /// As clients send it: `{"Width": 80, "Height": 24}`.
  record TerminalSize(int columns, int rows) {
    static Optional<TerminalSize> of(byte[] json) {
      try {
        var tree = Json.parseObject(new String(json, StandardCharsets.UTF_8));
        int columns = tree.path("Width").asInt(0);
        int rows = tree.path("Height").asInt(0);
        return columns > 0 && rows > 0 && columns <= 0xffff && rows <= 0xffff
            ? Optional.of(new TerminalSize(columns, rows))
            : Optional.empty();
      } catch (JacksonException | IllegalArgumentException _) {
        return Optional.empty();
      }
    }
  }
}
