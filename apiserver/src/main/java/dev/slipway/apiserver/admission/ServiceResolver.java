package dev.slipway.apiserver.admission;

import java.net.InetSocketAddress;

/// Finds where a core Service can be reached from this process.
@FunctionalInterface
public interface ServiceResolver {
  /// @param port a port of the Service
  /// @throws IllegalArgumentException if there is no such Service, port or ready endpoint; the
  ///     message says which
  InetSocketAddress resolve(String namespace, String name, int port);
}
