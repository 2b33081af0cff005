package dev.slipway.node;

import dev.slipway.control.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One way of running containers: model servers inside this process, or processes of the operating
/// system. Thread-safe.
public interface PodRuntime {
  /// Whether it runs this container of this pod; asked in order of the runtimes.
  ///
  /// @param container as the pod's specification has it
  boolean takes(Resource pod, JsonNode container);

  /// Whether it knows by itself when a container answers. Then probes that only ask whether a port
  /// is open are not run, and others are first run at that moment, however long their
  /// `initialDelaySeconds`.
  default boolean tellsReadiness() {
    return false;
  }

  /// Whether a container may run a second time for a moment, as another pod of its own, without
  /// anybody but its callers noticing: it keeps nothing, and opens nothing outside this process.
  default boolean standsIn() {
    return false;
  }

  /// What stands for a container's image here; asked before every start, and again after a while
  /// where it is missing. May block for a moment.
  default Image image(JsonNode container) {
    return new Image.Here("");
  }

  /// What a container has written whose pod is no more with this program: one that ended before the
  /// program began.
  ///
  /// @param logs as in [ContainerStart]
  /// @param before of the start before the latest
  default Optional<InputStream> kept(Path logs, boolean before) throws IOException {
    return Optional.empty();
  }

  /// An address for a pod all of whose containers it runs; empty if the node is to give one, of
  /// loopback.
  ///
  /// @param pod whose `status.podIP` is wished for
  default Optional<String> address(Resource pod) {
    return Optional.empty();
  }

  /// The pod of an address that it may have given is gone.
  default void release(String address) {}

  /// Tells it how pods' addresses are connected to.
  default void connect(Connections connections) {}

  /// How pods' addresses are connected to from this process.
  interface Connections {
    /// Where to connect to for an address of a pod.
    ///
    /// @throws IOException if no socket can be opened for it
    InetSocketAddress reached(InetSocketAddress address) throws IOException;

    /// Where the API answers; empty if that is not known.
    default Optional<InetSocketAddress> api() {
      return Optional.empty();
    }
  }

  /// Starts a container; returns at once. What becomes of it is told to the listener, in order.
  Running start(ContainerStart start, Listener listener);

  /// Whether something stands for an image.
  sealed interface Image {
    /// @param id tells what, for `imageID`; empty for what the image's name tells
    record Here(String id) implements Image {}

    /// @param why it cannot be had, and what to do about it
    record Missing(String why) implements Image {}
  }

  /// A container under way.
  interface Running {
    /// Asks it to end: a signal, or no new requests and an answer for those inside. Returns at
    /// once;
    /// the end is told.
    ///
    /// @param grace until it is ended by force; zero for now
    void stop(Duration grace);

    /// As `stop`, but for work that is done: where it can, it tells an end with code 0.
    default void conclude(Duration grace) {
      stop(grace);
    }

    /// Its output so far, from the beginning of what is kept, and what follows where `follow`.
    /// Every
    /// line begins with its time (RFC 3339, nanoseconds, UTC) and a space.
    InputStream log(boolean follow) throws IOException;

    /// Where a port of the container answers.
    Optional<InetSocketAddress> port(int containerPort);

    /// Runs a command beside it, as an `exec` probe does. Blocks.
    ///
    /// @return what it wrote, if it ended with another code than 0 or not in time; empty if all is
    ///     well
    default Optional<String> problem(List<String> command, Duration timeout) {
      return Optional.of("commands cannot be run in this container: it is no process of its own");
    }

    /// @throws CommandRefusedException where commands cannot be run in it
    default void checkCommands() throws CommandRefusedException {
      throw new CommandRefusedException(
          "it is answered inside the platform's own process, where no command can be run; `kubectl"
              + " logs` shows its output");
    }

    /// Starts a command beside it, with its variables and files, as `kubectl exec` does.
    ///
    /// @param terminal whether it gets a terminal
    /// @throws CommandRefusedException where commands cannot be run in it
    /// @throws IOException if this one cannot be started, in words for the user
    default ContainerCommand exec(List<String> command, boolean terminal)
        throws CommandRefusedException, IOException {
      checkCommands();
      throw new CommandRefusedException("it runs no commands");
    }

    /// Joins its own input and output, as `kubectl attach` does.
    ///
    /// @throws CommandRefusedException where it has none
    default ContainerCommand attach() throws CommandRefusedException {
      throw new CommandRefusedException(
          "it is answered inside the platform's own process and has no input; `kubectl logs -f`"
              + " shows its output");
    }

    /// Bytes of memory and nanoseconds of processor time used so far.
    Usage usage();
  }

  /// @param memoryBytes working set
  /// @param cpuNanos since the start
  record Usage(long memoryBytes, long cpuNanos) {}

  /// What a container does.
  interface Listener {
    void started();

    /// Whether it answers, beside any probe the pod names.
    ///
    /// @param why it does not; empty if it does
    void ready(boolean ready, String why);

    /// It has ended.
    ///
    /// @param reason `Completed`, `Error`, `OOMKilled`, …
    /// @param message its last words, for the status
    void ended(int exitCode, String reason, String message);

    /// It could not start and is to be tried again: `CreateContainerConfigError`, …
    void waiting(String reason, String message);

    /// Something to tell as an event of the pod.
    void event(String type, String reason, String message);
  }
}
