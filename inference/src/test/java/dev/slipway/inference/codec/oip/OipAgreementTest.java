package dev.slipway.inference.codec.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.inference.codec.v2.ModelIndex;
import dev.slipway.inference.codec.v2.ModelStatistics;
import dev.slipway.inference.codec.v2.ModelStatistics.Timing;
import dev.slipway.inference.codec.v2.V2Body;
import dev.slipway.inference.codec.v2.V2Request;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Our messages against Google's library, with classes generated from our own `.proto`.
final class OipAgreementTest {
  private static final Path MODULE = PythonKit.root().resolve("inference");
  private static final Path MADE = MODULE.resolve("target/oip");
  private static final Path PROTO = MODULE.resolve("src/main/resources/slipway/inference.proto");

  private static String run(String step) {
    return PythonKit.with("grpcio==1.84.0", "grpcio-tools==1.84.0")
        .run(
            MODULE.resolve("src/test/python/oip_messages.py"),
            step,
            PROTO.toString(),
            MADE.toString());
  }

  @BeforeAll
  static void encode() {
    run("encode");
  }

  private static byte[] made(String name) throws IOException {
    return Files.readAllBytes(MADE.resolve(name));
  }

  @Test
  void readsTypedContentsOfEveryDatatype() throws IOException {
    var call = OipInfer.read(made("typed.bin"));
    assertThat(call.modelName()).isEqualTo("iris");
    assertThat(call.modelVersion()).isEqualTo("2");
    var request = call.request();
    assertThat(request.id()).isEqualTo("7");
    assertThat(request.parameters())
        .isEqualTo(Map.of("flag", true, "count", -3L, "text", "é", "rate", 0.5));
    assertThat(request.binaryOutput()).isFalse();
    assertThat(request.outputs()).hasSize(2);
    assertThat(request.outputs().getFirst().classes()).isEqualTo(2);
    assertThat(request.inputParameters()).isEqualTo(Map.of("bool", Map.of("content_type", "np")));
    var inputs = request.inputs();
    assertThat(inputs).hasSize(12).allMatch(input -> input.size() == 2 && input.rows() == 1);
    assertThat(inputs.get(0).bytes()).containsExactly(1, 0);
    assertThat(inputs.get(1).bytes()).containsExactly(-128, 127);
    assertThat(inputs.get(2).shorts()).containsExactly(-32768, 32767);
    assertThat(inputs.get(3).ints()).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
    assertThat(inputs.get(4).longs()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(inputs.get(5).bytes()).containsExactly(0, -1);
    assertThat(inputs.get(6).shorts()).containsExactly(0, -1);
    assertThat(inputs.get(7).ints()).containsExactly(0, -1);
    assertThat(inputs.get(8).longs()).containsExactly(0, -1);
    assertThat(inputs.get(9).floats()).containsExactly(0.5f, -1.25f);
    assertThat(inputs.get(10).doubles()).containsExactly(0.1, -1e300);
    assertThat(inputs.get(11).text(1)).isEqualTo("é");
  }

  @Test
  void readsRawContentsAsViews() throws IOException {
    var message = made("raw.bin");
    var request = OipInfer.read(message).request();
    assertThat(request.binaryOutput()).isTrue();
    assertThat(request.inputs().get(0).wire().array()).isSameAs(message);
    assertThat(request.inputs().get(0).floats()).containsExactly(1.5f, -2f);
    assertThat(request.inputs().get(1).asDoubles()).containsExactly(0.25);
    assertThat(request.inputs().get(2).text(0)).isEqualTo("hi");
  }

  @Test
  void readsTheSmallRequestsOfBothDialects() throws IOException {
    assertThat(OipMessages.readModel(made("ref.bin")))
        .isEqualTo(new OipMessages.ModelRef("iris", "3"));
    assertThat(OipMessages.readRepositoryModel(made("load.bin"))).isEqualTo("iris");
    assertThat(OipMessages.readRepositoryModel(made("triton.bin"))).isEqualTo("iris");
    assertThat(OipMessages.readIndexRequest(made("index.bin"))).isTrue();
  }

  private static void answer(String name, byte[] message) throws IOException {
    Files.write(MADE.resolve(name + ".answer"), message);
  }

  private static byte[] whole(List<ByteBuffer> pieces) {
    return new V2Body(pieces, -1).toBytes();
  }

  @Test
  void googlesLibraryReadsWhatWeWrite() throws IOException {
    var outputs =
        List.of(
            Tensor.ofFloats("f", new long[] {1, 2}, new float[] {0.5f, 0}),
            Tensor.of("b", DataType.BOOL, new long[] {2}, new byte[] {1, 0}),
            Tensor.of("i", DataType.INT8, new long[] {1}, new byte[] {-1}),
            Tensor.of("u", DataType.UINT32, new long[] {1}, new int[] {-1}),
            Tensor.of("w", DataType.UINT64, new long[] {1}, new long[] {-1}),
            Tensor.ofDoubles("d", new long[] {1}, new double[] {0.1}),
            Tensor.ofStrings("s", new long[] {2}, "", "é"));
    var response = new V2Response("iris", "1", "7", Map.of("rate", 0.5), outputs, Map.of());
    answer(
        "ModelInferResponse-typed",
        whole(OipInfer.write(response, V2Request.of(List.of(), false))));
    var half = Tensor.of("h", DataType.FP16, new long[] {1}, new short[] {0x3800});
    var large = Tensor.ofLongs("l", new long[] {1000}, new long[1000]);
    var raw =
        OipInfer.write(
            V2Response.of("iris", "", "", List.of(half, large)), V2Request.of(List.of(), false));
    assertThat(raw).hasSize(2);
    answer("ModelInferResponse-zraw", whole(raw));
    answer("ModelStreamInferResponse-a", whole(OipInfer.streamed(raw)));
    answer("ModelStreamInferResponse-b", OipInfer.streamError("no"));
    answer("ServerMetadataResponse", OipMessages.server("slipway", "1", List.of("a", "b")));
    var spec = Signature.Spec.of("x".repeat(200), DataType.FP32, -1, 4);
    answer(
        "ModelMetadataResponse",
        OipMessages.model("m", List.of("1"), "p", new Signature(List.of(spec), List.of(spec))));
    answer("RepositoryModelLoadResponse", OipMessages.done("m"));
    answer(
        "RepositoryIndexResponse",
        OipMessages.index(List.of(new ModelIndex("m", "1", "READY", ""))));
    var timing = new Timing(2, 300);
    var totals =
        new ModelStatistics.Totals(
            timing, timing, timing, timing, timing, timing, timing, Timing.NONE);
    answer(
        "ModelStatisticsResponse",
        OipMessages.statistics(
            List.of(
                new ModelStatistics(
                    "m",
                    "1",
                    1700000000000L,
                    5,
                    4,
                    totals,
                    List.of(new ModelStatistics.Batch(8, timing, timing, timing))))));
    var read = run("decode");
    assertThat(read)
        .contains("model_name: \"iris\"", "id: \"7\"", "double_param: 0.5")
        .contains("fp32_contents: 0.5", "fp32_contents: 0", "bool_contents: true")
        .contains("int_contents: -1", "uint_contents: 4294967295")
        .contains("uint64_contents: 18446744073709551615", "fp64_contents: 0.1")
        .contains("bytes_contents: \"\"", "bytes_contents: \"\\303\\251\"")
        .contains("raw_output_contents: \"\\0008\"", "error_message: \"no\"", "infer_response {")
        .contains("extensions: \"a\"", "shape: -1", "isLoaded: true", "state: \"READY\"")
        .contains("last_inference: 1700000000000", "batch_size: 8", "ns: 300");
    assertThat(read.split("== ", -1)).hasSize(10);
  }
}
