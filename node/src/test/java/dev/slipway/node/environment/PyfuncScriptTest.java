package dev.slipway.node.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the scoring server answers for a model that brings its own loader.
final class PyfuncScriptTest {
  private static final String DESCRIPTION =
      """
      {"flavors": {"python_function": {"loader_module": "slipway_scorer", "code": "code", "data": "scale.txt"}},
       "mlflow_version": "3.6.0",
       "signature": {"inputs": "[{\\"name\\": \\"a\\", \\"type\\": \\"double\\"}, {\\"name\\": \\"b\\", \\"type\\": \\"double\\"}]"}}
      """;

  @TempDir private Path directory;

  private Process begin(int port) throws IOException {
    var script = directory.resolve("pyfunc.py");
    try (var in = ShippedScript.class.getResourceAsStream("pyfunc.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Files.createDirectories(directory.resolve("code"));
    Files.writeString(directory.resolve("scale.txt"), "3");
    Files.writeString(
        directory.resolve("code/slipway_scorer.py"),
        """
        class Scorer:
            def __init__(self, scale): self.scale = scale
            def predict(self, rows):
                rows = rows if isinstance(rows, list) else rows.to_dict("records")
                return [self.scale * (row["a"] + row["b"]) for row in rows]
        def _load_pyfunc(path):
            with open(path) as file:
                return Scorer(float(file.read()))
        """);
    var builder =
        new ProcessBuilder(
            "python3",
            script.toString(),
            "--model",
            directory.toString(),
            "--name",
            "own",
            "--port",
            String.valueOf(port));
    builder.environment().put("MLMODEL", DESCRIPTION);
    return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private Path log() {
    return directory.resolve("log");
  }

  private static String ask(int port, String path, String type, String body) throws IOException {
    var url = URI.create("http://127.0.0.1:" + port + path).toURL();
    var connection = (HttpURLConnection) url.openConnection();
    connection.setReadTimeout(60_000);
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      connection.setRequestProperty("content-type", type);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    int status = connection.getResponseCode();
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aModelWithItsOwnLoaderIsAnsweredInEveryProtocol() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var process = begin(port);
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> !process.isAlive() || Files.readString(log()).contains("answering on"));
      assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
      var table =
          """
          /invocations | application/json | {"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2]]}} | 200 {"predictions": [9.0]}
          /invocations | application/json | {"dataframe_records": [{"a": 1, "b": 2}]} | 200 {"predictions": [9.0]}
          /invocations | application/json | {"instances": [[1, 2], [3, 4]]} | 200 {"predictions": [9.0, 21.0]}
          /invocations | application/json | {"inputs": {"a": [1, 2], "b": [2, 3]}} | 200 {"predictions": [9.0, 15.0]}
          /invocations | text/csv | a,b\\n1,2\\n | 200 {"predictions": [9.0]}
          /invocations | application/json | {"dataframe_records": [{"a": 1}]} | Model is missing inputs ['b']
          /invocations | application/json | {"x": 1} | 400 {"error_code": "BAD_REQUEST", "message": "The input must be a JSON dictionary
          /invocations | application/xml | <a/> | 415 This predictor only supports the following content types
          /v1/models/own:predict | application/json | {"instances": [[1, 2]]} | 200 {"predictions": [9.0]}
          /v2/models/own/infer | application/json | {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}]} | "shape": [1], "data": [9.0]
          /v2/models/own/infer | application/json | {"inputs": [{"name": "x", "datatype": "FP64", "shape": [3, 2], "data": [1, 2]}]} | 400 {"error": "input 'x': shape [3, 2] takes 6 elements, data has 2"}
          /v2/models/other/infer | application/json | {} | 404 {"error": "Model with name other does not exist."}
          /ping | | | 200
          /health | | | 200
          /version | | | 200 3.6.0
          """;
      for (var line : table.lines().toList()) {
        var cells = line.split("\\|", -1);
        var body = cells[2].strip().replace("\\n", "\n");
        assertThat(ask(port, cells[0].strip(), cells[1].strip(), body))
            .as(line)
            .contains(cells[3].strip());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
