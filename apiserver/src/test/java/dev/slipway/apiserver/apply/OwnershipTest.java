package dev.slipway.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.apply.Ownership.Actor;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Situations: `k8s.io/apimachinery/pkg/util/managedfields/internal/*_test.go`.
final class OwnershipTest {
  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();
  private static final Schema NUMBER = Schema.of(Schema.Type.INTEGER).build();

  private static final Schema SPEC =
      Schema.of(Schema.Type.OBJECT)
          .typeName("example.Spec")
          .property("replicas", NUMBER)
          .property("image", TEXT)
          .property(
              "containers",
              Schema.of(Schema.Type.ARRAY)
                  .items(
                      Schema.of(Schema.Type.OBJECT)
                          .property("name", TEXT)
                          .property("image", TEXT)
                          .build())
                  .list(ListType.MAP, List.of("name"))
                  .build())
          .build();

  private static final Schema DEPLOYMENT =
      Schema.of(Schema.Type.OBJECT)
          .typeName("example.Deployment")
          .property("spec", SPEC)
          .property("status", Schema.of(Schema.Type.OBJECT).property("ready", NUMBER).build())
          .property("data", Schema.of(Schema.Type.OBJECT).values(TEXT).build())
          .build();

  private static final Ownership OWNERSHIP =
      new Ownership(
          new GroupVersionKind("apps", "v1", "Deployment"),
          true,
          false,
          Versions.only("apps/v1", DEPLOYMENT));

  @Test
  void aNewObjectIsOwnedByItsCreator() {
    ObjectNode object =
        created(
            """
            {"metadata":{"name":"web","namespace":"default","uid":"u","labels":{"app":"web"},
              "creationTimestamp":"2026-01-01T00:00:00Z","resourceVersion":"1","generation":1},
             "spec":{"replicas":1,"containers":[{"name":"a","image":"i"}]},
             "status":{"ready":0}}
            """,
            "kubectl-create");
    assertThat(object.path("metadata").path("managedFields"))
        .isEqualTo(
            json(
                """
                [{"manager":"kubectl-create","operation":"Update","apiVersion":"apps/v1",
                  "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",
                  "fieldsV1":{
                    "f:metadata":{"f:labels":{".":{},"f:app":{}}},
                    "f:spec":{
                      "f:containers":{".":{},
                        "k:{\\"name\\":\\"a\\"}":{".":{},"f:image":{},"f:name":{}}},
                      "f:replicas":{}}}}]
                """));
  }

