package dev.slipway.engines.tensorflow;

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

final class TensorFlowEngineTest {
  private final TensorFlowEngine engine = new TensorFlowEngine();

  private LoadedModel load(Path artifact) throws ModelLoadException {
    return engine.load(ModelSource.of("model", artifact));
  }

  private LoadedModel sample(String name) throws ModelLoadException {
    return load(Samples.model(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "two_inputs", "words", "types", "failing"})
  void answersAsTensorFlowInPython(String name) throws ModelLoadException {
    try (var model = sample(name)) {
      for (var each : Samples.of(name)) {
        var answer = model.infer(each.call());
        assertThat(answer).hasSameSizeAs(each.outputs());
        for (var expected : each.outputs()) {
          var found = named(answer, expected.name());
          assertThat(found.type()).as(each.call().signature()).isEqualTo(expected.type());
          assertThat(found.shape()).as(found.name()).isEqualTo(expected.shape());
          assertSame(found, expected);
        }
      }
    }
  }

  private static Tensor named(List<Tensor> tensors, String name) {
    return tensors.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertSame(Tensor found, Tensor expected) {
    if (expected.type() == DataType.BYTES) {
      assertThat(found.strings()).isDeepEqualTo(expected.strings());
      return;
    }
    var values = found.asDoubles();
    var wanted = expected.asDoubles();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).as(found + " " + i).isCloseTo(wanted[i], within(1e-5));
    }
  }

  @Test
  void namesSignaturesAsTheModelDoesTheServedOneFirst() throws ModelLoadException {
    try (var model = sample("words")) {
      assertThat(model.signatures().keySet()).containsExactly("serving_default", "append");
      var signature = Objects.requireNonNull(model.signatures().get("append"));
      assertThat(signature.inputs())
          .containsExactly(Spec.of("tail", DataType.BYTES), Spec.of("word", DataType.BYTES, -1));
      assertThat(signature.outputs()).containsExactly(Spec.of("joined", DataType.BYTES, -1));
      assertThat(model.platform()).isEqualTo("tensorflow_savedmodel");
    }
    try (var model = sample("failing")) {
      assertThat(model.signatures().keySet()).containsExactly("double", "pick");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"mlp,true", "two_inputs,true", "words,false", "failing,false"})
  void batchesWhereEveryFirstDimensionIsFree(String name, boolean expected)
      throws ModelLoadException {
    try (var model = sample(name)) {
      assertThat(model.batchable()).isEqualTo(expected);
    }
  }

  @Test
  void takesNumbersOfAnotherTypeWhereNothingIsLost() throws ModelLoadException {
    try (var model = sample("mlp")) {
      var whole = Tensor.ofLongs("flower", new long[] {1, 4}, new long[] {1, 2, 3, 4});
      var exact = Tensor.ofFloats("flower", new long[] {1, 4}, new float[] {1, 2, 3, 4});
      var unnamed = Tensor.ofDoubles("inputs", new long[] {1, 4}, new double[] {1, 2, 3, 4});
      var expected = model.infer(Invocation.of(exact)).getFirst().floats();
      assertThat(model.infer(Invocation.of(whole)).getFirst().floats()).isEqualTo(expected);
      assertThat(model.infer(Invocation.of(unnamed)).getFirst().floats()).isEqualTo(expected);
      assertThat(model.infer(Invocation.of(raw(exact))).getFirst().floats()).isEqualTo(expected);
    }
  }

  private static Tensor raw(Tensor tensor) {
    return Tensor.ofRaw(tensor.name(), tensor.type(), tensor.shape(), tensor.wire());
  }

  @Test
  void givesTheOutputsThatAreAskedFor() throws ModelLoadException {
    try (var model = sample("two_inputs")) {
      var call = Samples.of("two_inputs").getFirst().call();
      var only = new Invocation("", call.inputs(), List.of("b"), Map.of());
      assertThat(model.infer(only)).extracting(Tensor::name).containsExactly("b");
      var wrong = new Invocation("", call.inputs(), List.of("c"), Map.of());
      assertThatThrownBy(() -> model.infer(wrong))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContainingAll("no output \"c\"", "\"a\"", "\"b\"");
    }
  }

