package dev.slipway.engines.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxEngineTest {
  private static LoadedModel load(String name) throws ModelLoadException {
    return load(name, Map.of());
  }

  private static LoadedModel load(String name, Map<String, String> options)
      throws ModelLoadException {
    var directory = PythonModels.directory().resolve(name);
    return new OnnxEngine().load(new ModelSource(name, directory, options, Long.MAX_VALUE));
  }

  static List<Path> models() throws IOException {
    try (Stream<Path> directories = Files.list(PythonModels.directory())) {
      return directories
          .filter(directory -> Files.exists(directory.resolve("test_data_set_0")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void modelAnswersAsInPython(Path directory) throws Exception {
    ConformanceTest.check(directory);
  }

  @Test
  void lanesGiveTheRightAnswersOnAllThreads() throws Exception {
    var file = PythonModels.directory().resolve("mlp_4/model.onnx");
    var settings = SessionSettings.of(Map.of());
    try (var session = Session.open(file, settings);
        var threads = Executors.newFixedThreadPool(8)) {
      var expected = new java.util.ArrayList<float[]>();
      for (int i = 0; i < 64; i++) {
        expected.add(SharedRun.run(session, input(i), new int[1]).getFirst().floats());
      }
      var lanes = new Lanes(session, file, settings, 3);
      var calls =
          IntStream.range(0, 2000)
              .mapToObj(
                  i ->
                      (Callable<float[]>)
                          () -> lanes.run(input(i % 64), new int[1]).getFirst().floats())
              .toList();
      var answers = threads.invokeAll(calls);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).containsExactly(expected.get(i % 64));
      }
      assertThat(lanes.sessions()).isBetween(1, 3);
      lanes.close();
    }
  }

  private static Tensor[][] input(int number) {
    int rows = 1 + number % 5;
    var values = new float[rows * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (number * 31 + i * 7) % 13 - 6;
    }
    return new Tensor[][] {{Tensor.ofFloats("x", new long[] {rows, 4}, values)}};
  }

  @Test
  void zipMapIsAMatrixAndItsLabels() throws Exception {
    try (var model = load("zipmap_int")) {
      var x = Tensor.ofFloats("x", new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6});
      var answer = model.infer(Invocation.of(x));
      assertThat(answer).extracting(Tensor::name).containsExactly("y", "y.labels");
      assertThat(answer.getFirst().floats()).containsExactly(2, 3, 1, 5, 6, 4);
      assertThat(answer.getLast().longs()).containsExactly(1, 2, 3, 1, 2, 3);
      assertThat(model.batchable()).isTrue();
      var only = new Invocation("", List.of(x), List.of("y.labels"), Map.of());
      assertThat(model.infer(only)).extracting(Tensor::name).containsExactly("y.labels");
    }
  }

  @Test
  void zipMapOfTextHasLabelsAsBytes() throws Exception {
    try (var model = load("zipmap_string")) {
      var x = Tensor.ofFloats("x", new long[] {1, 3}, new float[] {1, 2, 3});
      var answer = model.infer(Invocation.of(x));
      assertThat(answer.getFirst().floats()).containsExactly(2, 1, 3);
      assertThat(answer.getLast().text(0)).isEqualTo("b");
      assertThat(answer.getLast().text(2)).isEqualTo("ä");
    }
  }

  @Test
  void bytesWithNulsAndOutsideUtf8ComeBackAsTheyWere() throws Exception {
    try (var model = load("identity_string")) {
      var strings = new byte[][] {{0, 1, 0}, {(byte) 0xff, (byte) 0xfe}, {}};
      var x = Tensor.of("x", DataType.BYTES, new long[] {1, 3}, strings);
      assertThat(model.infer(Invocation.of(x)).getFirst().strings()).isDeepEqualTo(strings);
    }
  }

  @Test
  void wireTensorsAreTakenFromHeapAndDirectBuffers() throws Exception {
    try (var model = load("identity_float")) {
      for (var bytes : List.of(ByteBuffer.allocate(13), ByteBuffer.allocateDirect(13))) {
        for (int offset = 0; offset < 2; offset++) { // the second is not aligned
          var part = bytes.slice(offset, 12).order(ByteOrder.LITTLE_ENDIAN);
          part.asFloatBuffer().put(new float[] {1.5f, -2, 3});
          var x = Tensor.ofRaw("x", DataType.FP32, new long[] {1, 3}, part);
          for (int round = 0; round < 3; round++) {
            var answer = model.infer(Invocation.of(x)).getFirst();
            assertThat(answer.floats()).containsExactly(1.5f, -2, 3);
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # model | name | type | shape | message | why
          mlp_4 | x | FP32  | 2,3 | input "x": expected FP32 of shape [-1, 4], found FP32 of shape [2, 3] | width
          mlp_4 | x | FP32  | 4   | input "x": expected FP32 of shape [-1, 4], found FP32 of shape [4] | rank
          mlp_4 | x | BYTES | 1,4 | input "x": expected FP32 of shape [-1, 4], found BYTES of shape [1, 4]: text is not converted | text
          mlp_4 | q | FP32  | 1,4 | the model has no input "q" (found FP32 of shape [1, 4]); it takes "x" (FP32 of shape [-1, 4]) | unknown name
          identity_int32 | x | FP64 | 1,3 | input "x": expected INT32 of shape [-1, 3], found FP64 of shape [1, 3]: element 0 is 0.5, no INT32 | fraction
          """)
  void wrongInputIsRefusedWithFoundAndExpected(
      String model, String name, DataType type, String shape, String message, String why)
      throws Exception {
    var dimensions =
        Stream.of(shape.split(",", -1)).mapToLong(text -> Long.parseLong(text.strip())).toArray();
    int size = dev.slipway.inference.tensor.Shapes.size(dimensions);
    Object values =
        switch (type) {
          case FP32 -> new float[size];
          case FP64 -> IntStream.range(0, size).mapToDouble(i -> 0.5).toArray();
          default -> IntStream.range(0, size).mapToObj(i -> new byte[0]).toArray(byte[][]::new);
        };
    try (var loaded = load(model)) {
      assertThatThrownBy(
              () -> loaded.infer(Invocation.of(Tensor.of(name, type, dimensions, values))))
          .as(why)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(message);
    }
  }

  @Test
  void missingInputIsNamed() throws Exception {
    try (var model = load("mlp_4")) {
      assertThatThrownBy(() -> model.infer(Invocation.of()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("input \"x\" is missing: expected FP32 of shape [-1, 4]; found no inputs");
    }
  }

  @Test
  void numbersOfJsonAreConvertedWhereTheyFit() throws Exception {
    try (var floats = load("identity_float");
        var ints = load("identity_int32");
        var halves = load("identity_float16")) {
      var doubles = Tensor.ofDoubles("x", new long[] {1, 3}, new double[] {0.1, 2, 3});
      assertThat(floats.infer(Invocation.of(doubles)).getFirst().floats())
          .containsExactly(0.1f, 2, 3);
      assertThat(halves.infer(Invocation.of(doubles)).getFirst().asFloats())
          .containsExactly(Float.float16ToFloat(Float.floatToFloat16(0.1f)), 2, 3);
      var longs = Tensor.ofLongs("x", new long[] {1, 3}, new long[] {-1, 2, Integer.MAX_VALUE});
      assertThat(ints.infer(Invocation.of(longs)).getFirst().ints())
          .containsExactly(-1, 2, Integer.MAX_VALUE);
      var large = Tensor.ofLongs("x", new long[] {1, 3}, new long[] {0, 1L << 31, 0});
      assertThatThrownBy(() -> ints.infer(Invocation.of(large)))
          .hasMessageEndingWith("element 1 is 2147483648, no INT32");
    }
  }

  @Test
  void batchableIfEveryFirstDimensionIsDynamic() throws Exception {
    try (var mlp = load("mlp_4");
        var scalar = load("scalar_float");
        var nonzero = load("nonzero")) {
      assertThat(mlp.batchable()).isTrue();
      assertThat(scalar.batchable()).isFalse();
      assertThat(nonzero.batchable()).isFalse();
    }
  }

  @Test
  void signatureHasNamesTypesAndShapes() throws Exception {
    try (var model = load("mlp_4")) {
      var signature = model.signatures().firstEntry().getValue();
      assertThat(signature.inputs().toString())
          .isEqualTo("[Spec[name=x, type=FP32, shape=[-1, 4], optional=false]]");
      assertThat(signature.outputs().toString())
          .isEqualTo("[Spec[name=y, type=FP32, shape=[-1, 3], optional=false]]");
    }
  }

  @Test
  void damagedModelIsRefusedWithTheReason(@TempDir Path directory) throws Exception {
    var whole = Files.readAllBytes(PythonModels.directory().resolve("mlp_4/model.onnx"));
    var file = directory.resolve("broken.onnx");
    for (int length = 0; length < whole.length; length += 997) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> new OnnxEngine().load(ModelSource.of("broken", directory)))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("broken.onnx is no model that ONNX Runtime can load: ");
    }
  }

  @Test
  void missingExternalDataIsRefused(@TempDir Path directory) throws Exception {
    Files.copy(
        PythonModels.directory().resolve("external/model.onnx"), directory.resolve("model.onnx"));
    assertThatThrownBy(() -> new OnnxEngine().load(ModelSource.of("external", directory)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model.onnx.data");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "intra_op_threads, many",
    "optimization_level, most",
    "execution_mode, both",
    "enable_mem_arena, maybe"
  })
  void wrongOptionIsRefusedByName(String option, String value) {
    assertThatThrownBy(() -> load("mlp_4", Map.of(option, value)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("option " + option + ": found \"" + value + "\"");
  }

  @Test
  void optionsOfTritonAreTaken() throws Exception {
    var options =
        Map.of(
            "intra_op_thread_count",
            "2",
            "execution_mode",
            "1",
            "optimization_level",
            "basic",
            "enable_mem_arena",
            "0",
            "session.set_denormal_as_zero",
            "1");
    try (var model = load("mlp_4", options)) {
      assertThat(model.infer(Invocation.of(input(3)[0])).getFirst().floats()).hasSize(12);
    }
  }

  @Test
  void modelLargerThanItsLimitIsRefused() {
    var directory = PythonModels.directory().resolve("mlp_784");
    assertThatThrownBy(() -> new OnnxEngine().load(new ModelSource("m", directory, Map.of(), 1000)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("allowed are 1000");
  }

  @Test
  void directoryIsRecognisedIfItIsClearWhichFile(@TempDir Path directory) throws Exception {
    var engine = new OnnxEngine();
    assertThat(engine.recognises(directory)).isFalse();
    Files.writeString(directory.resolve("a.onnx"), "");
    assertThat(engine.recognises(directory)).isTrue();
    Files.writeString(directory.resolve("b.onnx"), "");
    assertThat(engine.recognises(directory)).isFalse();
    Files.writeString(directory.resolve("model.onnx"), "");
    assertThat(engine.recognises(directory)).isTrue();
  }
}
