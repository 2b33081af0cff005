package dev.slipway.inference.codec.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class V2ResponseWriterTest {
  private static final V2Request PLAIN = V2Request.of(List.of(), false);

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String written(Tensor... outputs) {
    var body = V2ResponseWriter.write(V2Response.of("m", "", "", List.of(outputs)), PLAIN);
    assertThat(body.binary()).isFalse();
    return text(body.toBytes());
  }

  private static V2Request asking(RequestedOutput output) {
    return new V2Request("", Map.of(), List.of(), Map.of(), List.of(output), false);
  }

  @Test
  void answersAreFlatAndEchoTheId() {
    var y = Tensor.ofFloats("y", new long[] {2, 2}, new float[] {0.1f, 1, Float.NaN, 1e-7f});
    var response = new V2Response("m", "3", "id \"7\"", Map.of("k", 1L), List.of(y), Map.of());
    assertThat(text(V2ResponseWriter.write(response, PLAIN).toBytes()))
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"3\",\"id\":\"id \\\"7\\\"\","
                + "\"parameters\":{\"k\":1},\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\","
                + "\"shape\":[2,2],\"data\":[0.1,1.0,NaN,1.0E-7]}]}");
  }

  @Test
  void everyDatatypeHasItsForm() {
    assertThat(written(Tensor.of("y", DataType.BOOL, new long[] {2}, new byte[] {1, 0})))
        .contains("\"datatype\":\"BOOL\",\"shape\":[2],\"data\":[true,false]");
    assertThat(written(Tensor.of("y", DataType.UINT8, new long[] {1}, new byte[] {-1})))
        .contains("[255]");
    assertThat(written(Tensor.of("y", DataType.UINT64, new long[] {1}, new long[] {-1})))
        .contains("[18446744073709551615]");
    assertThat(written(Tensor.ofLongs("y", new long[] {2}, new long[] {Long.MIN_VALUE, 0})))
        .contains("[-9223372036854775808,0]");
    assertThat(written(Tensor.of("y", DataType.FP16, new long[] {1}, new short[] {0x3800})))
        .contains("\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0.5]");
    assertThat(written(Tensor.ofStrings("y", new long[] {2}, "é\n", "")))
        .contains("[\"é\\n\",\"\"]");
    assertThat(written(Tensor.of("y", DataType.BYTES, new long[] {1}, new byte[][] {{-1}})))
        .contains("\"parameters\":{\"content_type\":\"base64\"},\"data\":[\"/w==\"]");
  }

  @Test
  void binaryOutputsFollowTheJson() {
    var y = Tensor.ofFloats("y", new long[] {1}, new float[] {1});
    var s = Tensor.ofStrings("s", new long[] {1}, "hi");
    var body =
        V2ResponseWriter.write(
            V2Response.of("m", "", "", List.of(y, s)), V2Request.of(List.of(), true));
    var bytes = body.toBytes();
    assertThat(bytes).hasSize(body.jsonLength() + 4 + 6).hasSize((int) body.length());
    assertThat(bytes).endsWith(new byte[] {0, 0, (byte) 0x80, 0x3f, 2, 0, 0, 0, 'h', 'i'});
    assertThat(text(bytes)).contains("\"parameters\":{\"binary_data_size\":4}");
  }

  @Test
  void anOutputsOwnWishWins() {
    var y = Tensor.ofFloats("y", new long[] {1}, new float[] {1});
    var request =
        new V2Request(
            "",
            Map.of(),
            List.of(),
            Map.of(),
            List.of(new RequestedOutput("y", Optional.of(false), 0, Map.of())),
            true);
    assertThat(V2ResponseWriter.write(V2Response.of("m", "", "", List.of(y)), request).binary())
        .isFalse();
  }

  @Test
  void largeTensorsAreNotCopied() {
    var large =
        Tensor.ofRaw("y", DataType.FP32, new long[] {5000}, java.nio.ByteBuffer.allocate(20_000));
    var body =
        V2ResponseWriter.write(
            V2Response.of("m", "", "", List.of(large)), V2Request.of(List.of(), true));
    assertThat(body.chunks()).hasSize(2);
    assertThat(body.chunks().get(1).array()).isSameAs(large.wire().array());
    assertThat(body.length()).isEqualTo(body.jsonLength() + 20_000L);
  }

  @Test
  void classificationGivesTheHighestScores() {
    var scores =
        Tensor.ofFloats(
            "y", new long[] {2, 3}, new float[] {0.1f, 0.7f, 0.2f, Float.NaN, 0.25f, 0.25f});
    var request = asking(new RequestedOutput("y", Optional.empty(), 2, Map.of()));
    var labels = Map.of("y", List.of("cat", "dog"));
    var response = new V2Response("m", "", "", Map.of(), List.of(scores), labels);
    assertThat(text(V2ResponseWriter.write(response, request).toBytes()))
        .contains(
            "\"datatype\":\"BYTES\",\"shape\":[2,2],\"data\":[\"0.700000:1:dog\","
                + "\"0.200000:2\",\"0.250000:1:dog\",\"0.250000:2\"]");
    var more = asking(new RequestedOutput("y", Optional.empty(), 9, Map.of()));
    var vector = Tensor.ofLongs("y", new long[] {2}, new long[] {3, 5});
    assertThat(
            text(
                V2ResponseWriter.write(V2Response.of("m", "", "", List.of(vector)), more)
                    .toBytes()))
        .contains("\"shape\":[2],\"data\":[\"5:1\",\"3:0\"]");
    var words = V2Response.of("m", "", "", List.of(Tensor.ofStrings("y", new long[] {1}, "a")));
    assertThatThrownBy(() -> V2ResponseWriter.write(words, more))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("classification expected scores, found BYTES");
  }

  @Test
  void documentsAreTheProtocols() {
    assertThat(text(V2Documents.error("a \"b\""))).isEqualTo("{\"error\":\"a \\\"b\\\"\"}");
    assertThat(text(V2Documents.live(true))).isEqualTo("{\"live\":true}");
    assertThat(text(V2Documents.ready(false))).isEqualTo("{\"ready\":false}");
    assertThat(text(V2Documents.modelReady("m", true)))
        .isEqualTo("{\"name\":\"m\",\"ready\":true}");
    assertThat(text(V2Documents.server("slipway", "1", List.of("a"))))
        .isEqualTo("{\"name\":\"slipway\",\"version\":\"1\",\"extensions\":[\"a\"]}");
    var signature =
        new Signature(
            List.of(Signature.Spec.of("x", DataType.FP64, -1, 4)),
            List.of(Signature.Spec.of("y", DataType.INT64, -1)));
    assertThat(text(V2Documents.model("m", List.of("1"), "sklearn", signature)))
        .isEqualTo(
            "{\"name\":\"m\",\"versions\":[\"1\"],\"platform\":\"sklearn\",\"inputs\":[{\"name\":"
                + "\"x\",\"datatype\":\"FP64\",\"shape\":[-1,4]}],\"outputs\":[{\"name\":\"y\","
                + "\"datatype\":\"INT64\",\"shape\":[-1]}]}");
    var timing = new ModelStatistics.Timing(1, 2);
    var totals =
        new ModelStatistics.Totals(timing, timing, timing, timing, timing, timing, timing, timing);
    var statistics =
        new ModelStatistics(
            "m",
            "1",
            3,
            4,
            5,
            totals,
            List.of(new ModelStatistics.Batch(8, timing, timing, timing)));
    var tree = Json.parse(V2Documents.statistics(List.of(statistics)));
    assertThat(
            Json.at(tree.get("model_stats").get(0), "inference_stats", "cache_miss", "ns").asInt())
        .isEqualTo(2);
    assertThat(tree.get("model_stats").get(0).get("batch_stats").get(0).get("batch_size").asInt())
        .isEqualTo(8);
    assertThat(text(V2Documents.index(List.of(new ModelIndex("m", "1", "READY", "")))))
        .isEqualTo("[{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
    assertThat(text(V2Documents.loaded("m"))).isEqualTo("{\"name\":\"m\",\"load\":true}");
    assertThat(text(V2Documents.unloaded("m"))).isEqualTo("{\"name\":\"m\",\"unload\":true}");
    assertThat(text(V2Documents.models(List.of("m")))).isEqualTo("{\"models\":[\"m\"]}");
  }
}
