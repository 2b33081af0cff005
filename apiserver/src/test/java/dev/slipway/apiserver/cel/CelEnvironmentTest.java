package dev.slipway.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Examples are those of the Kubernetes documentation and of `k8s.io/apiserver/pkg/cel/library`.
class CelEnvironmentTest {
  private static final ObjectNode OBJECT =
      Json.parseObject(
          """
          {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "a", "namespace": "ns",
            "labels": {"app.kubernetes.io/name": "x"}},
           "spec": {"replicas": 3, "ratio": 0.5, "names": ["b", "a"], "numbers": [1, 2, 3],
            "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}],
            "either": "25%", "nothing": null, "a-b": 1, "namespace": "own"}}
          """);
  private static final CelEnvironment DYNAMIC =
      CelEnvironment.builder().dynamic("self").dynamic("oldSelf").build();

  private static final Schema INTEGER = Schema.of(Schema.Type.INTEGER).build();
  private static final Schema STRING = Schema.of(Schema.Type.STRING).build();
  private static final Schema PORT =
      Schema.of(Schema.Type.OBJECT).property("name", STRING).property("port", INTEGER).build();
  private static final Schema SPEC =
      Schema.of(Schema.Type.OBJECT)
          .property("replicas", INTEGER)
          .property("ratio", Schema.of(Schema.Type.NUMBER).build())
          .property("names", Schema.of(Schema.Type.ARRAY).items(STRING).build())
          .property("numbers", Schema.of(Schema.Type.ARRAY).items(INTEGER).build())
          .property("ports", Schema.of(Schema.Type.ARRAY).items(PORT).build())
          .property("labels", Schema.of(Schema.Type.OBJECT).values(STRING).build())
          .property("either", Schema.of(Schema.Type.INT_OR_STRING).build())
          .property("when", Schema.of(Schema.Type.STRING).format("date-time").build())
          .property("wait", Schema.of(Schema.Type.STRING).format("duration").build())
          .property("data", Schema.of(Schema.Type.STRING).format("byte").build())
          .property("open", Schema.of(Schema.Type.OBJECT).preserveUnknown(true).build())
          .property("a-b", INTEGER)
          .property("namespace", STRING)
          .build();
  private static final Schema ROOT = Schema.of(Schema.Type.OBJECT).property("spec", SPEC).build();
  private static final CelEnvironment TYPED =
      CelEnvironment.builder().typed("self", ROOT, true).typed("oldSelf", ROOT, true).build();

  private static CelProgram compiled(CelEnvironment environment, String expression) {
    return switch (environment.compile(expression)) {
      case CelCompilation.Program(CelProgram program) -> program;
      case CelCompilation.Refused(String message) -> throw new AssertionError(message);
    };
  }

