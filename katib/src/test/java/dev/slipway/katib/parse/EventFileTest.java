package dev.slipway.katib.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.net.grpc.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventFileTest {
  @Test
  void readsScalarsOfBothForms() {
    var content = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.25f).array();
    var tensor = new ProtoWriter().number(1, 1).bytes(4, content);
    var list = new ProtoWriter().number(1, 2).bytes(6, new byte[] {0, 0, 0, 0, 0, 0, -32, 63});
    var file =
        file(
            event(1.5, new ProtoWriter().text(1, "loss").message(8, tensor).bytes()),
            event(2, new ProtoWriter().text(1, "acc").message(8, list).bytes()));
    var read = EventFile.read(file);
    assertThat(read.bytes()).isEqualTo(file.length);
    assertThat(read.scalars())
        .containsExactly(
            new EventFile.Scalar(1.5, "loss", 0.25), new EventFile.Scalar(2, "acc", 0.5));
  }

  @Test
  void cutAnywhereGivesTheWholeRecordsBefore() {
    var one = file(event(1, simple("loss", 3)));
    var both = file(event(1, simple("loss", 3)), event(2, simple("loss", 2)));
    for (int length = 0; length < both.length; length++) {
      var read = EventFile.read(Arrays.copyOf(both, length));
      assertThat(read.bytes())
          .as("cut at %d", length)
          .isEqualTo(length < one.length ? 0 : one.length);
      assertThat(read.scalars()).hasSize(length < one.length ? 0 : 1);
    }
  }

  @Test
  void damageNeitherEndsNorFoolsIt() {
    var damaged = file(new byte[] {-1, -1, -1}, event(2, simple("loss", 2)));
    assertThat(EventFile.read(damaged).scalars()).hasSize(1);
    var endless = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(-1).array();
    assertThat(EventFile.read(endless)).isEqualTo(new EventFile.Read(List.of(), 0));
  }

  @Test
  void aMetricNamesDirectoryAndTag() {
    var scalars = List.of(new EventFile.Scalar(2, "accuracy_1", 0.5));
    var wanted = List.of("test/accuracy", "train/accuracy", "accuracy", "loss");
    assertThat(EventMetrics.of(scalars, "/train/logs/test", wanted))
        .extracting(each -> each.name() + "=" + each.value() + "@" + each.time())
        .containsExactly(
            "test/accuracy=0.5@1970-01-01T00:00:02Z", "accuracy=0.5@1970-01-01T00:00:02Z");
  }

  /// A `float` is a kind of field that the writer has no word for.
  private static byte[] simple(String tag, float value) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new ProtoWriter().text(1, tag).bytes());
    out.write(2 << 3 | 5);
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return out.toByteArray();
  }

  private static byte[] event(double time, byte[] value) {
    var summary = new ProtoWriter().bytes(1, value);
    return new ProtoWriter().real(1, time).message(5, summary).bytes();
  }

  private static byte[] file(byte[]... records) {
    var out = new ByteArrayOutputStream();
    for (var each : records) {
      out.writeBytes(
          ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(each.length).array());
      out.writeBytes(each);
      out.writeBytes(new byte[4]);
    }
    return out.toByteArray();
  }
}
