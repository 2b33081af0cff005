package dev.slipway.api.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// The cases are those of `tests/cel` of kubernetes-sigs/gateway-api.
final class GatewayRulesTest {
  private static final KindRules.Admitting NOBODY =
      new KindRules.Admitting() {
        @Override
        public Optional<ObjectNode> before() {
          return Optional.empty();
        }

        @Override
        public String user() {
          return "";
        }

        @Override
        public Optional<ObjectNode> find(
            String group, String plural, String namespace, String name) {
          return Optional.empty();
        }

        @Override
        public List<ObjectNode> list(String group, String plural, String namespace) {
          return List.of();
        }

        @Override
        public Consumer<String> warnings() {
          return _ -> {};
        }
      };

  private static List<String> fields(KindRules rules, String spec) {
    return rules.judge(NOBODY, Json.parseObject("{\"spec\":" + spec + "}")).stream()
        .map(Problem::field)
        .toList();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule | field | why
          {"backendRefs":[{"name":"a","port":80}]}                                         |                                   | plain
          {"backendRefs":[{"name":"a"}]}                                                   | spec.rules[0].backendRefs[0].port | a Service without a port
          {"backendRefs":[{"name":"a","kind":"Other"}]}                                    |                                   | another kind needs none
          {"matches":[{"path":{"type":"PathPrefix","value":"a"}}]}                         | spec.rules[0].matches[0].path.value | no slash
          {"matches":[{"path":{"type":"Exact","value":"/a//b"}}]}                          | spec.rules[0].matches[0].path.value | two slashes
          {"matches":[{"path":{"type":"Exact","value":"/a/.."}}]}                          | spec.rules[0].matches[0].path.value | dots at the end
          {"matches":[{"path":{"type":"Exact","value":"/a#b"}}]}                           | spec.rules[0].matches[0].path.value | a fragment
          {"matches":[{"path":{"type":"RegularExpression","value":"/a.*"}}]}               |                                   | an expression
          {"matches":[{"path":{"type":"RegularExpression","value":"(a"}}]}                 | spec.rules[0].matches[0].path.value | a broken one
          {"filters":[{"type":"RequestRedirect","requestRedirect":{}}]}                    |                                   | a redirect
          {"filters":[{"type":"RequestRedirect","requestRedirect":{}}],"backendRefs":[{"name":"a","port":80}]} | spec.rules[0].backendRefs | a redirect with backends
          {"filters":[{"type":"RequestMirror"}]}                                           | spec.rules[0].filters[0].requestMirror | no mirror
          {"filters":[{"type":"CORS","cors":{},"urlRewrite":{}}]}                          | spec.rules[0].filters[0].urlRewrite | of another type
          {"filters":[{"type":"URLRewrite","urlRewrite":{}},{"type":"URLRewrite","urlRewrite":{}}]} | spec.rules[0].filters[1].type | twice
          {"filters":[{"type":"URLRewrite","urlRewrite":{}},{"type":"RequestRedirect","requestRedirect":{}}]} | spec.rules[0].filters | together
          {"filters":[{"type":"URLRewrite","urlRewrite":{"path":{"type":"ReplaceFullPath","replacePrefixMatch":"/a"}}}]} | spec.rules[0].filters[0].urlRewrite.path.replaceFullPath,spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch | the other's field
          {"matches":[{"path":{"type":"Exact","value":"/a"}}],"filters":[{"type":"URLRewrite","urlRewrite":{"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/a"}}}]} | spec.rules[0].filters[0].urlRewrite.path.type | no prefix to replace
          {"filters":[{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"a","port":80},"percent":5,"fraction":{"numerator":1}}}]} | spec.rules[0].filters[0].requestMirror.fraction | two shares
          {"timeouts":{"request":"1s","backendRequest":"2s"}}                              | spec.rules[0].timeouts.backendRequest | an attempt longer than all
          {"timeouts":{"request":"0s","backendRequest":"2s"}}                              |                                   | no limit for all
          """)
  void judgesRules(String rule, String field, String why) {
    assertThat(fields(new RouteRules("HTTPRoute"), "{\"rules\":[" + rule + "]}"))
        .as(why)
        .containsExactlyElementsOf(field == null ? List.of() : List.of(field.split(",", -1)));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # listeners | field | why
          {"name":"a","port":80,"protocol":"HTTP"}                                                  |                                      | plain
          {"name":"a","port":80,"protocol":"HTTP","tls":{"certificateRefs":[{"name":"x"}]}}         | spec.listeners[0].tls                | TLS of clear text
          {"name":"a","port":443,"protocol":"HTTPS","tls":{"mode":"Terminate"}}                     | spec.listeners[0].tls.certificateRefs | no certificate
          {"name":"a","port":443,"protocol":"HTTPS","tls":{"mode":"Passthrough"}}                   | spec.listeners[0].tls.mode           | passed through
          {"name":"a","port":80,"protocol":"TCP","hostname":"a.org"}                                | spec.listeners[0].hostname           | a name of TCP
          {"name":"a","port":80,"protocol":"HTTP"},{"name":"a","port":81,"protocol":"HTTP"}         | spec.listeners[1].name               | one name twice
          {"name":"a","port":80,"protocol":"HTTP"},{"name":"b","port":80,"protocol":"HTTP"}         | spec.listeners[1]                    | one place twice
          {"name":"a","port":80,"protocol":"HTTP"},{"name":"b","port":80,"protocol":"HTTP","hostname":"a.org"} |                           | a name beside all
          """)
  void judgesListeners(String listeners, String field, String why) {
    assertThat(fields(new GatewayRules(), "{\"listeners\":[" + listeners + "]}"))
        .as(why)
        .containsExactlyElementsOf(field == null ? List.of() : List.of(field));
  }
}