  private static String refusal(CelEnvironment environment, String expression) {
    return switch (environment.compileCondition(expression)) {
      case CelCompilation.Program _ -> "";
      case CelCompilation.Refused(String message) -> message;
    };
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          self.spec.replicas == 3
          self.spec.replicas > 2.5
          self.spec.ratio < 1
          has(self.spec.replicas) && !has(self.spec.missing)
          self.spec.names.all(n, n.size() == 1)
          self.spec.ports.exists(p, p.name == 'http' && p.port == 80)
          self.spec.ports.exists_one(p, p.port > 100)
          self.spec.ports.map(p, p.port) == [80, 443]
          self.spec.ports.filter(p, p.port > 100).size() == 1
          self.spec.numbers.sum() == 6
          self.spec.numbers.min() == 1 && self.spec.numbers.max() == 3
          self.spec.numbers.isSorted() && !self.spec.names.isSorted()
          self.spec.names.indexOf('a') == 1 && self.spec.names.lastIndexOf('zz') == -1
          'hello'.indexOf('l') == 2 && 'hello'.lastIndexOf('l') == 3
          'a' in self.spec.names && !('q' in self.spec.names)
          3 in self.spec.numbers
          self.spec.names == ['b', 'a']
          self.spec.names + ['c'] == ['b', 'a', 'c']
          self.spec.either == '25%' && type(self.spec.either) == string
          self.spec.a__dash__b == 1
          self.metadata.name.startsWith('a')
          self.spec.names.join('-') == 'b-a'
          'TacoCat'.lowerAscii() == 'tacocat' && 'abc'.split('') == ['a', 'b', 'c']
          '%s-%d'.format([dyn('x'), 3]) == 'x-3' && '%.2f'.format([1.5]) == '1.50'
          'abc 123'.find('[0-9]+') == '123' && 'nope'.find('[0-9]+') == ''
          '123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '1 2 3'.findAll('[0-9]', 1) == ['1']
          'x'.matches('^[a-z]$')
          quantity('1Gi').isGreaterThan(quantity('1G')) && isQuantity('1.3Gi') && !isQuantity('1,3')
          quantity('50k').add(20).asInteger() == 50020 && quantity('50k').sub(quantity('1k')) == quantity('49k')
          quantity('200M').compareTo(quantity('0.2G')) == 0 && sign(quantity('-1')) == -1
          isURL('https://example.com:80/path') && !isURL('example.com') && isURL('/path')
          url('https://user@example.com:80/a b?k=v&k=w#f').getHost() == 'example.com:80'
          url('https://[::1]:80/a b').getHostname() == '::1' && url('https://[::1]:80/').getPort() == '80'
          url('https://e.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'
          url('https://e.com/?k=v&k=w').getQuery() == {'k': ['v', 'w']}
          ip('127.0.0.1').isLoopback() && ip('::1').family() == 6 && !isIP('127.0.0.256')
          ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')
          string(ip('2001:DB8:0:0::1')) == '2001:db8::1'
          cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))
          cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')
          cidr('10.0.0.0/8').ip() == ip('10.0.0.0') && cidr('::1/128').prefixLength() == 128 && isCIDR('10.0.0.0/8')
          !format.dns1123Label().validate('good').hasValue() && format.dns1123Label().validate('Bad').hasValue()
          format.named('uuid').hasValue() && !format.named('nope').hasValue()
          format.named('labelValue').value().validate('x_y') == optional.none()
          isSemver('1.0.0') && !isSemver('v1.0') && isSemver('v1.0', true)
          semver('1.2.3').compareTo(semver('2.0.0')) == -1 && semver('1.2.3').major() == 1
          semver('1.0.0-alpha.1').isLessThan(semver('1.0.0'))
          sets.contains([1, 2], [1]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1])
          self.?spec.?replicas.orValue(1) == 3 && self.?spec.?missing.orValue(7) == 7
          [1, 2, 3].transformList(i, v, v > 1, v * 2) == [4, 6]
          self.metadata.labels['app.kubernetes.io/name'] == 'x'
          self.metadata.labels.all(k, k.contains('/'))
          self.metadata.labels.size() == 1
          self == self && self.spec != self.metadata
          duration('1h') > duration('59m') && timestamp('2020-01-01T00:00:00Z') < timestamp('2021-01-01T00:00:00Z')
          int('3') == 3 && string(3) == '3' && double(1) == 1.0
          [1, 2].reverse() == [2, 1] && [3, 1].sort() == [1, 3] && [1, 1].distinct() == [1]
          """)
  void holds(String expression) {
    var variables = Map.of("self", OBJECT);

    assertThat(compiled(DYNAMIC, expression).test(variables)).as(expression).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          self.spec.replicas == 3 && self.spec.ratio == 0.5
          self.metadata.name == 'a' && self.kind == 'Thing' && self.apiVersion == 'v1'
          self.spec.__namespace__ == 'own' && self.spec.a__dash__b == 1
          self.spec.ports.all(p, p.port > 0) && self.spec.ports[1].name == 'https'
          self.spec.numbers.sum() == 6 && self.spec.names.indexOf('a') == 1
          self.spec.either == '25%' ? true : self.spec.either > 3
          has(self.spec.ports) && !has(self.spec.wait)
          type(self.spec.ratio) == double
          !has(oldSelf.spec) || self.spec.replicas >= oldSelf.spec.replicas
          self == oldSelf && self.spec.ports == oldSelf.spec.ports
          self.spec.?wait.orValue(duration('1s')) == duration('1s')
          """)
  void typed_holds(String expression) {
    var variables = Map.of("self", OBJECT, "oldSelf", OBJECT);

    assertThat(compiled(TYPED, expression).test(variables)).as(expression).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          self.spec.replica > 1        ~ ERROR: <input>:1:10: undefined field 'replica'
          self.metadata.labels == {}   ~ ERROR: <input>:1:14: undefined field 'labels'
          self.spec.replicas == 'x'    ~ ERROR: <input>:1:20: found no matching overload for '_==_' applied to '(int, string)'
          self.spec.open.any == 1      ~ ERROR: <input>:1:15: undefined field 'any'
          self.spec.replicas           ~ must evaluate to bool
          self.spec.replicas >         ~ ERROR: <input>:1:21: mismatched input '<EOF>'
          other == 1                   ~ ERROR: <input>:1:1: undeclared reference to 'other'
          """)
  void refusesWhatTheSchemaDoesNotAllow(String expression, String message) {
    assertThat(refusal(TYPED, expression)).startsWith(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          self.spec.missing == 1              ~ no such key: missing
          self.metadata.labels['q'] == 'x'    ~ no such key: q
          self.spec.names[7] == 'x'           ~ index out of bounds: 7
          self.spec.replicas / 0 == 1         ~ division by zero
          self.spec.either > 3                ~ no such overload
          9223372036854775807 + self.spec.replicas > 0 ~ integer overflow
          quantity('x') == quantity('1')      ~ quantities must match the regular expression
          """)
  void failsInTheOriginalsWords(String expression, String message) {
    var program = compiled(DYNAMIC, expression);

    assertThatThrownBy(() -> program.test(Map.of("self", OBJECT)))
        .isInstanceOf(CelException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void stopsWhenAComprehensionTakesTooManySteps() {
    var many = Json.object();
    var list = many.putArray("list");
    for (int i = 0; i < 2000; i++) {
      list.add(i);
    }
    var program = compiled(DYNAMIC, "self.list.all(a, self.list.all(b, self.list.all(c, true)))");

    assertThatThrownBy(() -> program.test(Map.of("self", many)))
        .hasMessage("operation cancelled: actual cost limit exceeded");
  }

  @Test
  void computesLazyFieldsOnceAndOnlyWhenRead() {
    var environment = CelEnvironment.builder().fields("variables", Set.of("big", "unused")).build();
    var count = new AtomicInteger();
    var fields =
        new CelLazyFields(
            Map.of(
                "big",
                () -> (long) count.incrementAndGet(),
                "unused",
                () -> {
                  throw new AssertionError("read");
                }));

    var program = compiled(environment, "variables.big == 1 && variables.big == 1");

    assertThat(program.test(Map.of("variables", fields))).isTrue();
    assertThat(refusal(environment, "variables.other == 1")).contains("undefined field 'other'");
  }

  @Test
  void asksTheAuthorizer() {
    var environment = CelEnvironment.builder().authorizer("authorizer").build();
    Authorizer onlyDeployments =
        asked ->
            new Authorizer.Decision(
                asked.resource().equals("deployments") || asked.path().equals("/healthz"),
                "for " + asked.user().name());
    var request =
        new Attributes(
            UserInfo.of("ann"), "create", "apps", "v1", "deployments", "", "ns", "d", "");
    var variables = Map.of("authorizer", CelAuthorizer.forRequest(onlyDeployments, request));

    for (String expression :
        new String[] {
          "authorizer.group('apps').resource('deployments').namespace('ns').check('get').allowed()",
          "!authorizer.group('').resource('pods').check('list').allowed()",
          "authorizer.path('/healthz').check('get').allowed()",
          "authorizer.requestResource.check('create').allowed()",
          "authorizer.serviceAccount('ns', 'sa').path('/x').check('get').reason()"
              + " == 'for system:serviceaccount:ns:sa'",
        }) {
      assertThat(compiled(environment, expression).test(variables)).as(expression).isTrue();
    }
  }

  @Test
  void readsFormattedTextAsItsFormatSays() {
    var object =
        Json.parseObject(
            """
            {"spec": {"when": "2024-01-02T03:04:05Z", "wait": "90s", "data": "aGk="}}
            """);
    var program =
        compiled(
            TYPED,
            "self.spec.when.getFullYear() == 2024 && self.spec.wait == duration('1m30s')"
                + " && self.spec.data == b'hi'");

    assertThat(program.test(Map.of("self", object))).isTrue();
  }
}
