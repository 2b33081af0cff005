package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.KindRules;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JudgedKindsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(cluster, new JudgedKinds(List.of(new Colors()), cluster));

  /// ConfigMaps are grey unless they say so; they keep their color and their size is small.
  private static final class Colors implements KindRules {
    @Override
    public String group() {
      return "";
    }

    @Override
    public String kind() {
      return "ConfigMap";
    }

    @Override
    public void complete(Admitting admitting, ObjectNode object) {
      ObjectNode data = Json.ensureObject(object, "data");
      if (data.has("colour")) {
        data.set("color", data.get("colour"));
        data.remove("colour");
        admitting.warnings().accept("data.colour: write color");
      }
      if (!data.has("color")) {
        data.put("color", "grey");
      }
      data.put("by", admitting.user());
    }

    @Override
    public List<Problem> judge(Admitting admitting, ObjectNode object) {
      String color = Json.text(object, "data", "color");
      String before = admitting.before().map(old -> Json.text(old, "data", "color")).orElse(color);
      return before.equals(color)
          ? List.of()
          : List.of(Problem.invalid(FieldPath.of("data", "color"), color, "must stay " + before));
    }
  }

  private static ObjectNode object(String color) {
    ObjectNode object = named("ConfigMap");
    if (!color.isEmpty()) {
      object.putObject("data").put("color", color);
    }
    return object;
  }

  private static ObjectNode named(String kind) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", "one").put("namespace", "default");
    return object;
  }

  @Test
  void fillsInAndLifts() {
    ObjectNode dialect = object("");
    dialect.putObject("data").put("colour", "red");
    ObjectNode admitted = requests.admit(requests.create(dialect));
    assertThat(admitted.path("data").toString()).isEqualTo("{\"color\":\"red\",\"by\":\"alice\"}");
    assertThat(requests.warnings).containsExactly("data.colour: write color");
    assertThat(Json.text(requests.admit(requests.create(object(""))), "data", "color"))
        .isEqualTo("grey");
  }

  @Test
  void refusesWithEveryProblem() {
    AdmissionRequest update = requests.update(object("red"), object("blue"));
    assertThatThrownBy(() -> requests.admit(update))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(422);
              assertThat(refused.reason()).isEqualTo("Invalid");
            })
        .hasMessage(
            "ConfigMap \"one\" is invalid: data.color: Invalid value: \"blue\": must stay red");
  }

  @Test
  void leavesStatusDeletionAndTheLeavingAlone() {
    ObjectNode blue = object("blue");
    ObjectNode red = object("red");
    var status = requests.request(Operation.UPDATE, "status", Optional.of(blue), Optional.of(red));
    assertThat(requests.admit(status).path("data").has("by")).isFalse();
    assertThat(requests.admit(requests.delete(red)).path("data").has("by")).isFalse();
    ObjectNode leaving = red.deepCopy();
    Json.ensureObject(leaving, "metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
    assertThat(requests.admit(requests.update(leaving, blue)).path("data").has("by")).isFalse();
  }

  @Test
  void leavesOtherKindsAlone() {
    ObjectNode secret = named("Secret");
    assertThat(requests.admit(requests.create(secret)).has("data")).isFalse();
  }
}
