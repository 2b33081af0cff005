package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A kind of one's own, from its definition to its last object.
final class KubectlCustomResourceTest {
  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: boats.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt], categories: [all]}
        versions:
        - name: v1
          served: true
          storage: true
          subresources:
            status: {}
            scale:
              specReplicasPath: .spec.oars
              statusReplicasPath: .status.oars
          additionalPrinterColumns:
          - {name: Oars, type: integer, jsonPath: .spec.oars}
          - {name: Ready, type: string, jsonPath: .status.ready}
          - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1}
          selectableFields:
          - jsonPath: .spec.colour
          schema:
            openAPIV3Schema:
              type: object
              description: Something that floats.
              properties:
                spec:
                  type: object
                  required: [length]
                  x-kubernetes-validations:
                  - rule: self.oars <= self.length * 2
                    message: too many oars for its length
                  properties:
                    length: {type: integer, minimum: 1, description: From bow to stern.}
                    oars: {type: integer, default: 2}
                    colour: {type: string, enum: [red, blue], default: blue}
                    hull:
                      type: string
                      x-kubernetes-validations:
                      - {rule: self == oldSelf, message: a hull is forever}
                status:
                  type: object
                  properties:
                    ready: {type: string}
                    oars: {type: integer}
      """;

  private static final String BOAT =
      """
      apiVersion: example.com/v1
      kind: Boat
      metadata: {name: %s}
      spec: {length: 5, hull: oak}
      """;

  @BeforeAll
  static void define() {
    Kubectl kubectl = SERVER.kubectl();
    assertThat(kubectl.apply(DEFINITION))
        .isEqualTo("customresourcedefinition.apiextensions.k8s.io/boats.example.com created\n");
    kubectl.ok("wait", "--for=condition=Established", "crd/boats.example.com", "--timeout=30s");
  }

  @Test
  void fillsInDefaultsAndPrunesTheUnknown() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-defaults");

    kubectl.apply(BOAT.formatted("gull").replace("hull: oak", "sail: big"), "--validate=false");

    assertThat(kubectl.field(".spec", "boat", "gull"))
        .isEqualTo("{\"colour\":\"blue\",\"length\":5,\"oars\":2}");
  }

  @Test
  void judgesByTheSchemaAndNamesTheField() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-judge");
    String boat = BOAT.formatted("gull");

    assertThat(kubectl.applyRefused(boat.replace("length: 5", "colour: green")))
        .contains(
            "The Boat \"gull\" is invalid",
            "spec.length: Required value",
            "spec.colour: Unsupported value: \"green\": supported values: \"red\", \"blue\"");
    assertThat(kubectl.applyRefused(boat.replace("length: 5", "length: 0")))
        .contains("spec.length: Invalid value: 0: spec.length in body should be greater than");
    assertThat(kubectl.applyRefused(boat.replace("length: 5", "length: long"), "--validate=false"))
        .contains("spec.length", "must be of type integer: \"string\"");
    assertThat(kubectl.applyRefused(boat.replace("hull: oak", "hool: oak")))
        .contains("unknown field \"spec.hool\"");
  }

  @Test
  void judgesByRules() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-rules");
    String boat = BOAT.formatted("gull");

    assertThat(kubectl.applyRefused(boat.replace("length: 5", "length: 1, oars: 9")))
        .contains("spec: Invalid value", "too many oars for its length");
    kubectl.apply(boat);
    assertThat(kubectl.applyRefused(boat.replace("oak", "elm")))
        .contains("spec.hull: Invalid value: \"elm\": a hull is forever");
  }

  @Test
  void printsItsColumnsAndSelectsByItsFields() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-columns");
    kubectl.apply(BOAT.formatted("gull"));
    kubectl.apply(BOAT.formatted("tern").replace("length: 5", "length: 5, colour: red"));

    assertThat(kubectl.ok("get", "bt").lines().toList().getFirst().split("\\s+"))
        .containsExactly("NAME", "OARS", "READY");
    assertThat(kubectl.ok("get", "boats", "-o", "wide").lines().toList().getFirst())
        .contains("COLOUR");
    assertThat(kubectl.ok("get", "boats", "--field-selector", "spec.colour=red", "-o", "name"))
        .isEqualTo("boat.example.com/tern\n");
    assertThat(kubectl.refused("get", "boats", "--field-selector", "spec.length=5"))
        .contains("field label not supported: spec.length");
    assertThat(kubectl.ok("get", "all", "-o", "name")).contains("boat.example.com/gull");
  }

  @Test
  void keepsStatusAndSpecApart() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-status");
    kubectl.apply(BOAT.formatted("gull"));

    kubectl.ok("patch", "boat", "gull", "--type=merge", "-p", "{\"status\":{\"ready\":\"no\"}}");
    assertThat(kubectl.field(".status", "boat", "gull")).isEmpty();
    kubectl.ok(
        "patch",
        "boat",
        "gull",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"ready\":\"yes\"},\"spec\":{\"oars\":4}}");

    assertThat(kubectl.field(".status.ready", "boat", "gull")).isEqualTo("yes");
    assertThat(kubectl.field(".spec.oars", "boat", "gull")).isEqualTo("2");
    assertThat(kubectl.field(".metadata.generation", "boat", "gull")).isEqualTo("1");
  }

  @Test
  void scalesByItsOwnPath() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-scale");
    kubectl.apply(BOAT.formatted("gull"));

    assertThat(kubectl.ok("scale", "boat", "gull", "--replicas=6"))
        .isEqualTo("boat.example.com/gull scaled\n");
    assertThat(kubectl.field(".spec.oars", "boat", "gull")).isEqualTo("6");
  }

  @Test
  void isExplainedFromItsSchema() {
    Kubectl kubectl = SERVER.kubectl();

    assertThat(kubectl.ok("explain", "boat"))
        .contains("GROUP:      example.com", "KIND:       Boat", "Something that floats.");
    assertThat(kubectl.ok("explain", "boats.spec.length"))
        .contains("FIELD: length <integer>", "From bow to stern.");
    assertThat(kubectl.ok("api-resources", "--api-group=example.com"))
        .containsPattern("boats +bt +example.com/v1 +true +Boat");
  }

  @Test
  void goesWithItsDefinition() {
    Kubectl kubectl = SERVER.kubectl().fresh("crd-end");
    kubectl.apply(
        DEFINITION
            .replace("boats", "ships")
            .replace("boat", "ship")
            .replace("Boat", "Ship")
            .replace("bt", "sh"));
    kubectl.ok("wait", "--for=condition=Established", "crd/ships.example.com", "--timeout=30s");
    kubectl.apply(BOAT.formatted("gull").replace("Boat", "Ship"));

    kubectl.ok("delete", "crd", "ships.example.com", "--timeout=60s");

    assertThat(kubectl.refused("get", "ships"))
        .containsAnyOf(
            "the server doesn't have a resource type \"ships\"",
            "the server could not find the requested resource");
  }

  @Test
  void refusesADefinitionThatIsNotStructural() {
    assertThat(
            SERVER
                .kubectl()
                .applyRefused(
                    DEFINITION
                        .replace("boats", "rafts")
                        .replace("length: {type: integer, minimum: 1", "length: {minimum: 1")))
        .contains(
            "spec.validation.openAPIV3Schema.properties[spec].properties[length].type",
            "Required value: must not be empty for specified object fields");
  }
}
