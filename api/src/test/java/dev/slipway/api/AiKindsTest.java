package dev.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class AiKindsTest {
  static List<ObjectNode> definitions() {
    return AiKinds.definitions();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void definesOneKindWell(ObjectNode definition) {
    JsonNode spec = definition.path("spec");
    String plural = Json.text(spec, "names", "plural");
    assertThat(Json.text(definition, "kind")).isEqualTo("CustomResourceDefinition");
    assertThat(Json.text(definition, "metadata", "name"))
        .isEqualTo(plural + "." + Json.text(spec, "group"));
    assertThat(Json.text(spec, "names", "listKind"))
        .isEqualTo(Json.text(spec, "names", "kind") + "List");
    assertThat(Json.text(spec, "scope")).isIn("Namespaced", "Cluster");
    assertThat(stream(spec.path("versions")).filter(each -> each.path("storage").asBoolean()))
        .hasSize(1);
    assertThat(stream(spec.path("versions"))).allSatisfy(AiKindsTest::isOpen);
  }

  private static void isOpen(JsonNode version) {
    JsonNode fields = version.at("/schema/openAPIV3Schema/properties");
    assertThat(fields.at("/spec/x-kubernetes-preserve-unknown-fields").asBoolean()).isTrue();
    assertThat(fields.at("/status/x-kubernetes-preserve-unknown-fields").asBoolean()).isTrue();
    assertThat(stream(version.path("additionalPrinterColumns")))
        .allSatisfy(column -> assertThat(Json.text(column, "jsonPath")).startsWith("."));
  }

  @Test
  void everyFileIsListedAndEveryNameIsOfOneKind() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(AiKinds.class.getResource("/crds"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(AiKinds.names());
    }
  }

  @Test
  void shortNamesAreUnique() {
    var seen = new HashSet<String>();
    for (ObjectNode definition : AiKinds.definitions()) {
      stream(definition.at("/spec/names/shortNames"))
          .forEach(name -> assertThat(seen.add(name.asString())).as(name.asString()).isTrue());
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # name                                      | versions             | columns
          inferenceservices.serving.kserve.io         | v1beta1              | URL,Ready,Prev,Latest,PrevRolledoutRevision,LatestReadyRevision,Age
          services.serving.knative.dev                | v1                   | URL,LatestCreated,LatestReady,Ready,Reason
          experiments.kubeflow.org                    | v1beta1,v1           | Type,Status,Age
          suggestions.kubeflow.org                    | v1beta1              | Type,Status,Requested,Assigned,Age
          tfjobs.kubeflow.org                         | v1                   | State,Age
          rayjobs.ray.io                              | v1                   | job status,deployment status,ray cluster name,start time,end time,age
          seldondeployments.machinelearning.seldon.io | v1,v1alpha2,v1alpha3 |
          httproutes.gateway.networking.k8s.io        | v1,v1beta1           | Hostnames,Age
          """)
  void versionsAndColumnsAreTheProjectsOwn(String name, String versions, String columns) {
    JsonNode served = AiKinds.definition(name).at("/spec/versions");
    assertThat(stream(served).map(each -> Json.text(each, "name")))
        .containsExactlyElementsOf(words(versions));
    assertThat(
            stream(served.path(0).path("additionalPrinterColumns"))
                .map(each -> Json.text(each, "name")))
        .containsExactlyElementsOf(words(columns));
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> AiKinds.definition("widgets.example.com"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("widgets.example.com");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.split(",", -1));
  }
}
