package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents written from fitted scikit-learn models answer as the models do.
final class ScikitAgreementTest {
  private static final Path MADE = made();

  private static Path made() {
    var kit = PythonKit.with("scikit-learn==1.9.1", "pandas==2.3.3", "lightgbm==4.7.0");
    var module = PythonKit.root().resolve("engines/pmml");
    var out = module.resolve("target/models");
    kit.run(module.resolve("src/test/python/pmml_models.py"), out.toString());
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tree",
        "tree-classes",
        "forest",
        "forest-classes",
        "boosted",
        "boosted-classes",
        "linear",
        "logistic",
        "means",
        "vectors",
        "vectors-classes",
        "near",
        "near-classes"
      })
  void answersAsScikitLearnDoes(String name) throws Exception {
    var lines = Files.readAllLines(MADE.resolve(name + ".csv"));
    var header = Arrays.asList(lines.getFirst().split(",", -1));
    int features = (int) header.stream().filter(each -> !each.startsWith("=")).count();
    var cells = lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
    var x = new double[cells.size() * features];
    for (int i = 0; i < x.length; i++) {
      x[i] = Double.parseDouble(cells.get(i / features)[i % features]);
    }
    try (var model = new PmmlEngine().load(ModelSource.of(name, MADE.resolve(name + ".pmml")))) {
      var matrix = Tensor.ofDoubles("input-0", new long[] {cells.size(), features}, x);
      var answers = model.infer(Invocation.of(matrix));
      for (int column = features; column < header.size(); column++) {
        compare(answer(answers, header.get(column).substring(1)), cells, column);
      }
      sameByName(model, answers, x, features);
    }
  }

  private static Tensor answer(List<Tensor> answers, String name) {
    return answers.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static void compare(Tensor found, List<String[]> cells, int column) {
    for (int row = 0; row < cells.size(); row++) {
      var expected = cells.get(row)[column];
      if (found.type() == DataType.BYTES) {
        assertThat(found.text(row)).as(found.name() + " of row " + row).isEqualTo(expected);
      } else {
        double number = Double.parseDouble(expected);
        assertThat(found.doubles()[row])
            .as(found.name() + " of row " + row)
            .isCloseTo(number, within(1e-9 * Math.max(1, Math.abs(number))));
      }
    }
  }

  /// One named column for each field, in any order, gives the same first answer.
  private static void sameByName(
      LoadedModel model, List<Tensor> answers, double[] x, int features) {
    var columns = new ArrayList<Tensor>();
    for (int feature = features - 1; feature >= 0; feature--) {
      columns.add(Tensor.ofDoubles("x" + feature, new long[] {1}, new double[] {x[feature]}));
    }
    var first = model.infer(Invocation.of(columns)).getFirst();
    assertThat(first.wire()).isEqualTo(answers.getFirst().rows(0, 1).wire());
  }
}
