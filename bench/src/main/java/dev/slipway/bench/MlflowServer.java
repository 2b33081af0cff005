package dev.slipway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// MLflow's own tracking server, of a Python that has it, until closed.
final class MlflowServer implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final Process process;
  private final String url;
  private final int port;

  /// @param python the interpreter of an environment with MLflow
  /// @param database a URI of SQLAlchemy's; empty: SQLite below the directory
  MlflowServer(String python, String database, Path directory) throws Exception {
    this.port = freePort();
    String store = database.isEmpty() ? "sqlite:///" + directory.resolve("mlflow.db") : database;
    this.url = "http://127.0.0.1:" + port;
    this.process =
        new ProcessBuilder(
                python,
                "-m",
                "mlflow",
                "server",
                "--backend-store-uri",
                store,
                "--artifacts-destination",
                directory.resolve("mlflow-artifacts").toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mlflow.log").toFile())
            .start();
    await();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + "/health")).build();
    try (var client = HttpClient.newHttpClient()) {
      for (int second = 0; second < PATIENCE_SECONDS && process.isAlive(); second++) {
        try {
          if (client.send(request, BodyHandlers.ofString()).statusCode() == 200) {
            return;
          }
        } catch (IOException _) {
          TimeUnit.SECONDS.sleep(1);
        }
      }
    }
    close();
    throw new IOException("MLflow's server did not come up; see mlflow.log");
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