  @Test
  void anUpdateThatChangesNothingKeepsEntriesAndTimes() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode same = live.deepCopy();
    OWNERSHIP.update(live, same, actor("b", 60));
    assertThat(same).isEqualTo(live);
  }

  @Test
  void anUpdateMovesOnlyTheTimeOfItsWriter() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1,\"image\":\"i\"}}", "a");
    ObjectNode changed = updated(live, "{\"spec\":{\"replicas\":2,\"image\":\"i\"}}", "b", "");
    assertThat(owners(changed))
        .isEqualTo(
            Map.of(
                "a Update 2026-01-01T00:00:00Z", ".spec.image",
                "b Update 2026-01-01T00:01:00Z", ".spec.replicas"));
  }

  @Test
  void aWriterGathersWhatItWroteBefore() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode changed = updated(live, "{\"spec\":{\"replicas\":1,\"image\":\"i\"}}", "a", "");
    assertThat(owners(changed))
        .isEqualTo(Map.of("a Update 2026-01-01T00:01:00Z", ".spec.image .spec.replicas"));
  }

  @Test
  void writesThroughASubresourceHaveTheirOwnEntry() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode changed =
        updated(live, "{\"spec\":{\"replicas\":9},\"status\":{\"ready\":1}}", "a", "status");
    JsonNode entry = changed.path("metadata").path("managedFields").get(1);
    assertThat(Json.text(entry, "subresource")).isEqualTo("status");
    assertThat(entry.path("fieldsV1")).isEqualTo(json("{\"f:status\":{\"f:ready\":{}}}"));
  }

  @Test
  void theObjectItselfNeverOwnsStatus() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode changed =
        updated(live, "{\"spec\":{\"replicas\":1},\"status\":{\"ready\":1}}", "b", "");
    assertThat(owners(changed).keySet()).containsExactly("a Update 2026-01-01T00:00:00Z");
  }

  @Test
  void entriesAreResetByAnEmptyList() {
    ObjectNode live = stored(created("{\"spec\":{\"replicas\":1}}", "a"));
    ObjectNode reset = live.deepCopy();
    ((ObjectNode) reset.get("metadata")).putArray("managedFields");
    OWNERSHIP.update(live, reset, actor("b", 60));
    assertThat(reset.path("metadata").has("managedFields")).isFalse();
  }

  @Test
  void entriesResetByOneEmptyEntryAreGoneToo() {
    ObjectNode live = stored(created("{\"spec\":{\"replicas\":1}}", "a"));
    ObjectNode reset = live.deepCopy();
    ((ObjectNode) reset.get("metadata")).putArray("managedFields").addObject();
    OWNERSHIP.update(live, reset, actor("b", 60));
    assertThat(reset.path("metadata").has("managedFields")).isFalse();
  }

  @Test
  void aClientThatLeavesEntriesOutDoesNotDeleteThem() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode changed = updated(live, "{\"spec\":{\"replicas\":1}}", "b", "");
    assertThat(owners(changed)).isEqualTo(owners(live));
  }

  @Test
  void entriesThatCannotBeReadAreReplacedByTheStoredOnes() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode changed = live.deepCopy();
    ((ObjectNode) changed.get("metadata")).putArray("managedFields").addObject().put("manager", 1);
    OWNERSHIP.update(live, changed, actor("b", 60));
    assertThat(changed).isEqualTo(live);
  }

  @Test
  void anObjectWithoutEntriesIsNotTrackedUntilItIsApplied() {
    ObjectNode live = stored(object("{\"spec\":{\"replicas\":1}}"));
    ObjectNode changed = updated(live, "{\"spec\":{\"replicas\":2}}", "b", "");
    assertThat(changed.path("metadata").has("managedFields")).isFalse();
  }

  @Test
  void fieldsFromBeforeTheFirstApplyHaveAnOwner() {
    ObjectNode live = stored(object("{\"spec\":{\"replicas\":1,\"image\":\"i\"}}"));
    ObjectNode applied = applied(live, "{\"spec\":{\"image\":\"i\"}}", "b", false);
    assertThat(owners(applied))
        .isEqualTo(
            Map.of(
                "b Apply 2026-01-01T00:02:00Z", ".spec.image",
                "before-first-apply Update 2026-01-01T00:02:00Z", ".spec.image .spec.replicas"));
  }

  @Test
  void theOldestOfTooManyUpdatesAreMerged() {
    ObjectNode live = created("{\"data\":{}}", "creator");
    for (int i = 0; i < 15; i++) {
      ObjectNode next = live.deepCopy();
      ((ObjectNode) next.get("data")).put("k" + i, "v");
      OWNERSHIP.update(live, next, actor("manager-" + i, i + 1));
      live = next;
    }
    List<String> names = new ArrayList<>();
    live.path("metadata").path("managedFields").forEach(e -> names.add(Json.text(e, "manager")));
    assertThat(names).hasSize(10).contains("ancient-changes", "manager-14", "manager-6");
    String ancient = owners(live).get("ancient-changes Update 2026-01-01T00:00:06Z");
    assertThat(ancient).isEqualTo(".data .data.k0 .data.k1 .data.k2 .data.k3 .data.k4 .data.k5");
  }

  @Test
  void applyingTheSameAgainKeepsTheTime() {
    ObjectNode first = applied(Json.object(), "{\"spec\":{\"replicas\":1}}", "b", false);
    ObjectNode again =
        OWNERSHIP.apply(first, object("{\"spec\":{\"replicas\":1}}"), actor("b", 999), false);
    assertThat(again).isEqualTo(first);
  }

  @Test
  void conflictsNameFieldAndOwner() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "kubectl-client-side-apply");
    ApiException refusal = refused(live, "{\"spec\":{\"replicas\":2}}", "b");
    assertThat(refusal.code()).isEqualTo(409);
    assertThat(refusal)
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using"
                + " apps/v1: .spec.replicas");
    assertThat(refusal.toStatus().path("details"))
        .isEqualTo(
            json(
                """
                {"causes":[{"reason":"FieldManagerConflict",
                  "message":"conflict with \\"kubectl-client-side-apply\\" using apps/v1",
                  "field":".spec.replicas"}]}
                """));
  }

  @Test
  void conflictsNameTheSubresource() {
    ObjectNode live = created("{\"spec\":{\"replicas\":1}}", "a");
    ObjectNode scaled = updated(live, "{\"spec\":{\"replicas\":2}}", "hpa", "scale");
    assertThat(refused(scaled, "{\"spec\":{\"replicas\":3}}", "b"))
        .hasMessageContaining("\"hpa\" with subresource \"scale\" using apps/v1: .spec.replicas");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"apiVersion":"v1","kind":"Pod"} | invalid object type: /v1, Kind=Pod | another kind
          {"apiVersion":"apps/v2","kind":"Deployment"} | invalid object type: apps/v2, Kind=Deployment | another version
          {"metadata":{"managedFields":[]}} | metadata.managedFields must be nil | entries of its own
          {"metadata":{"name":"w","namespace":"n"},"spec":{"x":1}} | failed to create typed patch object (n/w; apps/v1, Kind=Deployment): .spec.x: field not declared in schema | a field nobody knows
          {"spec":{"replicas":"1"}} | .spec.replicas: expected numeric (int or float), got string | text for a number
          {"spec":{"image":1}} | .spec.image: expected string, got &value.valueUnstructured{Value:1} | a number for text
          {"spec":[]} | .spec: expected map, got &{[]} | a list for an object
          {"spec":{"containers":{}}} | .spec.containers: expected list, got &{map[]} | an object for a list
          {"spec":{"image":1,"replicas":""}} | errors:\\n  .spec.image: expected | all problems at once
          """)
  void refusesWhatItCannotApply(String config, String message, String why) {
    ApiException refusal = refused(Json.object(), config, "b");
    assertThat(refusal).as(why).hasMessageContaining(message.replace("\\n", "\n"));
    assertThat(refusal.code()).isEqualTo(400);
  }

  @Test
  void kubectlTakesOverWhatItAppliedFromTheClient() {
    ObjectNode live = created(clientSideApplied(1), "kubectl-client-side-apply");
    ObjectNode applied = applied(live, "{\"spec\":{\"replicas\":2}}", "kubectl", false);
    assertThat(applied.at("/spec/replicas").intValue()).isEqualTo(2);
    assertThat(Json.text(applied, "metadata", "annotations", LastApplied.ANNOTATION))
        .isEqualTo(
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{\"replicas\":2}}\n");
  }

  @Test
  void kubectlDoesNotTakeOverWhatAnotherChangedSince() {
    ObjectNode live = created(clientSideApplied(1), "kubectl-client-side-apply");
    ObjectNode scaled = live.deepCopy();
    ((ObjectNode) scaled.get("spec")).put("replicas", 5);
    OWNERSHIP.update(live, scaled, actor("hpa", 60));
    assertThat(refused(scaled, "{\"spec\":{\"replicas\":2}}", "kubectl"))
        .hasMessageContaining("conflict with \"hpa\" using apps/v1: .spec.replicas");
  }

  @Test
  void otherManagersDoNotTakeOverFromTheClient() {
    ObjectNode live = created(clientSideApplied(1), "kubectl-client-side-apply");
    assertThat(refused(live, "{\"spec\":{\"replicas\":2}}", "b").code()).isEqualTo(409);
  }

  @Test
  void labelsLeftOutAreGoneAltogether() {
    ObjectNode first =
        applied(
            Json.object(), "{\"metadata\":{\"name\":\"w\",\"labels\":{\"a\":\"1\"}}}", "b", false);
    ObjectNode second = applied(first, "{\"metadata\":{\"name\":\"w\"}}", "b", false);
    assertThat(second.path("metadata")).isEqualTo(json("{\"name\":\"w\"}"));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          | kubectl/v1.32.0 (linux/amd64) kubernetes/abc | kubectl | the product of the user agent
          mine | kubectl/v1.32.0 | mine | the given name wins
          | Go-http-client/2.0 | Go-http-client | dashes stay
          | no slash | no slash | all of it
          """)
  void name(String fieldManager, String userAgent, String name, String why) {
    String given = fieldManager == null ? "" : fieldManager;
    assertThat(ManagerNames.of(given, userAgent)).as(why).isEqualTo(name);
  }

  @Test
  void aLongUserAgentIsCut() {
    assertThat(ManagerNames.of("", "x".repeat(200))).hasSize(128);
  }

  private static String clientSideApplied(int replicas) {
    return """
        {"metadata":{"annotations":{"%s":"{\\"apiVersion\\":\\"apps/v1\\",\\"spec\\":{\\"replicas\\":%d}}"}},
         "spec":{"replicas":%d}}
        """
        .formatted(LastApplied.ANNOTATION, replicas, replicas);
  }

  private static ObjectNode created(String text, String manager) {
    ObjectNode object = object(text);
    OWNERSHIP.create(object, actor(manager, 0));
    return object;
  }

  private static ObjectNode stored(ObjectNode object) {
    Json.ensureObject(object, "metadata").put("uid", "u");
    return object;
  }

  private static ObjectNode updated(
      ObjectNode live, String text, String manager, String subresource) {
    ObjectNode object = object(text);
    Instant later = Instant.parse("2026-01-01T00:01:00.123Z");
    OWNERSHIP.update(live, object, new Actor(manager, subresource, later));
    return object;
  }

  private static ObjectNode applied(ObjectNode live, String text, String manager, boolean force) {
    return OWNERSHIP.apply(live, object(text), actor(manager, 120), force);
  }

  private static ApiException refused(ObjectNode live, String text, String manager) {
    return catchThrowableOfType(ApiException.class, () -> applied(live, text, manager, false));
  }

  private static Actor actor(String manager, int seconds) {
    return new Actor(manager, "", Instant.parse("2026-01-01T00:00:00Z").plusSeconds(seconds));
  }

  private static ObjectNode object(String text) {
    ObjectNode object = Json.object().put("apiVersion", "apps/v1").put("kind", "Deployment");
    return object.setAll(Json.parseObject(text));
  }

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text);
  }

  private static Map<String, String> owners(ObjectNode object) {
    Map<String, String> owners = new TreeMap<>();
    for (JsonNode entry : object.path("metadata").path("managedFields")) {
      List<String> paths =
          new ArrayList<>(
              FieldsV1.read(entry.get("fieldsV1")).toString().lines().sorted().toList());
      owners.put(
          Json.text(entry, "manager")
              + (" " + Json.text(entry, "operation"))
              + (" " + Json.text(entry, "time")),
          String.join(" ", paths));
    }
    return owners;
  }
}
