package dev.slipway.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchEngineTest {
  private final TorchEngine engine = new TorchEngine();

  private LoadedModel load(Path artifact) throws ModelLoadException {
    return engine.load(ModelSource.of("model", artifact));
  }

  private LoadedModel sample(String name) throws ModelLoadException {
    return load(Samples.model(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "masked", "nested", "pieces", "words", "types"})
  void answersAsPyTorchInPython(String name) throws ModelLoadException {
    try (var model = sample(name)) {
      for (var each : Samples.of(name)) {
        assertSame(model.infer(each.call()), each.outputs());
      }
    }
  }

  private static void assertSame(List<Tensor> answer, List<Tensor> expected) {
    assertThat(answer).hasSameSizeAs(expected);
    for (int i = 0; i < answer.size(); i++) {
      var found = answer.get(i);
      assertThat(found.toString()).isEqualTo(expected.get(i).toString());
      var wanted = expected.get(i).asDoubles();
      var values = found.asDoubles();
      for (int j = 0; j < wanted.length; j++) {
        assertThat(values[j]).as(found + " " + j).isCloseTo(wanted[j], within(1e-5));
      }
    }
  }

  @Test
  void knowsTheArgumentsOfForward() throws ModelLoadException {
    try (var model = sample("masked")) {
      var signature = Objects.requireNonNull(model.signatures().get("forward"));
      assertThat(signature.inputs())
          .containsExactly(
              Spec.of("x", DataType.FP32, -1),
              new Spec("mask", DataType.FP32, List.of(-1L), true),
              new Spec("scale", DataType.FP64, List.of(1L), true));
      assertThat(model.batchable()).isFalse();
      assertThat(model.platform()).isEqualTo("pytorch_torchscript");
    }
    try (var model = sample("nested")) {
      assertThat(model.signatures().firstEntry().getValue().outputs())
          .extracting(Spec::name)
          .containsExactly("OUTPUT__0", "OUTPUT__1", "OUTPUT__2");
    }
  }

  @Test
  void takesInputsByNameByNumberOrAlone() throws ModelLoadException {
    long[] shape = {2};
    try (var model = sample("nested")) {
      var second = Tensor.ofFloats("INPUT__1", shape, new float[] {1, 2});
      var first = Tensor.ofFloats("INPUT__0", shape, new float[] {5, 6});
      var difference = new Invocation("", List.of(second, first), List.of("OUTPUT__2"), Map.of());
      assertThat(model.infer(difference))
          .singleElement()
          .satisfies(found -> assertThat(found.floats()).containsExactly(4, 4));
      assertThatThrownBy(() -> model.infer(Invocation.of(first)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContainingAll("input \"y\" is missing", "x: Tensor, y: Tensor", "INPUT__0");
      assertThatThrownBy(() -> model.infer(Invocation.of(first.named("z"), second)))
          .hasMessageContainingAll("no input \"z\"", "FP32 of shape [2]");
    }
    try (var model = sample("pieces")) {
      var any = Tensor.ofFloats("instances", shape, new float[] {1, 2});
      assertThat(model.infer(Invocation.of(any))).hasSize(1);
    }
  }

  @Test
  void takesNumbersOfAnotherTypeWhereNothingIsLost() throws ModelLoadException {
    try (var model = sample("mlp")) {
      var exact = Tensor.ofFloats("input", new long[] {1, 4}, new float[] {1, 2, 3, 4});
      var expected = model.infer(Invocation.of(exact)).getFirst().floats();
      var wide = exact.cast(DataType.FP64);
      var whole = exact.cast(DataType.INT64);
      assertThat(model.infer(Invocation.of(wide)).getFirst().floats()).isEqualTo(expected);
      assertThat(model.infer(Invocation.of(whole)).getFirst().floats()).isEqualTo(expected);
    }
    try (var model = sample("words")) {
      var ids = Tensor.ofFloats("ids", new long[] {1, 2}, new float[] {1, 2});
      assertThat(model.infer(Invocation.of(ids)).getFirst().shape()).containsExactly(1, 8);
    }
  }

  @Test
  void keepsWhatAModelKeepsOfItsInputs() throws ModelLoadException {
    try (var model = sample("keeping")) {
      for (int i = 0; i < 200; i++) {
        var before = new float[] {i - 1, i, i + 1};
        var now = Tensor.ofFloats("x", new long[] {3}, new float[] {i, i + 1, i + 2});
        var answer = model.infer(Invocation.of(now)).getFirst().floats();
        assertThat(answer).isEqualTo(i == 0 ? new float[3] : before);
      }
    }
  }

  @Test
  void saysWhatIsWrongWithInputs() throws ModelLoadException {
    try (var model = sample("mlp")) {
      var narrow = Tensor.ofFloats("input", new long[] {1, 3}, new float[3]);
      assertThatThrownBy(() -> model.infer(Invocation.of(narrow)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (1x3 and 4x32)");
      var text = Tensor.ofStrings("input", new long[] {1}, "a");
      assertThatThrownBy(() -> model.infer(Invocation.of(text)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected numbers, found BYTES[1] input");
    }
    try (var model = sample("words")) {
      var beyond = Tensor.ofLongs("ids", new long[] {1, 1}, new long[] {77});
      assertThatThrownBy(() -> model.infer(Invocation.of(beyond)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("index out of range");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void saysThatAnOutputIsOfATypeItCannotPassOn(long kind) throws ModelLoadException {
    try (var model = sample("odd")) {
      var number = Tensor.ofLongs("kind", new long[] {1}, new long[] {kind});
      var values = Tensor.ofFloats("x", new long[] {2}, new float[] {1, 2});
      assertThatThrownBy(() -> model.infer(Invocation.of(values, number)))
          .isInstanceOf(dev.slipway.inference.engine.InferenceFailedException.class)
          .hasMessageContaining("element type");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "state.pt,is a state dict or checkpoint",
    "checkpoint.pt,is a state dict or checkpoint",
    "module.pt,is a module pickled by torch.save",
    "old.pth,is a pickle (torch.save)",
    "program.pt2,is an exported program",
  })
  void refusesWhatIsNoTorchScriptAndNamesTheWayOut(String file, String reason) {
    assertThatThrownBy(() -> load(Samples.bad(file)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll(file, reason, "TorchScript", "ONNX");
  }

  @Test
  void refusesDamagedFiles(@TempDir Path home) throws IOException {
    var bytes = Files.readAllBytes(Samples.bad("whole.pt"));
    var random = new java.util.Random(5);
    for (int round = 0; round < 40; round++) {
      var file = home.resolve("cut" + round + ".pt");
      Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      assertThatThrownBy(() -> load(file))
          .as("seed 5, round " + round)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(file.getFileName().toString());
    }
    assertThatThrownBy(() -> load(home.resolve("none.pt")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("expected a TorchScript file");
  }

  @Test
  void refusesOptionsWithoutSenseAndModelsLargerThanAllowed() {
    var file = Samples.model("mlp");
    var many = Map.of("intra_op_threads", "many");
    assertThatThrownBy(() -> engine.load(new ModelSource("m", file, many, Long.MAX_VALUE)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("intra_op_threads: found \"many\"");
    assertThatThrownBy(() -> engine.load(new ModelSource("m", file, Map.of(), 1000)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("allowed are 1000");
  }

  @Test
  void thousandsOfCallsFromManyThreadsLeaveMemoryAsItWas() throws Exception {
    try (var masked = sample("masked");
        var mlp = sample("mlp");
        var threads = Executors.newFixedThreadPool(4)) {
      calls(threads, masked, Samples.of("masked").getFirst(), 500);
      calls(threads, mlp, Samples.of("mlp").getLast(), 500);
      long before = residentBytes();
      calls(threads, masked, Samples.of("masked").getFirst(), 3000);
      calls(threads, mlp, Samples.of("mlp").getLast(), 2000);
      for (int i = 0; i < 10; i++) {
        sample("mlp").close();
      }
      assertThat(residentBytes() - before).isLessThan(100L << 20);
    }
  }

  private static void calls(
      java.util.concurrent.ExecutorService threads,
      LoadedModel model,
      Samples.Sample sample,
      int count)
      throws Exception {
    var tasks = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < count; i++) {
      tasks.add(
          () -> {
            assertSame(model.infer(sample.call()), sample.outputs());
            return true;
          });
    }
    for (var done : threads.invokeAll(tasks)) {
      assertThat(done.get()).isTrue();
    }
  }

  private static long residentBytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      var line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
  }
}
