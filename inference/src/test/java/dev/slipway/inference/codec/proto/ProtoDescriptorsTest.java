package dev.slipway.inference.codec.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProtoDescriptorsTest {
  @Test
  void everyPublishedProtoHasADescriptor() {
    var names =
        ProtoDescriptors.published().stream()
            .map(bytes -> new String(bytes, 2, bytes[1], StandardCharsets.UTF_8))
            .toList();
    assertThat(names)
        .contains(
            "slipway/inference.proto",
            "slipway/tensorflow_serving.proto",
            "slipway/seldon.proto",
            "google/protobuf/any.proto");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          message A { B b = 1; }     | no type B is known in .p.A
          message A { string b = x; } | "x" is not expected
          message A { string b = 1;   | ends too early
          extend A { string b = 1; }  | "extend" is not expected
          """)
  void refusesWhatItDoesNotRead(String text, String reason) {
    assertThatThrownBy(
            () ->
                ProtoDescriptors.compile(
                    List.of(ProtoFile.parse("a.proto", "syntax = \"proto3\"; package p; " + text))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
