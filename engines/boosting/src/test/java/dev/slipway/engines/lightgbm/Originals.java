package dev.slipway.engines.lightgbm;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Models that the original library trained, and what it predicts; made once.
final class Originals {
  private static final Path DIRECTORY = make();

  private Originals() {}

  private static Path make() {
    long seed = System.nanoTime() & 0xffffff;
    System.out.println("LightGBM models: seed " + seed);
    var root = PythonKit.root().resolve("engines/boosting");
    var directory = root.resolve("target/lightgbm");
    PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0")
        .run(
            root.resolve("src/test/python/lightgbm_models.py"),
            directory.toString(),
            String.valueOf(seed));
    return directory;
  }

  record Case(String name, int rows, boolean contrib) {
    Path file() {
      return path(name + ".txt");
    }

    double[] doubles(String kind) {
      return Originals.doubles(name + "." + kind);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    return json("cases.json").values().stream()
        .map(
            node ->
                new Case(
                    node.get("name").stringValue(),
                    node.get("rows").intValue(),
                    node.get("contrib").booleanValue()))
        .toList();
  }

  static Path path(String name) {
    return DIRECTORY.resolve(name);
  }

  static String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  static JsonNode json(String name) {
    return Json.parse(text(name).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static double[] doubles(String name) {
    try {
      var buffer = ByteBuffer.wrap(Files.readAllBytes(path(name))).order(ByteOrder.LITTLE_ENDIAN);
      var values = new double[buffer.remaining() / Double.BYTES];
      buffer.asDoubleBuffer().get(values);
      return values;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
