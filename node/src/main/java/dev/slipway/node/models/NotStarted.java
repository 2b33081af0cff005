package dev.slipway.node.models;

import dev.slipway.node.PodRuntime;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// A container that did not begin, as was told.
final class NotStarted implements PodRuntime.Running {
  @Override
  public void stop(Duration grace) {
    // there is nothing to end
  }

  @Override
  public InputStream log(boolean follow) {
    return InputStream.nullInputStream();
  }

  @Override
  public Optional<InetSocketAddress> port(int containerPort) {
    return Optional.empty();
  }

  @Override
  public PodRuntime.Usage usage() {
    return new PodRuntime.Usage(0, 0);
  }
}
