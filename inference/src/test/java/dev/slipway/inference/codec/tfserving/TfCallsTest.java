package dev.slipway.inference.codec.tfserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TfCallsTest {
  private static final int RANDOM_CHANGES = 2000;

  @ParameterizedTest
  @EnumSource(DataType.class)
  void readsWhatItWrites(DataType type) {
    var tensor =
        type == DataType.BYTES
            ? Tensor.ofStrings("x", new long[] {3}, "a", "", "é")
            : Tensor.ofLongs("x", new long[] {3}, new long[] {0, 1, 3}).cast(type);
    var read = new TfTensorReader().read("x", ByteBuffer.wrap(TfTensorWriter.message(tensor)));
    assertThat(read.type()).isEqualTo(type);
    assertThat(read.shape()).containsExactly(3);
    assertThat(read.wire()).isEqualTo(tensor.wire());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT8", "INT16", "INT32", "INT64", "FP32", "FP64", "FP16", "BF16"})
  void keepsNegativeNumbers(DataType type) {
    var tensor = Tensor.ofLongs("x", new long[] {2}, new long[] {-1, -100}).cast(type);
    var read = new TfTensorReader().read("x", ByteBuffer.wrap(TfTensorWriter.message(tensor)));
    assertThat(read.asDoubles()).containsExactly(-1, -100);
  }

  @Test
  void readsStringsInTensorContent() {
    var writer = new ProtoWriter(32).writeLong(1, TfTypes.number(DataType.BYTES));
    TfTensorWriter.shape(writer, 2, 2);
    var content = new byte[] {1, 2, 'a', 'b', 'c'};
    var whole = new TfTensorReader().read("x", writer.writeBytes(4, content).toBuffer());
    assertThat(whole.text(0)).isEqualTo("a");
    assertThat(whole.text(1)).isEqualTo("bc");
    var cut = new ProtoWriter(32).writeLong(1, TfTypes.number(DataType.BYTES));
    TfTensorWriter.shape(cut, 2, 2);
    cut.writeBytes(4, Arrays.copyOf(content, 4));
    assertThatThrownBy(() -> new TfTensorReader().read("x", cut.toBuffer()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("tensor \"x\": tensor_content: string 1 is cut off");
  }

  @Test
  void limitsWhatAllTensorsOfARequestAreFilledUpTo() {
    var writer = new ProtoWriter(32).writeLong(1, TfTypes.number(DataType.FP32));
    TfTensorWriter.shape(writer, 2, 10_000_000);
    var message = writer.writeFloats(5, 1.5f).toBytes();
    var reader = new TfTensorReader();
    assertThat(reader.read("x", ByteBuffer.wrap(message)).size()).isEqualTo(10_000_000);
    assertThatThrownBy(() -> reader.read("x", ByteBuffer.wrap(message)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("repeating its last value");
  }

  @Test
  void refusesMessagesCutAnywhereOrDamaged() {
    var message = message();
    for (int length = 0; length < message.length; length++) {
      refusedOrRead(Arrays.copyOf(message, length));
    }
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < RANDOM_CHANGES; i++) {
      var damaged = message.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      assertThat(seed).as("seed %s", seed).satisfies(_ -> refusedOrRead(damaged));
    }
  }

  private static byte[] message() {
    var writer = new ProtoWriter(128);
    new TfModelSpec("m", "3", "", "s").write(writer, 1);
    for (var tensor :
        new Tensor[] {
          Tensor.ofFloats("a", new long[] {2}, new float[] {1, 2}),
          Tensor.ofStrings("b", new long[] {1}, "text"),
          Tensor.ofLongs("c", new long[] {1, 2}, new long[] {1, -1})
        }) {
      int entry = writer.begin(2);
      writer.writeString(1, tensor.name());
      writer.alwaysBytes(2, TfTensorWriter.message(tensor)).end(entry);
    }
    return writer.writeString(3, "y").toBytes();
  }

  private static void refusedOrRead(byte[] message) {
    try {
      assertThat(TfCalls.predict(message)).isNotNull();
      TfCalls.examples(message);
      TfCalls.multi(message);
      TfCalls.metadata(message);
      TfConfig.read(message);
    } catch (InvalidInputException expected) {
      assertThat(expected).hasMessageContaining("");
    }
  }

  @Test
  void readsARequest() {
    var asked = TfCalls.predict(message());
    assertThat(asked.model()).isEqualTo(new TfModelSpec("m", "3", "", "s"));
    assertThat(asked.inputs()).extracting(Tensor::name).containsExactly("a", "b", "c");
    assertThat(asked.inputs().get(1).strings()[0])
        .isEqualTo("text".getBytes(StandardCharsets.UTF_8));
    assertThat(asked.outputs()).containsExactly("y");
  }
}
