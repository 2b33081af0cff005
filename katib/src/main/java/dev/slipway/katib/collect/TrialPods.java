package dev.slipway.katib.collect;

import dev.slipway.control.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// What collectors need of whoever runs the pods. Thread-safe.
public interface TrialPods {
  /// What a container has written. Every line begins with its time (RFC 3339, nanoseconds, UTC) and
  /// a space.
  ///
  /// @param before of the start before the latest
  /// @param follow goes on until the container's start has ended
  /// @return empty if it has not been started, or the pod is not here
  Optional<InputStream> log(Resource pod, String container, boolean before, boolean follow)
      throws IOException;

  /// Where a path of a container lies on this machine; empty if the pod is not here.
  Optional<Path> file(Resource pod, String container, String path) throws IOException;

  /// Where to connect to for a port of a pod.
  ///
  /// @throws IOException if it cannot be reached
  InetSocketAddress reached(Resource pod, int port) throws IOException;

  /// Ends a container as one that has done its work; returns at once.
  void conclude(Resource pod, String container);
}
