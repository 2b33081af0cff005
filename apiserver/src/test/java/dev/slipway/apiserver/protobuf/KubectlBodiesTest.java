package dev.slipway.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What kubectl really sends: `kubectl-bodies` holds recorded requests.
final class KubectlBodiesTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void readAsTheirJsonForm(String command, byte[] body, String json) {
    assertThat(ProtobufBodies.decode(body)).as(command).isEqualTo(Json.parseObject(json));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void cutAnywhereTheyAreRefusedOrWholeMessages(String command, byte[] body, String json) {
    for (int length = 0; length < body.length; length++) {
      refusedOrRead(Arrays.copyOf(body, length), command + " cut at " + length);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void withWrongBytesTheyAreRefusedOrRead(String command, byte[] body, String json) {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 2000; i++) {
      byte[] wrong = body.clone();
      int where = random.nextInt(body.length);
      wrong[where] = (byte) random.nextInt();
      refusedOrRead(wrong, command + ", byte " + where + " is " + wrong[where]);
    }
  }

  private static void refusedOrRead(byte[] body, String what) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> ProtobufBodies.decode(body));
    assertThat(refusal == null ? 400 : refusal.code()).as(what).isEqualTo(400);
  }

  static Stream<Arguments> bodies() throws IOException {
    try (InputStream in = KubectlBodiesTest.class.getResourceAsStream("kubectl-bodies")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n\n"))
          .skip(1)
          .map(section -> section.lines().toList())
          .map(KubectlBodiesTest::row);
    }
  }

  private static Arguments row(List<String> lines) {
    return arguments(lines.get(0), Base64.getDecoder().decode(lines.get(1)), lines.get(2));
  }
}
