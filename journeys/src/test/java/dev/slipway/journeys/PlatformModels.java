package dev.slipway.journeys;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// Models that scikit-learn wrote, made once for all tests: `first`, `second` and `third` answer
/// otherwise for every flower; `damaged` and `empty` are none.
record PlatformModels(Path directory, JsonNode expected) {
  private static final class Made {
    static final PlatformModels MODELS = make();
  }

  static PlatformModels made() {
    return Made.MODELS;
  }

  private static PlatformModels make() {
    try {
      var target = Files.createDirectories(Path.of("target").toAbsolutePath());
      var directory = Files.createTempDirectory(target, "platform-models");
      PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0")
          .run(
              PythonKit.root().resolve("journeys/src/test/python/platform_models.py"),
              directory.toString());
      var expected = Json.parse(Files.readAllBytes(directory.resolve("expected.json")));
      return new PlatformModels(directory, expected);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  Path path(String model) {
    return directory.resolve(model);
  }

  /// A V1 request for all flowers.
  String v1() {
    return "{\"instances\":" + expected.path("rows") + "}";
  }

  /// A V2 request for all flowers.
  String v2() {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":[6,4],\"datatype\":\"FP64\",\"data\":"
        + expected.path("rows")
        + "}]}";
  }

  /// What the model answers to [#v1].
  String v1Answer(String model) {
    return "{\"predictions\":" + expected.path(model) + "}";
  }

  static JsonNode json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