  @Test
  void refusesInputsThatDoNotFitAndSaysWhatWould() throws ModelLoadException {
    try (var model = sample("mlp")) {
      refused(model, Tensor.ofFloats("flower", new long[] {1, 3}, new float[3]))
          .hasMessage(
              "input \"flower\": expected FP32 of shape [-1, 4], found FP32 of shape [1, 3]");
      refused(model, Tensor.ofStrings("flower", new long[] {1, 4}, "a", "b", "c", "d"))
          .hasMessageContainingAll("expected FP32 of shape [-1, 4], found BYTES of shape [1, 4]");
      refused(model, Tensor.ofFloats("leaf", new long[] {1, 4}, new float[4]))
          .hasMessageContainingAll("no input \"leaf\"", "\"flower\" (FP32 of shape [-1, 4])");
      assertThatThrownBy(() -> model.infer(Invocation.of()))
          .hasMessageContainingAll("input \"flower\" is missing", "found no inputs");
      assertThatThrownBy(() -> model.infer(new Invocation("train", List.of(), List.of(), Map.of())))
          .hasMessageContainingAll("no signature \"train\"", "serving_default");
    }
    try (var model = sample("failing")) {
      var beyond = Tensor.of("at", DataType.INT32, new long[] {1}, new int[] {9});
      var call = new Invocation("pick", List.of(beyond), List.of(), Map.of());
      assertThatThrownBy(() -> model.infer(call))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("9 is not in [0, 3)");
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(
      LoadedModel model, Tensor input) {
    return assertThatThrownBy(() -> model.infer(Invocation.of(input)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void findsTheHighestVersion(@TempDir Path home) throws IOException, ModelLoadException {
    copy(Samples.model("words"), home.resolve("2"));
    copy(Samples.model("mlp"), home.resolve("10/model.savedmodel"));
    assertThat(engine.recognises(home)).isTrue();
    try (var model = load(home)) {
      assertThat(model.signatures().firstEntry().getValue().inputs().getFirst().name())
          .isEqualTo("flower");
    }
  }

  @Test
  void readsTheRequestsRecordedForWarmingUp() {
    var requests = WarmUpRequests.of(Samples.model("mlp"));
    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().signature()).isEqualTo("serving_default");
    assertThat(requests.getFirst().inputs())
        .first()
        .hasToString("FP32[2, 4] flower")
        .satisfies(input -> assertThat(input.floats()).containsOnly(1));
  }

  @Test
  void refusesModelsThatReachOutOrHaveNoSignature() {
    assertThatThrownBy(() -> sample("reaching"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("ReadFile");
    assertThatThrownBy(() -> sample("unsigned"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContainingAll("no signatures", "model.export");
  }

  @Test
  void refusesDamagedModels(@TempDir Path home) throws IOException {
    var random = new java.util.Random(11);
    for (int round = 0; round < 20; round++) {
      var model = home.resolve("cut" + round);
      copy(Samples.model("mlp"), model);
      var file = model.resolve("saved_model.pb");
      var bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      assertThatThrownBy(() -> load(model))
          .as("seed 11, round " + round)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("saved_model.pb");
    }
    var hollow = home.resolve("hollow");
    copy(Samples.model("mlp"), hollow);
    Files.delete(hollow.resolve("variables/variables.index"));
    assertThatThrownBy(() -> load(hollow)).isInstanceOf(ModelLoadException.class);
    assertThatThrownBy(() -> load(home.resolve("nothing")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("expected a SavedModel directory with saved_model.pb");
  }

  @Test
  void takesThreadsAndTagsAsOptionsAndRefusesNonsense() throws ModelLoadException {
    var one = Map.of("intra_op_threads", "1", "TF_NUM_INTER_THREADS", "2");
    var source = new ModelSource("m", Samples.model("mlp"), one, Long.MAX_VALUE);
    try (var model = engine.load(source)) {
      var sample = Samples.of("mlp").getFirst();
      assertSame(model.infer(sample.call()).getFirst(), sample.outputs().getFirst());
    }
    assertRefused(Map.of("intra_op_threads", "many"), "intra_op_threads: found \"many\"");
    assertRefused(Map.of("saved_model_tags", "train"), "[[serve]]");
  }

  private void assertRefused(Map<String, String> options, String message) {
    assertThatThrownBy(
            () -> engine.load(new ModelSource("m", Samples.model("mlp"), options, Long.MAX_VALUE)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAModelLargerThanAllowed() {
    assertThatThrownBy(
            () -> engine.load(new ModelSource("m", Samples.model("mlp"), Map.of(), 1000)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("allowed are 1000");
  }

  @Test
  void thousandsOfCallsFromManyThreadsLeaveMemoryAsItWas() throws Exception {
    try (var words = sample("words");
        var mlp = sample("mlp");
        var threads = Executors.newFixedThreadPool(4)) {
      calls(threads, words, Samples.of("words").get(1), 500);
      calls(threads, mlp, Samples.of("mlp").getLast(), 500);
      long before = residentBytes();
      calls(threads, words, Samples.of("words").get(1), 2000);
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
            assertSame(model.infer(sample.call()).getFirst(), sample.outputs().getFirst());
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

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
