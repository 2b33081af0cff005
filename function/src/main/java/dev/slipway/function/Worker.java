package dev.slipway.function;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The life of a worker process: it loads the function, then handles one request after the other.
final class Worker {
  private static final Runtime MACHINE = Runtime.getRuntime();

  private final Settings settings;
  private final Handler handler;

  private Worker(Settings settings, Handler handler) {
    this.settings = settings;
    this.handler = handler;
  }

  /// Returns when the front has gone.
  ///
  /// @param classes where sources were compiled to
  /// @param socket where the front listens
  static void run(Settings settings, Path classes, Path socket) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var in = new DataInputStream(Channels.newInputStream(channel));
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      var worker = begin(settings, classes, out);
      if (worker != null) {
        worker.work(in, out);
      }
    } catch (EOFException _) {
      MACHINE.halt(0); // threads of the function may go on otherwise
    }
  }

  private static @Nullable Worker begin(Settings settings, Path classes, DataOutputStream out)
      throws IOException {
    String failed;
    try {
      var name = HandlerName.parse(settings.handler());
      var handler = Loader.load(name, settings.directory(), classes);
      Frames.write(out, new Frames.Begin(""), new byte[0]);
      return new Worker(settings, handler);
    } catch (FunctionException problem) {
      failed = problem.why();
    } catch (Exception | LinkageError problem) {
      failed = Words.of(problem);
    }
    Frames.write(out, new Frames.Begin(failed), new byte[0]);
    return null;
  }

  private void work(DataInputStream in, DataOutputStream out) throws IOException {
    while (true) {
      var call = Frames.head(in, Call.class);
      var reply = handle(call, Frames.bytes(in));
      System.out.flush();
      Frames.write(out, new Frames.Head(reply.status(), reply.headers()), reply.body());
    }
  }

  /// Errors end the process: what they leave behind is not known.
  private Reply handle(Call call, byte[] body) {
    try {
      var event = Events.of(call, body);
      var result = handler.call(event, body, context(call));
      return Results.of(result, CloudEvents.isStructured(call.plainHeaders()), settings.name());
    } catch (FunctionException problem) {
      return Reply.failure(problem.status(), call.id(), problem.why());
    } catch (VirtualMachineError problem) {
      System.err.println("request " + call.id() + " failed:\n" + Words.of(problem));
      MACHINE.halt(3);
      throw problem;
    } catch (Throwable problem) {
      System.err.println("request " + call.id() + " failed:\n" + Words.of(problem));
      return Reply.failure(500, call.id(), "the function failed");
    }
  }

  private Context context(Call call) {
    return new Context(
        call.id(),
        settings.name(),
        settings.version(),
        settings.memory() >> 20,
        Instant.now().plus(Duration.ofMillis((long) (call.seconds() * 1000))));
  }
}
