package dev.slipway.node.models;

import dev.slipway.node.PodRuntime;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells that a program is ready when its `/ping` says so, not when it has begun.
final class AnswersFirst implements PodRuntime.Listener {
  private static final int LOOK_MILLIS = 50;
  private static final int ANSWER_MILLIS = 2_000;

  private final PodRuntime.Listener listener;
  private final int port;
  private final CountDownLatch ended = new CountDownLatch(1);

  /// @param port of the container
  AnswersFirst(PodRuntime.Listener listener, int port) {
    this.listener = listener;
    this.port = port;
  }

  /// Begins to ask; returns at once.
  void await(PodRuntime.Running running) {
    Thread.ofVirtual().name("await port " + port).start(() -> ask(running));
  }

  private void ask(PodRuntime.Running running) {
    try {
      do {
        if (running.port(port).filter(AnswersFirst::answers).isPresent()) {
          listener.ready(true, "");
          return;
        }
      } while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean answers(InetSocketAddress at) {
    try {
      var url = URI.create("http://" + at.getHostString() + ":" + at.getPort() + "/ping").toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(ANSWER_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void started() {
    listener.started();
  }

  @Override
  public void ready(boolean ready, String why) {
    if (!ready) {
      listener.ready(false, why);
    }
  }

  @Override
  public void ended(int exitCode, String reason, String message) {
    ended.countDown();
    listener.ended(exitCode, reason, message);
  }

  @Override
  public void waiting(String reason, String message) {
    ended.countDown();
    listener.waiting(reason, message);
  }

  @Override
  public void event(String type, String reason, String message) {
    listener.event(type, reason, message);
  }
}
