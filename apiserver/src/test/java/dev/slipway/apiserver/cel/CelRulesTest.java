package dev.slipway.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.schema.SchemaReader;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules of the Kubernetes documentation, "Validation rules".
class CelRulesTest {
  private static final String SCHEMA =
      """
      {'type': 'object', 'properties': {'spec': {'type': 'object',
        'x-kubernetes-validations': [
          {'rule': 'self.minReplicas <= self.replicas', 'messageExpression':
            '"replicas " + string(self.replicas) + " is below " + string(self.minReplicas)'},
          {'rule': 'self.replicas <= self.maxReplicas', 'message': 'too many',
            'fieldPath': '.replicas', 'reason': 'FieldValueForbidden'}],
        'properties': {
          'minReplicas': {'type': 'integer', 'default': 0},
          'replicas': {'type': 'integer'},
          'maxReplicas': {'type': 'integer',
            'x-kubernetes-validations': [{'rule': 'self >= oldSelf', 'message': 'may only grow'}]},
          'fixed': {'type': 'string', 'x-kubernetes-validations': [
            {'rule': 'oldSelf.hasValue() ? self == oldSelf.value() : self.size() > 1',
             'optionalOldSelf': true}]},
          'list': {'type': 'array', 'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['k'], 'items': {'type': 'object', 'properties':
              {'k': {'type': 'string'}, 'v': {'type': 'integer', 'x-kubernetes-validations':
                [{'rule': 'self == oldSelf', 'message': 'fixed'}]}}}},
          'once': {'type': 'object', 'x-kubernetes-validations': [
              {'rule': 'self == oldSelf', 'message': 'settled'}], 'properties': {
                'n': {'type': 'integer'}, 'l': {'type': 'array', 'items': {'type': 'object',
                  'properties': {'s': {'type': 'string'}}}}}},
          'checked': {'type': 'integer', 'x-kubernetes-validations': [{'rule': 'self > 3'}]},
          'whole': {'type': 'object', 'x-kubernetes-embedded-resource': true,
            'x-kubernetes-preserve-unknown-fields': true,
            'x-kubernetes-validations': [{'rule': "self.metadata.name.startsWith('w')"}]}
        }}}}
      """
          .replace("\"replicas \"", "\\\"replicas \\\"")
          .replace("\" is below \"", "\\\" is below \\\"")
          .replace("\"self.metadata.name.startsWith('w')\"", "<<")
          .replace('\'', '"')
          .replace("<<", "\"self.metadata.name.startsWith('w')\"");
  private static final CelRules RULES = CelRules.of(SchemaReader.read(Json.parseObject(SCHEMA)));

  private static Object tree(String spec) {
    return Json.parseObject("{\"spec\": " + spec.replace('\'', '"') + "}");
  }

  @ParameterizedTest(name = "{0} after {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3} ~ ``  ~ ``
          {'minReplicas': 3, 'replicas': 2, 'maxReplicas': 3} ~ ``  ~ spec: Invalid value: replicas 2 is below 3
          {'minReplicas': 1, 'replicas': 4, 'maxReplicas': 3} ~ ``  ~ spec.replicas: Forbidden: too many
          {'minReplicas': 1, 'replicas': 2} ~ `` ~ spec: Invalid value: "object": no such key: maxReplicas evaluating rule: self.replicas <= self.maxReplicas
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3} ~ {'maxReplicas': 4} ~ spec.maxReplicas: Invalid value: 3: may only grow
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'fixed': 'a'} ~ `` ~ spec.fixed: Invalid value: "a": failed rule: oldSelf.hasValue() ? self == oldSelf.value() : self.size() > 1
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'fixed': 'aa'} ~ {'fixed': 'ab'} ~ spec.fixed: Invalid value: "aa": failed rule: oldSelf.hasValue() ? self == oldSelf.value() : self.size() > 1
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'list': [{'k': 'n', 'v': 1}, {'k': 'a', 'v': 2}]} ~ {'list': [{'k': 'a', 'v': 1}]} ~ spec.list[1].v: Invalid value: 2: fixed
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'checked': 1} ~ `` ~ spec.checked: Invalid value: 1: failed rule: self > 3
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'checked': 1} ~ {'checked': 1} ~ ``
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'once': {'n': 1, 'l': [{'s': 'a'}]}} ~ {'once': {'l': [{'s': 'a'}], 'n': 1}} ~ ``
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'once': {'n': 1, 'l': [{'s': 'a'}]}} ~ {'once': {'n': 1, 'l': [{'s': 'b'}]}} ~ spec.once: Invalid value: settled
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'once': {'n': 1}} ~ {'once': {'n': 1, 'l': []}} ~ spec.once: Invalid value: settled
          {'minReplicas': 1, 'replicas': 2, 'maxReplicas': 3, 'whole': {'metadata': {'name': 'x'}}} ~ `` ~ spec.whole: Invalid value: failed rule: self.metadata.name.startsWith('w')
          """)
  void judges(String spec, String old, String expected) {
    var value = (tools.jackson.databind.JsonNode) tree(spec);
    var problems =
        old.isEmpty()
            ? RULES.validate(value)
            : RULES.validateUpdate(value, (tools.jackson.databind.JsonNode) tree(old));

    assertThat(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")))
        .isEqualTo(expected);
  }
}
