package dev.slipway.node;

import dev.slipway.control.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One way of running containers: model servers inside this process, or processes of the operating
/// system. Thread-safe.
public interface PodRuntime {
  /// Whether it runs this container of this pod; asked in order of the runtimes.
  boolean takes(Resource pod, String container);

  /// Starts a container; returns at once. What becomes of it is told to the listener, in order.
  ///
  /// @param address the pod's own, on loopback
  Running start(Resource pod, String container, String address, Listener listener);

  /// A container under way.
  interface Running {
    /// Asks it to end: a signal, or no new requests and an answer for those inside.
    void stop(Duration grace);

    /// Its output so far, from the beginning of what is kept, and what follows where `follow`.
    InputStream log(boolean follow) throws IOException;

    /// Where a port of the container answers.
    Optional<InetSocketAddress> port(int containerPort);

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
    void ready(boolean ready, String why);

    /// It has ended.
    ///
    /// @param reason `Completed`, `Error`, `OOMKilled`, …
    /// @param message its last words, for the status
    void ended(int exitCode, String reason, String message);

    /// It could not start and may be tried again: `ImagePullBackOff`, `CreateContainerConfigError`,
    /// …
    void waiting(String reason, String message);

    /// Something to tell as an event of the pod.
    void event(String type, String reason, String message);
  }

  /// Names of the containers a pod has, in order.
  static List<String> containers(Resource pod) {
    return pod.spec().path("containers").values().stream()
        .map(each -> each.path("name").asString(""))
        .toList();
  }
}
