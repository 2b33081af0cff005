package dev.slipway.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;

/// Runs a Java function behind HTTP.
///
/// One process listens (the front); the function runs in workers, processes that have loaded its
/// class once and handle one request at a time. So a handler that hangs, dies or eats memory costs
/// its own request alone: its worker is ended and replaced.
///
/// Variables: `PORT` (8080), `FUNCTION_HANDLER` (or the first argument), `FUNCTION_DIRECTORY`
/// (`/function`), `FUNCTION_TIMEOUT` (seconds, 300), `FUNCTION_CONCURRENCY` (workers at most, 4),
/// `FUNCTION_MEMORY` (bytes of one worker, 0 for no bound), `FUNCTION_MAX_BODY` (bytes, 64 MiB),
/// `FUNCTION_LOAD_TIMEOUT` (seconds, 300).
public final class Main {
  static final String WORKER = "--worker";
  private static final int MOST_MESSAGE = 4000;

  private Main() {}

  /// @param words the handler; or [#WORKER], the handler, the front's directory and its socket
  public static void main(String... words) throws IOException, InterruptedException {
    var named = words.length > 0 ? words[0] : System.getenv().getOrDefault("FUNCTION_HANDLER", "");
    try {
      if (named.equals(WORKER)) {
        var home = Path.of(words[2]);
        Worker.run(Settings.of(words[1], System.getenv()), home, Path.of(words[3]));
      } else if (named.isEmpty()) {
        refuse("no handler: name FILE:METHOD as the argument, or in FUNCTION_HANDLER");
      } else {
        serve(Settings.of(named, System.getenv()));
      }
    } catch (FunctionException problem) {
      refuse(problem.why());
    } catch (IllegalArgumentException problem) {
      refuse(String.valueOf(problem.getMessage()));
    }
  }

  private static void serve(Settings settings)
      throws IOException, FunctionException, InterruptedException {
    var home = Files.createTempDirectory("function");
    var pool = new Pool(settings, home);
    var begun = new CountDownLatch(1);
    try {
      var name = HandlerName.parse(settings.handler());
      if (name.file().endsWith(".java")) {
        Sources.compile(settings.directory(), name.file(), home);
      }
      pool.begin();
      var front = new Front(settings, pool);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(front, pool, home)));
      System.err.println(settings.handler() + " is ready on port " + front.port());
    } catch (IOException | FunctionException problem) {
      pool.close();
      delete(home);
      throw problem;
    }
    begun.await(); // until the process is told to end
  }

  private static void end(Front front, Pool pool, Path home) {
    front.close();
    pool.close();
    delete(home);
  }

  private static void delete(Path tree) {
    try (var all = Files.walk(tree)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException problem) {
      System.err.println("left behind: " + tree + ": " + problem.getMessage());
    }
  }

  /// Ends with the reason where the platform reads it.
  private static void refuse(String why) {
    System.err.println(why);
    var place = System.getenv().getOrDefault("TERMINATION_LOG", "/dev/termination-log");
    try {
      Files.writeString(Path.of(place), why.substring(Math.max(0, why.length() - MOST_MESSAGE)));
    } catch (IOException _) {
      // it was said already
    }
    System.exit(1);
  }
}
