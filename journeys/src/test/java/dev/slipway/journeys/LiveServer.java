package dev.slipway.journeys;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One API server in this process for a test class, on a free port and a directory of its own.
final class LiveServer implements BeforeAllCallback, AfterAllCallback {
  private Optional<Path> directory = Optional.empty();
  private Optional<ApiServer> server = Optional.empty();

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Path made = Files.createTempDirectory("slipway-journey");
    directory = Optional.of(made);
    server = Optional.of(ApiServer.start(new ApiServerSettings(data(), "127.0.0.1", 0)));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    server.ifPresent(ApiServer::close);
    server = Optional.empty();
    if (directory.isPresent()) {
      deleteTree(directory.get());
    }
  }

  /// Ends the server, drops every connection, and starts it again on the same port and data.
  void restart() {
    int port = URI.create(url()).getPort();
    server.orElseThrow().close();
    server = Optional.of(ApiServer.start(new ApiServerSettings(data(), "127.0.0.1", port)));
  }

  String url() {
    return server.orElseThrow().url();
  }

  /// A directory the tests of this class may write to.
  Path scratch() {
    return directory.orElseThrow();
  }

  Path data() {
    return scratch().resolve("data");
  }

  Path kubeconfig() {
    return server.orElseThrow().kubeconfig();
  }

  Kubectl kubectl() {
    return new Kubectl(kubeconfig(), scratch(), "default");
  }

  RawClient http() {
    return RawClient.of(kubeconfig());
  }

  static void deleteTree(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
