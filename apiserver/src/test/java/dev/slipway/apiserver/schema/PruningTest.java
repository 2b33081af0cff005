package dev.slipway.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Cases follow `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`.
class PruningTest {
  private static ObjectNode json(String relaxed) {
    return Json.parseObject(relaxed.replace('\'', '"'));
  }

  private static final Schema SCHEMA =
      SchemaReader.read(
          json(
              """
              {'type': 'object', 'properties': {
                'spec': {'type': 'object', 'properties': {
                  'a': {'type': 'string'},
                  'list': {'type': 'array', 'items': {'type': 'object', 'properties':
                    {'n': {'type': 'integer'}}}},
                  'map': {'type': 'object', 'additionalProperties': {'type': 'object',
                    'properties': {'n': {'type': 'integer'}}}},
                  'open': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true,
                    'properties': {'known': {'type': 'object'}}},
                  'whole': {'type': 'object', 'x-kubernetes-embedded-resource': true,
                    'properties': {'spec': {'type': 'object'}}}}}}}
              """));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {'spec': {'a': 'x'}}                              ~ ``                     ~ {"spec":{"a":"x"}}
          {'spec': {'a': 'x', 'b': 1}, 'z': 1}              ~ spec.b,z               ~ {"spec":{"a":"x"}}
          {'spec': {'list': [{'n': 1, 'm': 1}]}}            ~ spec.list[0].m         ~ {"spec":{"list":[{"n":1}]}}
          {'spec': {'map': {'k': {'n': 1, 'm': 1}}}}        ~ spec.map.k.m           ~ {"spec":{"map":{"k":{"n":1}}}}
          {'spec': {'open': {'any': {'x': 1}, 'known': {'y': 1}}}} ~ spec.open.known.y ~ {"spec":{"open":{"any":{"x":1},"known":{}}}}
          {'spec': {'whole': {'apiVersion': 'v1', 'kind': 'A', 'metadata': {'x': 1}, 'b': 1}}} ~ spec.whole.b ~ {"spec":{"whole":{"apiVersion":"v1","kind":"A","metadata":{"x":1}}}}
          """)
  void dropsWhatTheSchemaDoesNotKnow(String object, String unknown, String left) {
    ObjectNode tree = json(object);

    assertThat(String.join(",", Pruning.prune(tree, SCHEMA))).isEqualTo(unknown);
    assertThat(tree).hasToString(left);
  }

  @Test
  void namesUnknownFieldsAsStrictValidationDoes() {
    assertThat(Pruning.strict(Pruning.prune(json("{'b': 1, 'a': 1}"), SCHEMA)))
        .isEqualTo("strict decoding error: unknown field \"a\", unknown field \"b\"");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {}                     ~ {"a":"A"}
          {'a': null}            ~ {"a":"A"}
          {'n': null}            ~ {"n":null,"a":"A"}
          {'p': null}            ~ {"a":"A"}
          {'o': {}}              ~ {"o":{"i":1},"a":"A"}
          {'l': [{}, {'i': 2}]}  ~ {"l":[{"i":1},{"i":2}],"a":"A"}
          {'m': {'k': {}, 'q': null}} ~ {"m":{"k":{"i":1}},"a":"A"}
          """)
  void fillsDefaultsAndDropsNullsThatMayNotBe(String object, String expected) {
    Schema schema =
        SchemaReader.read(
            json(
                """
                {'type': 'object', 'properties': {
                  'a': {'type': 'string', 'default': 'A'},
                  'n': {'type': 'string', 'nullable': true},
                  'p': {'type': 'string'},
                  'o': {'type': 'object', 'properties': {'i': {'type': 'integer', 'default': 1}}},
                  'l': {'type': 'array', 'items': {'type': 'object', 'properties':
                    {'i': {'type': 'integer', 'default': 1}}}},
                  'm': {'type': 'object', 'additionalProperties': {'type': 'object', 'properties':
                    {'i': {'type': 'integer', 'default': 1}}}}}}
                """));
    ObjectNode tree = json(object);

    Defaulting.apply(tree, schema);

    assertThat(tree).hasToString(expected);
  }

  @Test
  void wordsTypeMistakesOfBuiltInKindsAsADecoderDoes() {
    Schema spec =
        Schema.of(Schema.Type.OBJECT)
            .typeName("io.k8s.api.apps.v1.DeploymentSpec")
            .property("replicas", Schema.of(Schema.Type.INTEGER).format("int32").build())
            .build();
    Schema deployment =
        Schema.of(Schema.Type.OBJECT)
            .typeName("io.k8s.api.apps.v1.Deployment")
            .property("spec", spec)
            .build();

    assertThat(DecodeCheck.problem(json("{'spec': {'replicas': 'x'}}"), deployment))
        .hasValue(
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of"
                + " type int32");
    assertThat(DecodeCheck.problem(json("{'spec': 'x'}"), deployment))
        .hasValue(
            "json: cannot unmarshal string into Go struct field Deployment.spec of type"
                + " v1.DeploymentSpec");
    assertThat(DecodeCheck.problem(json("{'spec': {'replicas': 1}}"), deployment)).isEmpty();
  }
}
