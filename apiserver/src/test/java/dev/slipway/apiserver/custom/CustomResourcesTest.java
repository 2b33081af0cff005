package dev.slipway.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.builtin.types.TypeCatalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Pruning;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A definition in the manner of a real project: versions, columns, scale, rules.
class CustomResourcesTest {
  private static final Schema META =
      new TypeCatalog().type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  private static final CustomResources RESOURCES =
      new CustomResources(META, (_, object, wanted) -> object.put("apiVersion", wanted));
  private static final CustomResourceDefinitionRules RULES = new CustomResourceDefinitionRules();

  static ObjectNode crd() {
    ObjectNode crd =
        Json.parseObject(
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "crontabs.stable.example.com"},
             "spec": {"group": "stable.example.com", "scope": "Namespaced",
               "names": {"plural": "crontabs", "kind": "CronTab", "shortNames": ["ct"],
                 "categories": ["all"]},
               "versions": [{"name": "v1", "served": true, "storage": true,
                 "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas",
                   "statusReplicasPath": ".status.replicas",
                   "labelSelectorPath": ".status.selector"}},
                 "selectableFields": [{"jsonPath": ".spec.image"}],
                 "additionalPrinterColumns": [
                   {"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"},
                   {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas",
                    "priority": 1},
                   {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}],
                 "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                   "apiVersion": {"type": "string"}, "kind": {"type": "string"},
                   "metadata": {"type": "object"},
                   "spec": {"type": "object", "required": ["cronSpec"],
                     "x-kubernetes-validations": [
                       {"rule": "self.replicas <= 10", "message": "too many"}],
                     "properties": {
                       "cronSpec": {"type": "string", "pattern": "^[0-9* ]+$"},
                       "image": {"type": "string"},
                       "replicas": {"type": "integer", "default": 1, "minimum": 0}}},
                   "status": {"type": "object", "properties": {
                     "replicas": {"type": "integer"}, "selector": {"type": "string"}}}}}}}]}}
            """);
    RULES.defaults(crd);
    return crd;
  }

  private static String problems(ObjectNode crd) {
    return RULES.validateCreate(crd).stream()
        .map(Problem::toString)
        .collect(Collectors.joining("; "));
  }

  private static ObjectNode changed(Consumer<ObjectNode> change) {
    ObjectNode crd = crd();
    change.accept(crd);
    return crd;
  }

  private static ObjectNode version(ObjectNode crd) {
    return (ObjectNode) crd.path("spec").path("versions").get(0);
  }

  private static ObjectNode schema(ObjectNode crd) {
    return (ObjectNode) version(crd).path("schema").path("openAPIV3Schema");
  }

  private static Resource resource() {
    return RESOURCES.of(crd()).getFirst();
  }

  private static ObjectNode object(String spec) {
    return Json.parseObject(
        """
        {"apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": {"name": "x",
          "creationTimestamp": "2024-01-01T00:00:00Z"}, "spec": %s, "status": {"replicas": 2}}
        """
            .formatted(spec));
  }

  @Test
  void acceptsAWellFormedDefinition() {
    assertThat(problems(crd())).isEmpty();
  }

  @Test
  void servesWhatTheDefinitionSays() {
    Resource resource = resource();

    assertThat(resource.qualified()).isEqualTo("crontabs.stable.example.com");
    assertThat(resource.singular()).isEqualTo("crontab");
    assertThat(resource.status()).isTrue();
    assertThat(resource.scale().orElseThrow().specReplicasPath()).isEqualTo(".spec.replicas");
    assertThat(resource.fields()).containsOnlyKeys("spec.image");
    assertThat(resource.custom()).isTrue();
    ObjectNode object = object("{\"cronSpec\": \"* *\", \"replicas\": 3}");
    List<String> cells =
        resource.columns().stream()
            .map(each -> each.cell().of(object, Instant.parse("2024-01-01T00:05:00Z")).toString())
            .toList();
    assertThat(cells).containsExactly("\"* *\"", "3", "\"5m\"");
  }

  @Test
  void defaultsPrunesAndJudgesObjects() {
    Resource resource = resource();
    ObjectNode object = object("{\"cronSpec\": \"x\", \"other\": 1}");
    ((ObjectNode) object.path("metadata")).put("nonsense", 1);

    assertThat(Pruning.prune(object, resource.schema()))
        .containsExactly("metadata.nonsense", "spec.other");
    resource.strategy().defaults(object);
    assertThat(object.path("spec").path("replicas").asInt(0)).isEqualTo(1);
    resource.strategy().prepareForCreate(object);
    assertThat(object.has("status")).isFalse();
    assertThat(resource.strategy().validateCreate(object))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.cronSpec: Invalid value: \"x\": spec.cronSpec in body should match"
                + " '^[0-9* ]+$'");
  }

  @Test
  void checksRulesOnlyOnObjectsOfTheRightShape() {
    var strategy = resource().strategy();

    assertThat(strategy.validateCreate(object("{\"cronSpec\": \"1\", \"replicas\": 11}")))
        .extracting(Problem::toString)
        .containsExactly("spec: Invalid value: too many");
    assertThat(strategy.validateCreate(object("{\"replicas\": 11}")))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.cronSpec: Required value",
            "<nil>: Invalid value: \"null\": some validation rules were not checked because the"
                + " object was invalid; correct the existing errors to complete validation");
  }

  @Test
  void keepsStatusAndTheRestApart() {
    var strategy = resource().strategy();
    ObjectNode old = object("{\"cronSpec\": \"1\"}");
    ObjectNode asked = object("{\"cronSpec\": \"2\"}");
    Json.ensureObject(asked, "status").put("replicas", 9);

    ObjectNode update = asked.deepCopy();
    strategy.prepareForUpdate(update, old, "");
    assertThat(update.path("status").path("replicas").asInt(0)).isEqualTo(2);
    assertThat(update.path("spec").path("cronSpec").asString("")).isEqualTo("2");
    ObjectNode status = asked.deepCopy();
    strategy.prepareForUpdate(status, old, "status");
    assertThat(status.path("status").path("replicas").asInt(0)).isEqualTo(9);
    assertThat(status.path("spec").path("cronSpec").asString("")).isEqualTo("1");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"spec": {"type": "object", "properties": {"x": {}}}}       ~ spec.validation.openAPIV3Schema.properties[spec].properties[x].type: Required value: must not be empty for specified object fields
          {"spec": {"type": "array"}}                                 ~ spec.validation.openAPIV3Schema.properties[spec].items: Required value: must be specified
          {"spec": {"type": "obj"}}                                   ~ spec.validation.openAPIV3Schema.properties[spec].type: Unsupported value: "obj": supported values: "array", "boolean", "integer", "number", "object", "string"
          {"spec": {"type": "string", "pattern": "("}}                ~ spec.validation.openAPIV3Schema.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn't
          {"spec": {"type": "object", "oneOf": [{"properties": {"a": {"minimum": 1}}}]}} ~ spec.validation.openAPIV3Schema.properties[spec].properties[a]: Required value: because it is defined in spec.validation.openAPIV3Schema.properties[spec].oneOf[0].properties[a]
          {"spec": {"type": "object", "anyOf": [{"type": "object"}]}} ~ spec.validation.openAPIV3Schema.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural
          {"spec": {"type": "string", "default": 1}}                  ~ spec.validation.openAPIV3Schema.properties[spec].default: Invalid value: "integer": spec.validation.openAPIV3Schema.properties[spec].default in body must be of type string: "integer"
          {"spec": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}} ~ spec.validation.openAPIV3Schema.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic
          {"spec": {"type": "object", "x-kubernetes-validations": [{"rule": "self.x == 1"}]}} ~ spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.x == 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field 'x'
          {"spec": {"type": "integer", "x-kubernetes-validations": [{"rule": "self + 1"}]}} ~ spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self + 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: cel expression must evaluate to a bool
          {"spec": {"type": "object", "x-kubernetes-validations": [{"rule": ""}]}} ~ spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified
          {"l": {"type": "array", "items": {"type": "integer", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}}} ~ spec.validation.openAPIV3Schema.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[l]
          {"l": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {"type": "object", "properties": {"k": {"type": "string"}}}}} ~ spec.validation.openAPIV3Schema.properties[l].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property
          """)
  void refusesSchemasInTheOriginalsWords(String properties, String expected) {
    ObjectNode crd =
        changed(
            each -> {
              schema(each).set("properties", Json.parseObject(properties));
              version(each).remove(List.of("selectableFields", "subresources"));
            });

    assertThat(problems(crd)).startsWith(expected);
  }

  @Test
  void refusesDefinitionsThatAreNotSound() {
    assertThat(problems(changed(each -> version(each).put("storage", false))))
        .contains("must have exactly one version marked as storage version");
    assertThat(problems(changed(each -> Json.ensureObject(each, "spec").put("scope", "None"))))
        .contains("spec.scope: Unsupported value: \"None\": supported values: \"Cluster\",");
    assertThat(problems(changed(each -> Json.ensureObject(each, "metadata").put("name", "x"))))
        .contains(
            "metadata.name: Invalid value: \"x\": must be spec.names.plural+\".\"+spec.group");
    assertThat(problems(changed(each -> version(each).remove("schema"))))
        .contains("spec.versions[0].schema.openAPIV3Schema: Required value");
    assertThat(
            problems(
                changed(
                    each -> Json.ensureObject(each, "spec").put("preserveUnknownFields", true))))
        .contains("spec.preserveUnknownFields: Invalid value: true: cannot set to true");
  }

  @Test
  void forbidsChangesThatWouldOrphanObjects() {
    ObjectNode old = crd();
    old.set("status", CrdConditions.status(old, List.of(), Instant.EPOCH));
    ObjectNode changed = old.deepCopy();
    Json.ensureObject(changed, "spec").put("scope", "Cluster");
    Json.ensureObject(changed, "spec", "names").put("kind", "Other");

    assertThat(RULES.validateUpdate(changed, old, ""))
        .extracting(Problem::toString)
        .contains(
            "spec.scope: Invalid value: \"Cluster\": field is immutable",
            "spec.names.kind: Invalid value: \"Other\": field is immutable");
  }

  @Test
  void grantsNamesAndEstablishes() {
    ObjectNode crd = crd();
    ObjectNode status = CrdConditions.status(crd, List.of(), Instant.EPOCH);
    crd.set("status", status);

    assertThat(CrdConditions.isEstablished(crd)).isTrue();
    assertThat(status.path("acceptedNames").path("listKind").asString("")).isEqualTo("CronTabList");
    assertThat(status.path("storedVersions")).hasToString("[\"v1\"]");
    assertThat(CrdConditions.status(crd, List.of(crd), Instant.now())).isEqualTo(status);
  }

  @Test
  void reportsNamesThatAnotherDefinitionHas() {
    ObjectNode first = crd();
    first.set("status", CrdConditions.status(first, List.of(), Instant.EPOCH));
    ObjectNode second = crd();
    Json.ensureObject(second, "metadata").put("name", "others.stable.example.com");
    Json.ensureObject(second, "spec", "names").put("plural", "others").put("kind", "Other");
    JsonNode status = CrdConditions.status(second, List.of(first, second), Instant.EPOCH);

    assertThat(status.path("conditions").get(0).path("reason").asString(""))
        .isEqualTo("ListKindConflict");
    assertThat(status.path("conditions").get(0).path("message").asString(""))
        .isEqualTo("\"CronTabList\" is already in use");
    assertThat(CrdConditions.isTrue(status, "Established")).isFalse();
  }
}
