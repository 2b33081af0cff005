package dev.slipway.apiserver.builtin.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.schema.Schema;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypeCatalogTest {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String CORE = "io.k8s.api.core.v1.";

  private final TypeCatalog types = new TypeCatalog();

  @Test
  void everyTypeResolvesWithAllItReaches() {
    Set<Schema> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var todo = new ArrayDeque<Schema>();
    types.typeNames().forEach(name -> todo.add(types.type(name)));
    while (!todo.isEmpty()) {
      Schema next = todo.remove();
      if (seen.add(next)) {
        todo.addAll(next.properties().values());
        next.values().ifPresent(todo::add);
        next.items().ifPresent(todo::add);
        assertThat(next.properties().keySet()).containsAll(next.required());
      }
    }
    assertThat(seen).hasSizeGreaterThan(900);
  }

  @Test
  void typesAreSharedBetweenParents() {
    Schema ofPod = at("Pod", "spec.containers").items().orElseThrow();
    Schema ofTemplate = at("PodTemplate", "template.spec.containers").items().orElseThrow();
    assertThat(ofPod).isSameAs(ofTemplate);
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> types.type(CORE + "Pot"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("Pot");
    assertThat(types.find("com.example.v1.Widget")).isEmpty();
    assertThat(types.find("Widget")).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind        | field                                   | listType | mapKeys                         | patchMergeKey | strategies
          Pod           | spec.containers                         | MAP      | name                            | name          | merge
          Pod           | spec.containers.*.ports                 | MAP      | containerPort,protocol          | containerPort | merge
          Pod           | spec.containers.*.env                   | MAP      | name                            | name          | merge
          Pod           | spec.containers.*.envFrom               | ATOMIC   |                                 |               |
          Pod           | spec.containers.*.args                  | ATOMIC   |                                 |               |
          Pod           | spec.containers.*.volumeMounts          | MAP      | mountPath                       | mountPath     | merge
          Pod           | spec.volumes                            | MAP      | name                            | name          | merge,retainKeys
          Pod           | spec.tolerations                        | ATOMIC   |                                 |               |
          Pod           | spec.imagePullSecrets                   | MAP      | name                            | name          | merge
          Pod           | spec.hostAliases                        | MAP      | ip                              | ip            | merge
          Pod           | spec.topologySpreadConstraints          | MAP      | topologyKey,whenUnsatisfiable   | topologyKey   | merge
          Pod           | metadata.ownerReferences                | MAP      | uid                             | uid           | merge
          Pod           | metadata.finalizers                     | SET      |                                 |               | merge
          Pod           | metadata.managedFields                  | ATOMIC   |                                 |               |
          Pod           | status.conditions                       | MAP      | type                            | type          | merge
          Service       | spec.ports                              | MAP      | port,protocol                   | port          | merge
          Service       | spec.externalIPs                        | ATOMIC   |                                 |               |
          ServiceAccount| secrets                                 | MAP      | name                            | name          | merge
          Node          | status.addresses                        | MAP      | type                            | type          | merge
          Endpoints     | subsets                                 | ATOMIC   |                                 |               |
          """)
  void listsMergeAsPublished(
      String kind, String field, String listType, String mapKeys, String mergeKey, String how) {
    Schema list = at(kind, field);
    assertThat(list.listType().name()).isEqualTo(listType);
    assertThat(list.listMapKeys()).isEqualTo(words(mapKeys));
    assertThat(list.patchMergeKey()).isEqualTo(mergeKey == null ? "" : mergeKey);
    assertThat(list.patchStrategies()).containsExactlyInAnyOrderElementsOf(words(how));
  }

  @ParameterizedTest(name = "{0} {1} is {2} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Pod     | spec.terminationGracePeriodSeconds            | INTEGER       | int64
          Pod     | spec.containers.*.ports.*.containerPort       | INTEGER       | int32
          Pod     | spec.containers.*.livenessProbe.httpGet.port  | INT_OR_STRING | int-or-string
          Pod     | spec.containers.*.resources.limits.*          | INT_OR_STRING | ''
          Pod     | spec.hostNetwork                              | BOOLEAN       | ''
          Pod     | metadata.creationTimestamp                    | STRING        | date-time
          Secret  | data.*                                        | STRING        | byte
          Event   | eventTime                                     | STRING        | date-time
          """)
  void scalarsHaveTheirFormat(String kind, String field, Schema.Type type, String format) {
    assertThat(at(kind, field).type()).isEqualTo(type);
    assertThat(at(kind, field).format()).isEqualTo(format);
  }

  @Test
  void atomicMapsAndStructsHaveOneOwner() {
    assertThat(at("Pod", "spec.nodeSelector").isAtomic()).isTrue();
    assertThat(at("Service", "spec.selector").isAtomic()).isTrue();
    assertThat(types.type(CORE + "SecretKeySelector").isAtomic()).isTrue();
    assertThat(types.type(META + "LabelSelector").isAtomic()).isTrue();
    assertThat(at("ConfigMap", "data").isAtomic()).isFalse();
    assertThat(at("Pod", "metadata.labels").isAtomic()).isFalse();
  }

  @Test
  void requiredEnumsAndDefaultsAreThosePublished() {
    assertThat(types.type(CORE + "PodSpec").required()).containsExactly("containers");
    Schema protocol = at("Pod", "spec.containers.*.ports.*.protocol");
    assertThat(protocol.defaultValue().orElseThrow().asString()).isEqualTo("TCP");
    assertThat(protocol.bounds().keywords().get("enum")).hasToString("[\"SCTP\",\"TCP\",\"UDP\"]");
    assertThat(types.type(CORE + "Container").required()).containsExactly("name");
  }

  @Test
  void everyTypeAndEveryFieldIsDescribed() {
    for (String name : types.typeNames()) {
      Schema type = types.type(name);
      assertThat(type.description()).as(name).isNotEmpty();
      type.properties()
          .forEach(
              (field, schema) ->
                  assertThat(schema.description()).as(name + "." + field).isNotEmpty());
    }
  }

  @Test
  void aFieldSaysWhatItIsForAndATypeWhatItIs() {
    Schema spec = types.type("io.k8s.api.apps.v1.DeploymentSpec");
    Schema strategy = spec.field("strategy").orElseThrow();
    Schema type = types.type("io.k8s.api.apps.v1.DeploymentStrategy");
    assertThat(strategy.description()).isNotEqualTo(type.description());
    assertThat(strategy.properties()).isSameAs(type.properties());
  }

  @Test
  void theSchemaOfSchemasIsOpen() {
    Schema version =
        types.type(
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation");
    Schema schema = version.field("openAPIV3Schema").orElseThrow();
    assertThat(schema.preserveUnknown()).isTrue();
    assertThat(schema.properties()).isEmpty();
  }

  private Schema at(String kind, String path) {
    Schema here = types.type(CORE + kind);
    for (String field : path.split("\\.", -1)) {
      here = field.equals("*") ? here.items().or(here::values).orElseThrow() : step(here, field);
    }
    return here;
  }

  private Schema step(Schema here, String field) {
    return here.field(field)
        .orElseThrow(() -> new AssertionError(here.typeName() + " has no " + field));
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.split(",", -1));
  }
}
