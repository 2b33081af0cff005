package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What other rooms of the program ask of the registry without a socket.
final class InProcessCallsTest {
  @TempDir Path directory;
  private Registry registry;

  @BeforeEach
  void open() {
    registry = Registry.open(RegistrySettings.at(directory), InstantSource.system());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void answerAsTheyWouldOverHttp() {
    var made = registry.call("POST", "registered-models/create", Json.object().put("name", "iris"));
    assertThat(made.at("/registered_model/name").asString()).isEqualTo("iris");
    assertThatThrownBy(
            () ->
                registry.call(
                    "GET",
                    "registered-models/alias",
                    Json.object().put("name", "iris").put("alias", "champion")))
        .isInstanceOf(RegistryException.class)
        .hasMessage("Registered model alias champion not found.");
  }

  @Test
  void tellWhoListensOfWritesToModelsAlone() {
    var told = new AtomicInteger();
    registry.onModels(told::incrementAndGet);
    registry.call("POST", "experiments/create", Json.object().put("name", "mine"));
    registry.call("GET", "registered-models/search", Json.object());
    assertThat(told).hasValue(0);
    registry.call("POST", "registered-models/create", Json.object().put("name", "iris"));
    assertThat(told).hasValue(1);
  }
}
