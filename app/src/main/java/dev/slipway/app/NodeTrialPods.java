package dev.slipway.app;

import dev.slipway.control.Resource;
import dev.slipway.katib.collect.TrialPods;
import dev.slipway.node.NodeAgent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// Pods of trials, as the node of this process runs them.
record NodeTrialPods(NodeAgent node) implements TrialPods {
  @Override
  public Optional<InputStream> log(Resource pod, String container, boolean before, boolean follow)
      throws IOException {
    return node.log(pod.uid(), container, before, follow);
  }

  @Override
  public Optional<Path> file(Resource pod, String container, String path) throws IOException {
    return node.file(pod, container, path);
  }

  @Override
  public InetSocketAddress reached(Resource pod, int port) throws IOException {
    return node.socket(pod.uid(), port);
  }

  @Override
  public void conclude(Resource pod, String container) {
    node.conclude(pod.uid(), container);
  }
}
