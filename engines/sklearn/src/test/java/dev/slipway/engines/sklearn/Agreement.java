package dev.slipway.engines.sklearn;

import dev.slipway.base.Json;
import dev.slipway.engines.sklearn.pickle.PickleFile;
import dev.slipway.engines.sklearn.pickle.PickleLimits;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;

/// Models that the real library wrote, with its answers, compared with ours. A script under
/// `src/test/python` makes them once a run; `agreement.py` beside it says in which form.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> answersAsPythonDoes() {
///   return Agreement.of("linear.py", Agreement.SKLEARN).tests();
/// }
/// ```
public final class Agreement {
  /// The newest library.
  public static final List<String> SKLEARN =
      List.of("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0");

  /// An older one, with the last numpy before 2.
  public static final List<String> OLD =
      List.of("scikit-learn==1.6.1", "numpy==1.26.4", "pandas==2.2.3");

  private static final Map<String, Agreement> MADE = new ConcurrentHashMap<>();

  private final Path directory;

  private Agreement(Path directory) {
    this.directory = directory;
  }

  /// The cases a script makes with these requirements; it runs once a JVM.
  public static Agreement of(String script, List<String> requirements) {
    return MADE.computeIfAbsent(
        script + requirements,
        _ -> {
          var module = PythonKit.root().resolve("engines").resolve("sklearn");
          var target =
              module
                  .resolve("target/agreement")
                  .resolve(script.replace(".py", "") + "-" + requirements.getFirst());
          PythonKit.with(requirements.toArray(String[]::new))
              .run(module.resolve("src/test/python").resolve(script), target.toString());
          return new Agreement(target);
        });
  }

  /// Cases that were made before.
  static Agreement in(Path directory) {
    return new Agreement(directory);
  }

  /// Where the script wrote.
  public Path directory() {
    return directory;
  }

  /// One test a model.
  public Stream<DynamicTest> tests() {
    var cases = new ArrayList<DynamicTest>();
    for (var each : index()) {
      cases.add(DynamicTest.dynamicTest(each.get("name").asString(), () -> check(each)));
    }
    return cases.stream();
  }

  private JsonNode index() {
    return json("index.json");
  }

  private JsonNode json(String file) {
    try {
      return Json.parse(Files.readAllBytes(directory.resolve(file)));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private void check(JsonNode each) throws Exception {
    var file = directory.resolve(each.get("model").asString());
    var value = PickleFile.read(file, PickleLimits.of(Long.MAX_VALUE));
    var estimator = Estimators.standard().read(value);
    var input = Expected.frame(each.get("input"), directory);
    double tolerance = each.get("tolerance").asDouble();
    each.get("expected")
        .properties()
        .forEach(
            method -> {
              var answer = Answers.of(estimator, method.getKey(), input);
              var wanted =
                  method.getValue().isArray()
                      ? StreamSupport.stream(method.getValue().spliterator(), false).toList()
                      : List.of(method.getValue());
              Expected.compare(method.getKey(), wanted, answer, directory, tolerance);
            });
  }
}
