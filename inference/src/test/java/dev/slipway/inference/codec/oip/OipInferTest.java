package dev.slipway.inference.codec.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OipInferTest {
  private static byte[] request(
      String type, long[] shape, Consumer<ProtoWriter> contents, byte[]... raw) {
    var writer = new ProtoWriter(64).writeString(1, "m");
    int mark = writer.begin(5);
    writer.writeString(1, "x").writeString(2, type).writeLongs(3, shape);
    int inner = writer.begin(5);
    contents.accept(writer);
    writer.end(inner);
    writer.end(mark);
    for (var bytes : raw) {
      writer.alwaysBytes(7, bytes);
    }
    return writer.toBytes();
  }

  private static void refused(String message, byte[] request) {
    assertThatThrownBy(() -> OipInfer.read(request))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesContentsThatAreNotTheTensors() {
    long[] two = {2};
    Consumer<ProtoWriter> floats = writer -> writer.writeFloats(6, 1, 2);
    Consumer<ProtoWriter> none = _ -> {};
    refused(
        "input \"x\" (INT64 [2]): expected its values in int64_contents, found some in fp32_contents",
        request("INT64", two, floats));
    refused(
        "input \"x\" (FP32 [3]): expected 3 elements, found 2",
        request("FP32", new long[] {3}, floats));
    refused("(FP32 [1]): expected 1 elements, found more", request("FP32", new long[] {1}, floats));
    refused(
        "(FP32 [2]): expected 2 elements, found contents of 0 bytes", request("FP32", two, none));
    refused("FP16 has no typed contents", request("FP16", two, floats));
    refused(
        "element 0 expected -128 to 127, found 128",
        request("INT8", new long[] {1}, writer -> writer.writeLongs(2, 128)));
    refused("expected a datatype, one of [BOOL", request("FLOAT", two, floats));
    refused("negative dimension", request("FP32", new long[] {-1}, floats));
    refused(
        "expected 1000000000 elements, found contents of 10 bytes",
        request("FP32", new long[] {1_000_000_000}, floats));
    refused("too many elements", request("FP32", new long[] {1L << 40, 1L << 40}, floats));
  }

  @Test
  void rawAndTypedContentsDoNotMix() {
    long[] one = {1};
    refused(
        "found contents beside raw_input_contents",
        request("FP32", one, writer -> writer.writeFloats(6, 1), new byte[4]));
    refused(
        "expected one of raw_input_contents for each of 1 inputs, found 2",
        request("FP32", one, _ -> {}, new byte[4], new byte[4]));
    refused("expected 4 bytes of binary data, found 3", request("FP32", one, _ -> {}, new byte[3]));
    assertThat(OipInfer.read(request("FP32", one, _ -> {}, new byte[4])).request().inputs())
        .hasSize(1);
  }

  @Test
  void unpackedValuesAreReadToo() {
    var message =
        request("FP64", new long[] {2}, writer -> writer.alwaysDouble(7, 1).alwaysDouble(7, 0));
    assertThat(OipInfer.read(message).request().inputs().getFirst().doubles())
        .containsExactly(1, 0);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "0b, a group",
    "0c, the end of a group",
    "0f, wire type 7",
    "00, field 0",
    "0a05, a string without its bytes",
    "0affffffffffffffff7f, a negative length",
    "0a, no length",
    "ffffffffffffffffffff01, a tag of 11 bytes",
    "0a02c328, no UTF-8",
    "0801, a number for a string",
    "2dffff, a cut number"
  })
  void refusesMalformedMessages(String hex, String why) {
    assertThatThrownBy(() -> OipInfer.read(HexFormat.of().parseHex(hex)))
        .as(why)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("protobuf: ");
  }

  @Test
  void nestingHasAnEnd() {
    var message = new byte[0];
    for (int i = 0; i < 100; i++) {
      message = new ProtoWriter(16).alwaysBytes(1, message).toBytes();
    }
    var deepest = message;
    assertThatThrownBy(() -> descend(ProtoReader.of(deepest)))
        .hasMessageContaining("nested deeper than 64 messages");
  }

  private static void descend(ProtoReader reader) {
    while (reader.nextField()) {
      descend(reader.readMessage());
    }
  }

  @Test
  void cutAndMutatedRequestsAreReadOrRefused() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var typed = request("FP32", new long[] {2}, writer -> writer.writeFloats(6, 1, 2));
    var raw = request("BYTES", new long[] {1}, _ -> {}, new byte[] {2, 0, 0, 0, 65, 66});
    for (var message : new byte[][] {typed, raw}) {
      for (int length = 0; length < message.length; length++) {
        attempt(Arrays.copyOf(message, length));
      }
      for (int i = 0; i < 100_000; i++) {
        var mutated = message.clone();
        for (int change = 0; change <= random.nextInt(4); change++) {
          mutated[random.nextInt(message.length)] = (byte) random.nextInt();
        }
        attempt(mutated);
      }
    }
  }

  private static void attempt(byte[] message) {
    try {
      assertThat(OipInfer.read(message).request()).isNotNull();
    } catch (InvalidInputException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
