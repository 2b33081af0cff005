package dev.slipway.inference.codec.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SkippedFieldsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 20_000})
  void readsWhatFollowsAFieldOfBytesThatIsSkipped(int length) {
    var writer = new java.io.ByteArrayOutputStream();
    writer.write((3 << 3) | 2);
    int rest = length;
    while (rest > 0x7f) {
      writer.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    writer.write(rest);
    writer.writeBytes(new byte[length]);
    writer.writeBytes("\12\2ab".getBytes(StandardCharsets.US_ASCII));
    var reader = ProtoReader.of(writer.toByteArray());
    assertThat(reader.nextField()).isTrue();
    reader.skip();
    assertThat(reader.nextField()).isTrue();
    assertThat(reader.field()).isEqualTo(1);
    assertThat(reader.readString()).isEqualTo("ab");
    assertThat(reader.nextField()).isFalse();
  }
}
