package dev.slipway.apiserver.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.protobuf.ProtobufBodies;
import dev.slipway.apiserver.protobuf.Wire;
import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;

final class BodiesTest {
  private static final byte[] CONFIG_MAP =
      Wire.body("v1", "ConfigMap", Wire.message().part(1, Wire.message().text(1, "c")));

  @Test
  void builtInKindsMayComeAsProtobuf() {
    assertThat(Bodies.builtin(CONFIG_MAP, ProtobufBodies.MEDIA_TYPE + "; charset=x").object())
        .isEqualTo(
            Json.parseObject(
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}"""));
  }

  @Test
  void customKindsMayNotComeAsProtobuf() {
    ApiException refusal =
        catchThrowableOfType(
            ApiException.class, () -> Bodies.custom(CONFIG_MAP, ProtobufBodies.MEDIA_TYPE));
    assertThat(refusal.code()).isEqualTo(415);
    assertThat(refusal).hasMessageEndingWith("application/json, application/yaml");
  }

  @Test
  void anotherTypeIsToldWhatIsAccepted() {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> Bodies.builtin(CONFIG_MAP, "text/plain"));
    assertThat(refusal.code()).isEqualTo(415);
    assertThat(refusal).hasMessageEndingWith(ProtobufBodies.MEDIA_TYPE);
  }
}
