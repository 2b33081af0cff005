package dev.slipway.inference.codec.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class V2RequestReaderTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static V2Request read(String body) {
    return V2RequestReader.read(utf8(body), V2RequestReader.ALL_JSON);
  }

  private static String input(String type, String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":"
        + shape
        + ",\"datatype\":\""
        + type
        + "\",\"data\":"
        + data
        + "}]}";
  }

  private static String shown(Tensor tensor) {
    var writer = new JsonWriter(64);
    TensorWriter.nested(writer, tensor);
    return new String(writer.toBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{0} {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          FP64 | [1,4] | [6.8,2.8,4.8,1.4]   | [[6.8,2.8,4.8,1.4]]         | flat
          FP64 | [2,2] | [[1,2],[3,4]]       | [[1.0,2.0],[3.0,4.0]]       | nested
          FP32 | [4]   | [[[1,2,3,4]]]       | [1.0,2.0,3.0,4.0]           | nested otherwise
          FP32 | [2]   | [0.1,16777217]      | [0.1,1.6777216E7]           | rounded to floats
          FP32 | [4]   | [NaN,Infinity,-Infinity,null] | [NaN,Infinity,-Infinity,NaN] | not finite
          FP64 | [2]   | ["NaN","-Infinity"] | [NaN,-Infinity]             | quoted by Jackson
          FP32 | [1]   | [1e400]             | [Infinity]                  | too large
          INT8 | [2]   | [-128,127]          | [-128,127]                  | bounds
          UINT8 | [2]  | [0,255]             | [0,255]                     | bounds
          INT16 | [2]  | [-32768,32767]      | [-32768,32767]              | bounds
          UINT16 | [2] | [0,65535]           | [0,65535]                   | bounds
          INT32 | [2]  | [-2147483648,2147483647] | [-2147483648,2147483647] | bounds
          UINT32 | [2] | [0,4294967295]      | [0,4294967295]              | bounds
          INT64 | [2]  | [-9223372036854775808,9007199254740993] | [-9223372036854775808,9007199254740993] | exact
          UINT64 | [2] | [0,18446744073709551615] | [0,18446744073709551615] | exact
          INT64 | [2]  | [1.0,1e3]           | [1,1000]                    | integral floats
          BOOL | [4]   | [true,false,1,0]    | [true,false,true,false]     | as numpy takes them
          BYTES | [2]  | ["a","\\u00e9"]     | ["a","é"]                   | strings
          BYTES | [1]  | "a"                 | ["a"]                       | one value without array
          FP64 | []    | 1.5                 | 1.5                         | a scalar
          FP64 | []    | [1.5]               | 1.5                         | a scalar in an array
          FP64 | [0,4] | []                  | []                          | no rows
          fp64 | [1]   | [1]                 | [1.0]                       | lower case
          """)
  void values(String type, String shape, String data, String expected, String why) {
    var tensor = read(input(type, shape, data)).inputs().getFirst();
    assertThat(shown(tensor)).as(why).isEqualTo(expected);
    assertThat(tensor.type().name()).isEqualToIgnoringCase(type);
    var later =
        "{\"inputs\":[{\"data\":"
            + data
            + ",\"extra\":[{}],\"datatype\":\""
            + type
            + "\",\"shape\":"
            + shape
            + ",\"name\":\"x\"}],\"id\":\"7\"}";
    assertThat(shown(read(later).inputs().getFirst())).as("data first").isEqualTo(expected);
    assertThat(read(later).id()).isEqualTo("7");
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          INT8   | [1] | [128]    | input "x" (INT8 [1]): expected an integer from -128 to 127, found 128
          UINT8  | [1] | [-1]     | expected an integer from 0 to 255, found -1
          INT64  | [1] | [1.5]    | found 1.5
          INT64  | [1] | [true]   | found true
          INT64  | [1] | [null]   | found null
          UINT64 | [1] | [18446744073709551616] | from 0 to 18446744073709551615
          FP32   | [1] | ["a"]    | input "x" (FP32 [1]): expected a number, found "a"
          FP32   | [1] | [true]   | expected a number, found true
          BOOL   | [1] | [2]      | expected an integer from 0 to 1, found 2
          BOOL   | [1] | ["true"] | expected true or false, found "true"
          BYTES  | [1] | [1]      | expected a string, found 1
          FP32   | [2] | [1]      | input "x" (FP32 [2]): expected 2 elements, found 1
          FP32   | [2] | [1,2,3]  | expected 2 elements, found more
          FP32   | [2,2] | [[1,2,3],[4]] | expected 2 elements in each array of level 2, found one of 3
          FP32   | [2,2] | [1,[2,3,4]]   | expected values nested alike
          FP32   | [1] | {}       | expected a number, found {
          FP16   | [1] | [1]      | FP16 has no JSON form, expected the data in the binary tensor
          BF16   | [1] | [1]      | BF16 has no JSON form
          FP32   | [1000000000] | [1] | input "x" (FP32 [1000000000]): expected 1000000000 elements, found
          FP32   | [1000000000,1000000000,10000] | [1] | too many elements
          FP32   | [-1] | [1]     | expected an integer from 0 to
          FP32   | ["1"] | [1]    | expected an integer
          FP32   | 1 | [1]        | expected an array, found 1
          FLOAT  | [1] | [1]      | input "x": expected a datatype, one of BOOL, UINT8
          """)
  void refusesValues(String type, String shape, String data, String message) {
    assertThatThrownBy(() -> read(input(type, shape, data)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {} | field "inputs" is missing, expected an array of tensors
          {"inputs":{}} | field "inputs": expected an array, found {
          {"inputs":[1]} | inputs[0]: expected an object, found 1
          {"inputs":[{"shape":[1],"datatype":"FP32","data":[1]}]} | inputs[0]: field "name" is missing
          {"inputs":[{"name":"x","datatype":"FP32","data":[1]}]} | input "x": field "shape" is missing
          {"inputs":[{"name":"x","shape":[1],"data":[1]}]} | input "x": field "datatype" is missing
          {"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]} | field "data" is missing
          {"inputs":[{"name":"x","name":"y"}]} | field "name" found twice
          {"inputs":[],"inputs":[]} | field "inputs" found twice
          {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]} | without the header Inference-Header-Content-Length
          {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":-4}}]} | "binary_data_size" expected an integer from 0 on, found -4
          {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"r"}}]} | shared memory is not supported
          {"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","parameters":{"content_type":"base64"},"data":["*"]}]} | element 0 expected base64
          {"inputs":[],"outputs":[{}]} | outputs[0]: field "name" is missing
          {"inputs":[],"outputs":[{"name":"y","parameters":{"classification":"a"}}]} | "classification" expected an integer
          {"inputs":[],"outputs":[{"name":"y","parameters":{"binary_data":1}}]} | "binary_data" expected true or false, found 1
          {"inputs":[],"parameters":{"binary_data_output":"yes"}} | request: parameter "binary_data_output" expected true or false
          {"inputs":[]}} | expected the end of the document
          """)
  void refusesRequests(String body, String message) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsEverythingElse() {
    var request =
        read(
            """
            {"id": "42", "parameters": {"a": 1, "b": "x", "c": true, "d": 0.5, "e": null, "f": [1, 2],
              "binary_data_output": true},
             "outputs": [{"name": "y", "parameters": {"binary_data": false, "classification": 3}}],
             "inputs": [{"name": "x", "shape": [1], "datatype": "BYTES", "data": ["aGk="],
              "parameters": {"content_type": "base64"}}]}
            """);
    assertThat(request.id()).isEqualTo("42");
    assertThat(request.binaryOutput()).isTrue();
    assertThat(request.parameters())
        .isEqualTo(Map.of("a", 1L, "b", "x", "c", true, "d", 0.5, "f", "[1, 2]"));
    assertThat(request.outputs().getFirst().binary()).isEqualTo(Optional.of(false));
    assertThat(request.outputs().getFirst().classes()).isEqualTo(3);
    assertThat(request.inputs().getFirst().text(0)).isEqualTo("hi");
    assertThat(request.inputParameters()).isEqualTo(Map.of("x", Map.of("content_type", "base64")));
    assertThat(request.invocation("predict").outputs()).containsExactly("y");
  }

  private static byte[] join(String json, String hex) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(utf8(json));
    bytes.writeBytes(HexFormat.of().parseHex(hex));
    return bytes.toByteArray();
  }

  private static String binary(String type, String shape, int size) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":"
        + shape
        + ",\"datatype\":\""
        + type
        + "\",\"parameters\":{\"binary_data_size\":"
        + size
        + "}}]}";
  }

  @Test
  void binaryTensorsAreViewsOfTheBody() {
    var json =
        "{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":8}},{\"name\":\"j\",\"shape\":[1],\"datatype\":\"INT64\","
            + "\"data\":[5]},{\"name\":\"s\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":"
            + "{\"binary_data_size\":10}}]}";
    var body = join(json, "0000803f00000040" + "010000006100000000" + "00".repeat(1));
    assertThatThrownBy(() -> V2RequestReader.read(body, utf8(json).length))
        .hasMessageContaining("expected 2 strings, found 1 bytes after them");
    var right = join(json.replace(":10}", ":9}"), "0000803f00000040" + "010000006100000000");
    var inputs = V2RequestReader.read(right, right.length - 17).inputs();
    assertThat(inputs.get(0).isRaw()).isTrue();
    assertThat(inputs.get(0).wire().array()).isSameAs(right);
    assertThat(inputs.get(0).floats()).containsExactly(1, 2);
    assertThat(inputs.get(1).longs()).containsExactly(5);
    assertThat(inputs.get(2).text(0) + "," + inputs.get(2).text(1)).isEqualTo("a,");
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FP32 | [2] | 8 | 00000000 | expected 8 bytes of binary data after the JSON, found 4
          FP32 | [2] | 4 | 00000000 | expected 8 bytes of binary data, found 4
          FP32 | [1] | 4 | 0000000000 | found 1 bytes after the JSON
          BYTES | [1] | 5 | ffffffff00 | goes beyond the 5 bytes
          BYTES | [1] | 5 | 0500000061 | goes beyond the 5 bytes
          BYTES | [1000000] | 4 | 00000000 | expected 1000000 strings, each after its length
          """)
  void refusesBinaryData(String type, String shape, int size, String hex, String message) {
    var json = binary(type, shape, size);
    assertThatThrownBy(() -> V2RequestReader.read(join(json, hex), json.length()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theHeaderMustFitTheBody() {
    assertThatThrownBy(() -> V2RequestReader.read(new byte[3], 4))
        .hasMessageContaining("Inference-Header-Content-Length: expected 0 to 3");
  }

  @Test
  void aRawBodyIsTheOneInput() {
    var spec = Signature.Spec.of("x", DataType.FP32, -1, 2);
    var tensor = V2RequestReader.raw(new byte[24], spec).inputs().getFirst();
    assertThat(tensor).hasToString("FP32[3, 2] x");
    assertThatThrownBy(() -> V2RequestReader.raw(new byte[25], spec))
        .hasMessageContaining("expected 24 bytes of binary data, found 25");
    var text = Signature.Spec.of("x", DataType.BYTES, -1);
    assertThat(V2RequestReader.raw(utf8("hi"), text).inputs().getFirst().text(0)).isEqualTo("hi");
    var two = Signature.Spec.of("x", DataType.BYTES, 2);
    assertThatThrownBy(() -> V2RequestReader.raw(utf8("hi"), two))
        .hasMessageContaining("a shape of one element");
  }

  @Test
  void cutAndMutatedRequestsAreReadOrRefused() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var json =
        "{\"id\":\"1\",\"inputs\":[{\"data\":[[1,2.5],[3,NaN]],\"name\":\"x\",\"shape\":[2,2],"
            + "\"datatype\":\"FP32\"},{\"name\":\"s\",\"shape\":[1],\"datatype\":\"BYTES\","
            + "\"parameters\":{\"binary_data_size\":6}}],\"outputs\":[{\"name\":\"y\"}]}";
    var body = join(json, "020000006162");
    for (int length = 0; length < body.length; length++) {
      var cut = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> V2RequestReader.read(cut, Math.min(cut.length, json.length())))
          .isInstanceOf(InvalidInputException.class);
    }
    for (int i = 0; i < 100_000; i++) {
      var mutated = body.clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        int from = random.nextInt(body.length);
        mutated[random.nextInt(body.length)] =
            random.nextBoolean() ? body[from] : (byte) random.nextInt();
      }
      int header = random.nextInt(10) == 0 ? random.nextInt(body.length) : json.length();
      try {
        assertThat(V2RequestReader.read(mutated, header).inputs()).isNotNull();
      } catch (InvalidInputException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void anEmptyArrayBelowTheValuesIsRefused() {
    for (var data : List.of("[[1,2],[3,[]]]", "[[1,2],[3,4,[[]]]]", "[[1,2],[[],3,4]]")) {
      assertThatThrownBy(() -> read(input("FP32", "[2,2]", data)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("nested alike, the first at level 2");
    }
  }

  @Test
  void deepDataAndWideShapesEnd() {
    var deep = input("FP32", "[1]", "[".repeat(100_000));
    assertThatThrownBy(() -> read(deep)).hasMessageContaining("nested deeper");
    var wide = input("FP32", "[" + "1,".repeat(100) + "1]", "[1]");
    assertThatThrownBy(() -> read(wide)).hasMessageContaining("more than 64 dimensions");
    assertThat(List.of(read(input("FP32", "[0,1000000000]", "[]")).inputs().getFirst().size()))
        .containsExactly(0);
  }
}
