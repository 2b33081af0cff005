package dev.slipway.engines.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.fail;

import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// ONNX's own conformance models, a thousand with inputs and expected outputs, as Debian packages
/// them: `apt-get install libonnx-testdata`.
class ConformanceTest {
  private static final Path DATA = Path.of("/usr/lib/python3/dist-packages/onnx/backend/test/data");

  /// Fewer than in the package of the release the list below was made for mean that data is
  /// missing.
  private static final int AT_LEAST_MODELS = 1000;

  /// As ONNX's backend tests compare.
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  /// The data was made by cutting mantissas off; the runtime rounds.
  private static final double BF16_STEP = 1.0 / 128;

  static List<Path> models() throws IOException {
    assertThat(DATA).as("conformance models; apt-get install libonnx-testdata").isDirectory();
    try (Stream<Path> files = Files.walk(DATA.toRealPath())) {
      return files
          .filter(file -> file.endsWith("model.onnx"))
          .map(Path::getParent)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void modelAnswersAsExpectedOrIsRefusedClearly(Path directory) {
    var name = directory.getFileName().toString();
    var refused = Refused.reason(name);
    if (!refused.message().isEmpty()) {
      assertThatThrownBy(() -> check(directory))
          .as(refused.why())
          .isInstanceOfAny(ModelLoadException.class, InferenceException.class)
          .hasMessageContaining(refused.message());
    } else if (Refused.DIFFERENT.contains(name)) {
      assertThatThrownBy(() -> check(directory)).isInstanceOf(AssertionError.class);
    } else if (name.startsWith("test_strnorm")) {
      agreesOrAsksForLocale(directory);
    } else {
      assertThatCode(() -> check(directory)).doesNotThrowAnyException();
    }
  }

  /// Upper and lower case come from the system's `en_US.UTF-8`, which not every machine has.
  private static void agreesOrAsksForLocale(Path directory) {
    try {
      check(directory);
    } catch (ModelLoadException refused) {
      assertThat(refused).hasMessageContaining("needs the system's locale en_US.UTF-8");
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Test
  void everyModelOnTheListsExists() throws IOException {
    var names = models().stream().map(model -> model.getFileName().toString()).toList();
    assertThat(names).hasSizeGreaterThan(AT_LEAST_MODELS);
    assertThat(names)
        .containsAll(Refused.models().toList())
        .containsAll(Refused.DIFFERENT)
        .containsAll(Refused.CHANCE)
        .containsAll(Refused.CANCELLING);
  }

  static void check(Path directory) throws IOException, ModelLoadException {
    var file = directory.resolve("model.onnx");
    try (var model = new OnnxEngine().load(ModelSource.of("model", directory))) {
      for (int set = 0; Files.exists(directory.resolve("test_data_set_" + set)); set++) {
        var data = directory.resolve("test_data_set_" + set);
        var inputs = read(data, "input_", OnnxProto.inputs(file));
        var expected = read(data, "output_", OnnxProto.outputs(file));
        for (int round = 0; round < 2; round++) { // the second goes through a prepared call
          compare(model.infer(Invocation.of(typed(model, inputs))), expected, directory);
        }
      }
    }
  }

  private static List<Tensor> read(Path data, String prefix, List<OnnxProto.Port> ports)
      throws IOException {
    var tensors = new ArrayList<Tensor>();
    for (int i = 0; i < ports.size(); i++) {
      var file = data.resolve(prefix + i + ".pb");
      if (Files.exists(file)) {
        tensors.addAll(OnnxProto.tensors(file, ports.get(i)));
      }
    }
    return tensors;
  }

  /// Files of this release hold bfloat16 as `UINT16`.
  private static List<Tensor> typed(LoadedModel model, List<Tensor> inputs) {
    var specs = model.signatures().firstEntry().getValue().inputs();
    return inputs.stream()
        .map(
            input ->
                specs.stream()
                        .anyMatch(
                            spec ->
                                spec.name().equals(input.name()) && spec.type() == DataType.BF16)
                    ? bfloat(input)
                    : input)
        .toList();
  }

  private static Tensor bfloat(Tensor tensor) {
    return Tensor.ofRaw(tensor.name(), DataType.BF16, tensor.shape(), tensor.wire());
  }

  private static void compare(List<Tensor> found, List<Tensor> expected, Path directory) {
    var name = directory.getFileName().toString();
    assertThat(found.stream().map(Tensor::name))
        .containsExactlyElementsOf(expected.stream().map(Tensor::name).toList());
    for (int i = 0; i < expected.size(); i++) {
      var ours = found.get(i);
      var theirs = ours.type() == DataType.BF16 ? bfloat(expected.get(i)) : expected.get(i);
      assertThat(ours.type()).isEqualTo(theirs.type());
      assertThat(ours.shape()).containsExactly(theirs.shape());
      if (!Refused.CHANCE.contains(name)) {
        compare(ours, theirs, Refused.CANCELLING.contains(name));
      }
    }
  }

  private static void compare(Tensor found, Tensor expected, boolean cancelling) {
    if (expected.type() == DataType.BYTES) {
      for (int i = 0; i < expected.size(); i++) {
        compareText(found.text(i), expected.text(i));
      }
      return;
    }
    if (!expected.type().floating()) {
      assertThat(found.wire()).isEqualTo(expected.wire());
      return;
    }
    var ours = found.asDoubles();
    var theirs = expected.asDoubles();
    double largest = Arrays.stream(theirs).map(Math::abs).max().orElse(0);
    double relative = found.type() == DataType.BF16 ? BF16_STEP : RELATIVE;
    double absolute = cancelling ? 1e-5 * largest : ABSOLUTE;
    for (int i = 0; i < ours.length; i++) {
      if (!close(ours[i], theirs[i], absolute, relative)) {
        fail(found + ": element " + i + " is " + ours[i] + ", expected " + theirs[i]);
      }
    }
  }

  /// Numbers written as text may differ in the last digit.
  private static void compareText(String ours, String theirs) {
    if (!ours.equals(theirs)) {
      assertThat(Double.parseDouble(ours)).isCloseTo(Double.parseDouble(theirs), within(1e-6));
    }
  }

  private static boolean close(double ours, double theirs, double absolute, double relative) {
    return Double.compare(ours, theirs) == 0
        || Math.abs(ours - theirs) <= absolute + relative * Math.abs(theirs);
  }
}
