package dev.slipway.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Messages as kube-apiserver 1.36 words them.
class ValidationTest {
  private static JsonNode json(String relaxed) {
    return Json.parse(relaxed.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static Schema schema(String relaxed) {
    return SchemaReader.read(json(relaxed));
  }

  private static Schema withSpec(String relaxed) {
    return schema(
        "{'type': 'object', 'properties': {'spec': {'type': 'object', 'properties': {'x': "
            + relaxed
            + "}}}}");
  }

  private static String problems(Schema schema, JsonNode value) {
    return Validation.of(schema).validate(value).stream()
        .map(Problem::toString)
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {'type': 'integer'}                 ~ 1            ~ ``
          {'type': 'integer'}                 ~ 1.0          ~ ``
          {'type': 'integer'}                 ~ 1.5          ~ spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"
          {'type': 'integer'}                 ~ 'a'          ~ spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"
          {'type': 'string'}                  ~ 1            ~ spec.x: Invalid value: "integer": spec.x in body must be of type string: "integer"
          {'type': 'object'}                  ~ []           ~ spec.x: Invalid value: "array": spec.x in body must be of type object: "array"
          {'type': 'boolean'}                 ~ null         ~ spec.x: Invalid value: "null": spec.x in body must be of type boolean: "null"
          {'type': 'boolean', 'nullable': true} ~ null       ~ ``
          {'x-kubernetes-int-or-string': true} ~ '25%'       ~ ``
          {'x-kubernetes-int-or-string': true} ~ {}          ~ spec.x: Invalid value: "object": spec.x in body must be of type integer,string: "object"
          {'type': 'integer', 'maximum': 10}  ~ 11           ~ spec.x: Invalid value: 11: spec.x in body should be less than or equal to 10
          {'type': 'integer', 'minimum': 1}   ~ 0            ~ spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1
          {'type': 'number', 'maximum': 1, 'exclusiveMaximum': true} ~ 1 ~ spec.x: Invalid value: 1: spec.x in body should be less than 1
          {'type': 'number', 'minimum': 0.5, 'exclusiveMinimum': true} ~ 0.5 ~ spec.x: Invalid value: 0.5: spec.x in body should be greater than 0.5
          {'type': 'integer', 'multipleOf': 5} ~ 7           ~ spec.x: Invalid value: 7: spec.x in body should be a multiple of 5
          {'type': 'integer', 'format': 'int32'} ~ 3000000000 ~ <nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.x
          {'type': 'string', 'maxLength': 2}  ~ 'abc'        ~ spec.x: Too long: may not be more than 2 bytes
          {'type': 'string', 'maxLength': 2}  ~ '💡💡'        ~ ``
          {'type': 'string', 'minLength': 2}  ~ 'a'          ~ spec.x: Invalid value: "a": spec.x in body should be at least 2 chars long
          {'type': 'string', 'pattern': '^a+$'} ~ 'b'        ~ spec.x: Invalid value: "b": spec.x in body should match '^a+$'
          {'type': 'string', 'pattern': 'a'}  ~ 'bab'        ~ ``
          {'type': 'string', 'enum': ['b', 'a']} ~ 'c'       ~ spec.x: Unsupported value: "c": supported values: "b", "a"
          {'type': 'integer', 'enum': [1, 2]} ~ 3            ~ spec.x: Unsupported value: 3: supported values: "1", "2"
          {'type': 'array', 'items': {'type': 'integer'}, 'maxItems': 1} ~ [1, 2] ~ spec.x: Too many: 2: must have at most 1 items
          {'type': 'array', 'items': {'type': 'integer'}, 'minItems': 1} ~ [] ~ spec.x: Invalid value: 0: spec.x in body should have at least 1 items
          {'type': 'array', 'items': {'type': 'integer'}} ~ [1, 'a'] ~ spec.x[1]: Invalid value: "string": spec.x[1] in body must be of type integer: "string"
          {'type': 'object', 'maxProperties': 1, 'additionalProperties': {'type': 'string'}} ~ {'a': 'b', 'c': 'd'} ~ spec.x: Too many: 2: must have at most 1 items
          {'type': 'object', 'minProperties': 1} ~ {}        ~ spec.x: Invalid value: 0: spec.x in body should have at least 1 properties
          {'type': 'object', 'additionalProperties': {'type': 'string'}} ~ {'a': 1} ~ spec.x.a: Invalid value: "integer": spec.x.a in body must be of type string: "integer"
          {'type': 'object', 'required': ['a']} ~ {}         ~ spec.x.a: Required value
          {'type': 'string', 'format': 'email'} ~ 'nope'     ~ spec.x: Invalid value: "nope": spec.x in body must be of type email: "nope"
          {'type': 'string', 'format': 'unheard-of'} ~ 'any' ~ ``
          {'type': 'object', 'not': {'required': ['a']}} ~ {'a': 1} ~ <nil>: Invalid value: "": "spec.x" must not validate the schema (not)
          {'type': 'object', 'oneOf': [{'required': ['a']}, {'required': ['b']}]} ~ {'a': 1, 'b': 1} ~ <nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives
          {'type': 'object', 'anyOf': [{'required': ['a']}, {'required': ['b']}]} ~ {} ~ <nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf); spec.x.a: Required value
          {'type': 'integer', 'allOf': [{'minimum': 1}, {'maximum': 3}]} ~ 4 ~ spec.x: Invalid value: 4: spec.x in body should be less than or equal to 3; <nil>: Invalid value: "": "spec.x" must validate all the schemas (allOf)
          {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}} ~ ['a', 'b', 'a'] ~ spec.x[2]: Duplicate value: "a"
          {'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], 'items': {'type': 'object', 'properties': {'k': {'type': 'string'}}}} ~ [{'k': 'a'}, {'k': 'a'}] ~ spec.x[1]: Duplicate value: {"k":"a"}
          """)
  void judgesEachKeyword(String keywords, String value, String expected) {
    assertThat(problems(withSpec(keywords), json("{'spec': {'x': " + value + "}}")))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "date, 2024-02-29, 2023-02-29",
    "date-time, 2024-01-02T03:04:05Z, 2024-01-02",
    "datetime, 2024-01-02T03:04:05.5+01:00, 2024-01-02T25:04:05Z",
    "duration, 1h30m, soon",
    "email, a@b.c, a",
    "hostname, example.com, -a",
    "ipv4, 10.0.0.1, 10.0.0.256",
    "ipv6, ::1, 1.2.3.4",
    "cidr, 10.0.0.0/8, 10.0.0.0/33",
    "mac, 00:00:5e:00:53:01, 00:00",
    "uri, https://a/b, a b",
    "uuid, 123e4567-e89b-12d3-a456-426614174000, 123",
    "uuid4, 123e4567-e89b-42d3-a456-426614174000, 123e4567-e89b-12d3-a456-426614174000",
    "byte, aGVsbG8=, a",
    "isbn, 978-0321751041, 978-0321751040",
    "creditcard, 4111-1111-1111-1111, 4111-1111-1111-1112",
    "ssn, 123-45-6789, 1",
    "hexcolor, #ffffff, #ggg",
    "'rgbcolor', 'rgb(1,2,3)', 'rgb(1,2,256)'",
    "k8s-short-name, a-b, A",
    "k8s-long-name, a.b-c, a..b",
    "bsonobjectid, 507f1f77bcf86cd799439011, 5",
  })
  void judgesFormats(String format, String good, String bad) {
    Schema schema = schema("{'type': 'string', 'format': '" + format + "'}");

    assertThat(problems(schema, json("'" + good + "'"))).isEmpty();
    assertThat(problems(schema, json("'" + bad + "'"))).contains("must be of type " + format);
  }

  @Test
  void toleratesWhatWasStoredInvalidAndDidNotChange() {
    Schema schema =
        schema(
            """
            {'type': 'object', 'properties': {
              'a': {'type': 'string', 'maxLength': 1}, 'b': {'type': 'string', 'maxLength': 1},
              'l': {'type': 'array', 'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['k'], 'items': {'type': 'object', 'properties':
                  {'k': {'type': 'string'}, 'v': {'type': 'string', 'maxLength': 1}}}}}}
            """);
    JsonNode old = json("{'a': 'long', 'b': 'x', 'l': [{'k': '1', 'v': 'long'}]}");
    JsonNode same = json("{'a': 'long', 'b': 'y', 'l': [{'k': '2'}, {'k': '1', 'v': 'long'}]}");
    JsonNode worse = json("{'a': 'longer', 'b': 'y', 'l': [{'k': '1', 'v': 'other'}]}");

    assertThat(Validation.of(schema).validateUpdate(same, old)).isEmpty();
    assertThat(Validation.of(schema).validateUpdate(worse, old))
        .extracting(Problem::field)
        .containsExactly("a", "l[0].v");
  }

  @Test
  void staysQuickOnCatastrophicPatternsAndEnormousEnums() {
    var choices = Json.array();
    for (int i = 0; i < 100_000; i++) {
      choices.add("value-" + i);
    }
    var raw = Json.object().put("type", "string").put("pattern", "^(a+)+$");
    raw.set("enum", choices);
    Validation validation = Validation.of(SchemaReader.read(raw));
    JsonNode value = json("'" + "a".repeat(5_000) + "!'");

    assertThat(validation.validate(value)).hasSize(2);
  }

  @Test
  void followsDeepNesting() {
    String open = "{'type': 'object', 'properties': {'a': ".repeat(200);
    Schema schema = schema(open + "{'type': 'string'}" + "}}".repeat(200));
    JsonNode value = json("{'a': ".repeat(200) + "1" + "}".repeat(200));

    assertThat(problems(schema, value)).contains("must be of type string");
  }
}
