package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class SubPathsTest {
  private static final Map<String, String> VARIABLES =
      Map.of("POD", "web-0", "ROOT", "/etc", "UP", "../x");

  private static JsonNode container(String expression) {
    return Json.parseObject(
        """
        {"volumeMounts": [{"name": "a", "mountPath": "/a", "subPath": "as/written"},
          {"name": "b", "mountPath": "/b", "subPathExpr": "%s"}]}
        """
            .formatted(expression));
  }

  @ParameterizedTest
  @CsvSource({"$(POD),web-0", "logs/$(POD)/x,logs/web-0/x", "$$(POD),$(POD)", "plain,plain"})
  void aPlaceIsWhatTheVariablesSay(String expression, String path) throws Exception {
    var mounts = SubPaths.expanded(container(expression), VARIABLES).path("volumeMounts");

    assertThat(Json.text(mounts.path(1), "subPath")).isEqualTo(path);
    assertThat(Json.text(mounts.path(0), "subPath")).isEqualTo("as/written");
  }

  @ParameterizedTest
  @CsvSource({
    "$(NOBODY),missing value for \"NOBODY\"",
    "$(ROOT),must not be an absolute path",
    "a/$(UP),must not contain '..'"
  })
  void aPlaceThatIsNoneKeepsTheContainerWaiting(String expression, String why) {
    assertThatThrownBy(() -> SubPaths.expanded(container(expression), VARIABLES))
        .isInstanceOfSatisfying(
            NotYetException.class,
            problem -> {
              assertThat(problem.reason()).isEqualTo("CreateContainerConfigError");
              assertThat(problem.why()).contains(why);
            });
  }

  @Test
  void whatHasNoExpressionStaysTheSame() throws Exception {
    var plain = Json.parseObject("{\"volumeMounts\": [{\"subPath\": \"x\"}]}");

    assertThat(SubPaths.expanded(plain, VARIABLES)).isSameAs(plain);
  }
}
