package dev.slipway.node;

import dev.slipway.control.Resource;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/// A runtime whose containers do what a test says.
final class TestRuntime implements PodRuntime {
  final List<Started> all = new CopyOnWriteArrayList<>();
  volatile boolean readyAtOnce = true;
  volatile boolean standsIn;

  /// A container that was started.
  static final class Started implements Running {
    private final ContainerStart start;
    private final Listener listener;
    volatile Duration stopped = Duration.ZERO;

    Started(ContainerStart start, Listener listener) {
      this.start = start;
      this.listener = listener;
    }

    ContainerStart start() {
      return start;
    }

    Listener listener() {
      return listener;
    }

    @Override
    public void stop(Duration grace) {
      stopped = grace;
      listener.ended(0, "Completed", "");
    }

    @Override
    public InputStream log(boolean follow) {
      return InputStream.nullInputStream();
    }

    @Override
    public Optional<InetSocketAddress> port(int containerPort) {
      return Optional.of(new InetSocketAddress(start.address(), containerPort));
    }

    @Override
    public Usage usage() {
      return new Usage(0, 0);
    }
  }

  @Override
  public boolean takes(Resource pod, JsonNode container) {
    return container.path("image").asString("").startsWith("test/");
  }

  @Override
  public boolean tellsReadiness() {
    return true;
  }

  @Override
  public boolean standsIn() {
    return standsIn;
  }

  @Override
  public Running start(ContainerStart start, Listener listener) {
    var started = new Started(start, listener);
    all.add(started);
    listener.started();
    if (readyAtOnce && !start.init()) {
      listener.ready(true, "");
    }
    return started;
  }

  Started latest() {
    return all.getLast();
  }

  List<String> names() {
    return all.stream().map(each -> each.start().name()).toList();
  }
}
