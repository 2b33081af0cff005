package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class DevicesTest {
  @TempDir private Path directory;

  private static Resource pod(String uid) {
    return Resource.of(
        Kinds.POD,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "p", "namespace": "default", "uid": "%s"}}
            """
                .formatted(uid)));
  }

  private static JsonNode container(String name, int gpus) {
    return Json.parseObject(
        """
        {"name": "%s", "resources": {"limits": {"nvidia.com/gpu": "%d"}}}
        """
            .formatted(name, gpus));
  }

  private static String seen(Devices devices, String uid, JsonNode container) throws Exception {
    return devices.variables(pod(uid), container).getOrDefault("CUDA_VISIBLE_DEVICES", "all");
  }

  @Test
  void eachDeviceBelongsToOneContainer() throws Exception {
    var devices = new Devices(4, directory);

    assertThat(seen(devices, "one", container("a", 1))).isEqualTo("0");
    assertThat(seen(devices, "one", container("b", 2))).isEqualTo("1,2");
    assertThat(seen(devices, "two", container("a", 1))).isEqualTo("3");
    assertThat(seen(devices, "one", container("b", 2))).as("over its starts").isEqualTo("1,2");
  }

  @Test
  void whoAsksForNoneSeesNone() throws Exception {
    var plain = Json.parseObject("{\"name\": \"c\"}");

    assertThat(new Devices(2, directory).variables(pod("one"), plain))
        .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "", "NVIDIA_VISIBLE_DEVICES", "void"));
    assertThat(new Devices(0, directory).variables(pod("one"), plain))
        .as("a machine without any is left alone")
        .isEmpty();
  }

  @Test
  void moreThanAreFreeAreNotGiven() throws Exception {
    var devices = new Devices(2, directory);
    seen(devices, "one", container("a", 1));

    assertThatThrownBy(() -> devices.variables(pod("two"), container("a", 2)))
        .isInstanceOf(NotYetException.class)
        .hasMessageContaining("nvidia.com/gpu. Requested: 2, Available: 1");

    devices.release("one");
    assertThat(seen(devices, "two", container("a", 2))).isEqualTo("0,1");
  }

  @Test
  void whoHasWhichIsKnownToTheNextProgram() throws Exception {
    var before = new Devices(3, directory);
    seen(before, "one", container("a", 1));
    seen(before, "two", container("a", 1));
    before.release("one");

    var after = new Devices(3, directory);

    assertThat(after.holders()).containsExactly("two");
    assertThat(seen(after, "three", container("a", 1))).isEqualTo("0");
    assertThat(seen(after, "two", container("a", 1))).isEqualTo("1");
    assertThat(seen(after, "four", container("a", 1))).isEqualTo("2");
  }
}
