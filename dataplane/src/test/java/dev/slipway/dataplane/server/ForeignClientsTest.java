package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Python's gRPC, with clients generated from the protos we publish, against a running server.
final class ForeignClientsTest {
  @TempDir private Path directory;

  @Test
  void generatedClientsAreAnsweredInEachProtocol() throws IOException {
    var kit = PythonKit.with("grpcio==1.84.0", "grpcio-tools==1.84.0");
    var generated = Files.createDirectories(directory.resolve("generated"));
    var other = Files.writeString(directory.resolve("other.fake"), "3");
    try (var running = new Running(directory)) {
      var told =
          kit.run(
              PythonKit.root().resolve("dataplane/src/test/python/clients.py"),
              PythonKit.root().resolve("inference/src/main/resources").toString(),
              generated.toString(),
              Integer.toString(running.server.port()),
              other.toString());
      assertThat(told).contains("all answered");
    }
  }
}
