package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.graph.GraphRouter;
import dev.slipway.dataplane.graph.StepCaller;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Runs routers of inference graphs in this process: the image `kserve/router`, the graph as the
/// value
/// of `--graph-json`.
///
/// @param caller sends what a step is asked
public record RouterPods(StepCaller caller, LocalEndpoints endpoints, InstantSource clock)
    implements PodRuntime {
  private static final Pattern IMAGE = Pattern.compile("(.*/)?kserve/router([:@].*)?");
  private static final String GRAPH = "--graph-json";
  private static final int DEFAULT_PORT = 8080;

  @Override
  public boolean takes(Resource pod, JsonNode container) {
    return IMAGE.matcher(Json.text(container, "image")).matches();
  }

  @Override
  public boolean tellsReadiness() {
    return true;
  }

  @Override
  public boolean standsIn() {
    return true;
  }

  @Override
  public Running start(ContainerStart start, Listener listener) {
    var router = new Router(start, listener, new ContainerLog(clock));
    listener.started();
    try {
      var handler =
          GraphRouter.of(
              graph(start), start.environment().getOrDefault("PROPAGATE_HEADERS", ""), caller);
      endpoints.put(router.address, new Answering(handler, router.log));
      router.log.write("answering on port " + router.address.getPort());
      listener.ready(true, "");
    } catch (IllegalArgumentException problem) {
      router.log.write("error: " + problem.getMessage());
      router.end(1, "Error", String.valueOf(problem.getMessage()));
    }
    return router;
  }

  private static String graph(ContainerStart start) {
    int at = start.args().indexOf(GRAPH);
    if (at < 0 || at + 1 >= start.args().size()) {
      throw new IllegalArgumentException("container " + start.name() + ": args: no " + GRAPH);
    }
    return start.args().get(at + 1);
  }

  private final class Router implements Running {
    private final Listener listener;
    private final ContainerLog log;
    private final InetSocketAddress address;
    private final AtomicBoolean ended = new AtomicBoolean();

    Router(ContainerStart start, Listener listener, ContainerLog log) {
      this.listener = listener;
      this.log = log;
      int port = start.ports().isEmpty() ? DEFAULT_PORT : start.ports().getFirst();
      this.address = new InetSocketAddress(start.address(), port);
    }

    private void end(int exitCode, String reason, String message) {
      if (ended.compareAndSet(false, true)) {
        endpoints.remove(address);
        log.end();
        listener.ended(exitCode, reason, message);
      }
    }

    @Override
    public void stop(Duration grace) {
      Thread.ofVirtual().name("stop router").start(() -> end(0, "Completed", ""));
    }

    @Override
    public InputStream log(boolean follow) {
      return log.read(follow);
    }

    @Override
    public Optional<InetSocketAddress> port(int containerPort) {
      return containerPort == address.getPort() ? Optional.of(address) : Optional.empty();
    }

    @Override
    public Usage usage() {
      return new Usage(0, 0);
    }
  }
}
