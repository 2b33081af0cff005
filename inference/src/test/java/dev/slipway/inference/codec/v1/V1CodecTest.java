package dev.slipway.inference.codec.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class V1CodecTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static V1Request read(String body) {
    return V1RequestReader.read(utf8(body), List.of());
  }

  private static String shown(Tensor tensor) {
    var writer = new JsonWriter(64);
    TensorWriter.nested(writer, tensor);
    return tensor + " " + new String(writer.toBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          [[6.8,2.8],[6.0,3.4]] | FP64[2, 2] input-0 [[6.8,2.8],[6.0,3.4]] | rows of numbers
          [1,2,3] | INT64[3] input-0 [1,2,3] | whole numbers
          [1,2.5] | FP64[2] input-0 [1.0,2.5] | one fraction makes all floats
          [2.5,1] | FP64[2] input-0 [2.5,1.0] | wherever it stands
          [[1,null]] | FP64[1, 2] input-0 [[1.0,NaN]] | null is NaN
          [NaN,-Infinity] | FP64[2] input-0 [NaN,-Infinity] | as Python writes them
          [true,false] | BOOL[2] input-0 [true,false] | booleans alone
          [true,2] | INT64[2] input-0 [1,2] | booleans among integers
          [true,2.5] | FP64[2] input-0 [1.0,2.5] | booleans among floats
          [9223372036854775807] | INT64[1] input-0 [9223372036854775807] | the greatest long
          [9223372036854775808,1] | FP64[2] input-0 [9.223372036854776E18,1.0] | beyond it
          [] | INT64[0] input-0 [] | no rows
          [[],[]] | INT64[2, 0] input-0 [[],[]] | rows of nothing
          [[[[1],[2]]]] | INT64[1, 1, 2, 1] input-0 [[[[1],[2]]]] | any depth
          ["a","é"] | BYTES[2] input-0 ["a","é"] | strings
          [["a"],["b"]] | BYTES[2, 1] input-0 [["a"],["b"]] | rows of strings
          [{"b64":"aGk="}] | BYTES[1] input-0 ["hi"] | base64
          [{"b64":"_-8="}] | BYTES[1] input-0 [{"b64":"/+8="}] | its other alphabet; no text
          [{"x":{"0":3.5,"1":4},"y":{"0":1,"1":2}}] | FP64[2] x [3.5,4.0]; INT64[2] y [1,2] | pandas' frame
          [{"x":{"0":3.5}},{"x":{"0":7}}] | FP64[2] x [3.5,7.0] | frames one after the other
          [["a",1],["b",2.5]] | BYTES[2] input-0 ["a","b"]; FP64[2] input-1 [1.0,2.5] | mixed rows
          [{"a":1,"b":"x"},{"b":"y"}] | FP64[2] a [1.0,NaN]; BYTES[2] b ["x","y"] | objects
          [{"a":[1,2]},{"a":[3,4]}] | INT64[2, 2] a [[1,2],[3,4]] | objects of arrays
          [{"a":true},{"a":null}] | FP64[2] a [1.0,NaN] | null among booleans
          """)
  void typesFollowFromValues(String instances, String expected, String why) {
    var request = read("{\"instances\":" + instances + "}");
    assertThat(request.inputs().stream().map(V1CodecTest::shown).collect(Collectors.joining("; ")))
        .as(why)
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"instances":[[1,2],[3]]} | expected arrays of one length at each level, found arrays of 2
          {"instances":[1,[2]]} | found an array beside values
          {"instances":[[1],2]} | found a value beside arrays
          {"instances":[[],1]} | found a value beside arrays
          {"instances":[[["a"]],["b"]]} | found a value beside arrays
          {"instances":["a",1]} | expected values of one kind, found strings beside numbers
          {"instances":["a",true]} | found strings beside booleans
          {"instances":[{"a":1},2]} | expected an object as in row 0, found 2 in row 1
          {"instances":[{"a":{"c":1}}]} | input "a": expected numbers, strings, booleans
          {"instances":[["a",1],["b"]]} | expected 2 values as in row 0, found 1 in row 1
          {"instances":[{"b64":"*"}]} | expected base64 in "b64"
          {"instances":5} | expected an array in "instances", found 5
          {"instances":{"a":1}} | expected an array in "instances", found {
          {} | expected field "instances" or "inputs", found neither
          [] | expected an object, found [
          {"instances":[1]} x | expected the end of the document
          """)
  void refuses(String body, String message) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void inputsWinOverInstances() {
    for (var body :
        List.of("{\"instances\":[1],\"inputs\":[2]}", "{\"inputs\":[2],\"instances\":[1]}")) {
      assertThat(read(body).inputs().getFirst().longs()).containsExactly(2);
    }
  }

  @Test
  void inputsMayBeColumns() {
    var request = read("{\"inputs\":{\"x\":[[1.5]],\"y\":\"text\"},\"signature_name\":\"s\"}");
    assertThat(request.named()).isTrue();
    assertThat(request.signatureName()).isEqualTo("s");
    assertThat(request.inputs())
        .map(V1CodecTest::shown)
        .containsExactly("FP64[1, 1] x [[1.5]]", "BYTES[] y \"text\"");
  }

  @Test
  void valuesWithoutNamesGetTheModels() {
    assertThat(V1RequestReader.read(utf8("{\"instances\":[[1]]}"), List.of("x")).inputs())
        .map(Tensor::name)
        .containsExactly("x");
    assertThat(
            V1RequestReader.read(utf8("{\"instances\":[[\"a\",1]]}"), List.of("p", "q")).inputs())
        .map(Tensor::name)
        .containsExactly("p", "q");
    assertThat(read("{\"instances\":[{\"a\":1}]}").named()).isTrue();
    assertThat(read("{\"instances\":[{\"b64\":\"\"}]}").named()).isFalse();
  }

  @Test
  void parametersPassThrough() {
    var request = read("{\"parameters\":{\"k\":5,\"deep\":[1]},\"instances\":[1],\"other\":{}}");
    assertThat(request.parameters()).isEqualTo(Map.of("k", 5L, "deep", List.of(1L)));
    assertThat(request.invocation("predict").signature()).isEqualTo("predict");
  }

  private static String written(Tensor... outputs) {
    return new String(V1ResponseWriter.write(List.of(outputs)), StandardCharsets.UTF_8);
  }

  @Test
  void aTableIsObjectsEvenOfOneColumn() {
    var column = Tensor.ofDoubles("y", new long[] {2}, new double[] {1, 2.5});
    assertThat(new String(V1ResponseWriter.writeTable(List.of(column)), StandardCharsets.UTF_8))
        .isEqualTo("{\"predictions\":[{\"y\":1.0},{\"y\":2.5}]}");
  }

  @Test
  void predictionsAreNestedAsTheirShape() {
    assertThat(
            written(Tensor.ofDoubles("y", new long[] {2, 2}, new double[] {1, 2, Double.NaN, 4})))
        .isEqualTo("{\"predictions\":[[1.0,2.0],[NaN,4.0]]}");
    assertThat(written(Tensor.ofLongs("y", new long[] {0}, new long[0])))
        .isEqualTo("{\"predictions\":[]}");
    assertThat(written(Tensor.ofLongs("y", new long[0], new long[] {7})))
        .isEqualTo("{\"predictions\":7}");
    assertThat(written(Tensor.of("y", DataType.BYTES, new long[] {2}, new byte[][] {{-1}, {65}})))
        .isEqualTo("{\"predictions\":[{\"b64\":\"/w==\"},{\"b64\":\"QQ==\"}]}");
  }

  @Test
  void severalOutputsAreRowsOfObjects() {
    var a = Tensor.ofLongs("a", new long[] {2}, new long[] {1, 2});
    var b = Tensor.ofFloats("b", new long[] {2, 2}, new float[] {1, 2, 3, 4});
    assertThat(written(a, b))
        .isEqualTo("{\"predictions\":[{\"a\":1,\"b\":[1.0,2.0]},{\"a\":2,\"b\":[3.0,4.0]}]}");
    assertThat(written(a, Tensor.ofStrings("c", new long[] {1}, "x")))
        .isEqualTo("{\"predictions\":{\"a\":[1,2],\"c\":[\"x\"]}}");
  }

  @Test
  void cutAndMutatedRequestsAreReadOrRefused() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var bodies =
        List.of(
            "{\"instances\":[[6.8,2.8,null],[6.0,3.4,4.5]],\"signature_name\":\"s\"}",
            "{\"instances\":[[\"a\",1],[\"b\",2.5]],\"parameters\":{\"k\":[1,{}]}}",
            "{\"instances\":[{\"a\":1,\"b\":\"x\"},{\"b\":{\"b64\":\"aGk=\"},\"a\":true}]}",
            "{\"inputs\":{\"x\":[[1.5]],\"y\":\"text\"}}");
    for (var body : bodies) {
      var bytes = utf8(body);
      for (int length = 0; length < bytes.length; length++) {
        var cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> V1RequestReader.read(cut, List.of()))
            .isInstanceOf(InvalidInputException.class);
      }
      for (int i = 0; i < 20_000; i++) {
        var mutated = bytes.clone();
        for (int change = 0; change <= random.nextInt(3); change++) {
          mutated[random.nextInt(mutated.length)] = bytes[random.nextInt(bytes.length)];
        }
        try {
          assertThat(V1RequestReader.read(mutated, List.of()).inputs()).isNotNull();
        } catch (InvalidInputException refused) {
          assertThat(refused.getMessage()).isNotEmpty();
        }
      }
    }
  }
}
