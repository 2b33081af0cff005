package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.ValueMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingTest {
  private static final Direct PAGE = new Direct(200, "text/plain", "");

  private static CompiledTable compile(RouteTable table) {
    return CompiledTable.of(
        table,
        new CompiledTable.Parts(new Upstreams(new LoadMeters()), new Identities()),
        CompiledTable.EMPTY);
  }

  private static String find(CompiledTable table, FakeRequest request) {
    var host = table.host(request.authority());
    var rule = host == null ? null : host.find(request, request.rawPath());
    return rule == null ? "-" : rule.rule().id();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          iris.default.localhost       | exact  | the name itself
          iris.default.localhost:8080  | exact  | a port does not matter
          IRIS.Default.LocalHost       | exact  | nor case
          iris.default.localhost.      | exact  | nor the dot of the root
          a.example.com                | deep   | a wildcard takes one label
          a.b.example.com:80           | deep   | or several
          example.com                  | any    | but not none
          x.sub.example.com            | deeper | the longer wildcard decides
          [::1]:8080                   | six    | an address of version 6
          unknown                      | any    | what is left
          ''                           | any    | no host at all
          """)
  void theMostSpecificHostDecides(String authority, String id, String why) {
    var table =
        compile(
            Tables.of(
                Map.of(
                    "iris.default.localhost", List.of(Tables.rule("exact", PAGE)),
                    "*.example.com", List.of(Tables.rule("deep", PAGE)),
                    "*.sub.example.com", List.of(Tables.rule("deeper", PAGE)),
                    "[::1]", List.of(Tables.rule("six", PAGE)),
                    "*", List.of(Tables.rule("any", PAGE)))));
    assertThat(find(table, FakeRequest.get(authority, "/"))).as(why).isEqualTo(id);
  }

  @Test
  void changesOfSomeHostsLeaveAllOthers() {
    var parts = new CompiledTable.Parts(new Upstreams(new LoadMeters()), new Identities());
    var first = new HashMap<String, List<RouteTable.Rule>>();
    for (int i = 0; i < 3000; i++) {
      first.put("h" + i + ".example.com", List.of(Tables.rule("r" + i, PAGE)));
    }
    first.put("*.example.com", List.of(Tables.rule("suffix", PAGE)));
    var before = CompiledTable.of(Tables.of(first), parts, CompiledTable.EMPTY);
    var changes = new HashMap<String, Optional<RouteTable.VirtualHost>>();
    changes.put("h7.example.com", Optional.empty());
    var moved = Tables.of(Map.of("h8.example.com", List.of(Tables.rule("moved", PAGE))));
    moved.hosts().forEach((name, host) -> changes.put(name, Optional.of(host)));
    changes.put("*.example.com", Optional.empty());

    var after = before.with(changes, parts);

    assertThat(find(before, FakeRequest.get("h7.example.com", "/"))).isEqualTo("r7");
    assertThat(find(before, FakeRequest.get("h8.example.com", "/"))).isEqualTo("r8");
    assertThat(find(after, FakeRequest.get("h7.example.com", "/"))).isEqualTo("-");
    assertThat(find(after, FakeRequest.get("h8.example.com", "/"))).isEqualTo("moved");
    assertThat(find(after, FakeRequest.get("x.example.com", "/"))).isEqualTo("-");
    for (int i = 9; i < 3000; i++) {
      var host = "h" + i + ".example.com";
      assertThat(find(after, FakeRequest.get(host, "/"))).isEqualTo("r" + i);
      assertThat(after.host(host)).isSameAs(before.host(host));
    }
    assertThat(after.rules()).hasSize(2999);
  }

  @ParameterizedTest(name = "{0} {1} {2}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EXACT                | /foo        | /foo      | true  | the same
          EXACT                | /foo        | /foo/     | false | a slash is another path
          ELEMENT_PREFIX       | /           | /any      | true  | everything is below the root
          ELEMENT_PREFIX       | /foo        | /foo      | true  | itself
          ELEMENT_PREFIX       | /foo        | /foo/bar  | true  | below it
          ELEMENT_PREFIX       | /foo        | /foobar   | false | not half an element
          ELEMENT_PREFIX       | /foo/       | /foo      | true  | a slash at the end says nothing
          ELEMENT_PREFIX       | /foo        | /Foo      | false | paths know case
          TEXT_PREFIX          | /foo        | /foobar   | true  | any text behind
          REGEX                | /v[12]/.*   | /v1/x     | true  | an expression
          REGEX                | /v[12]      | /v1/x     | false | of the whole path
          REGEX_IGNORING_CASE  | /V1/.*      | /v1/x     | true  | without case
          REGEX                | (a+)+$      | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | false | gives up in time
          """)
  void pathsMatch(PathMatch.Type type, String value, String path, boolean matches, String why) {
    assertThat(PathRule.of(new PathMatch(type, value)).matches(path)).as(why).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EXACT   | blue  | blue    | true
          EXACT   | blue  | blue2   | false
          EXACT   | blue  |         | false
          REGEX   | bl.*  | blue    | true
          REGEX   | bl    | blue    | false
          PRESENT |       | x       | true
          PRESENT |       |         | false
          ABSENT  |       |         | true
          ABSENT  |       | x       | false
          """)
  void headersAndQueriesMatch(ValueMatch.Type type, String wanted, String given, boolean matches) {
    var value = new ValueMatch("color", type, wanted == null ? "" : wanted);
    var byHeader = new Match(PathMatch.ANY, "", List.of(value), List.of());
    var byQuery = new Match(PathMatch.ANY, "", List.of(), List.of(value));
    var table = compile(Tables.one("h", Tables.rule("header", byHeader, PAGE)));
    var request = FakeRequest.get("h", "/");
    assertThat(find(table, given == null ? request : request.with("Color", given)))
        .isEqualTo(matches ? "header" : "-");
    var queries = compile(Tables.one("h", Tables.rule("query", byQuery, PAGE)));
    var query = given == null ? "/" : "/?a=b&color=" + given;
    assertThat(find(queries, FakeRequest.get("h", query))).isEqualTo(matches ? "query" : "-");
  }

  @Test
  void theMethodCounts() {
    var posts = new Match(PathMatch.ANY, "POST", List.of(), List.of());
    var table = compile(Tables.one("h", Tables.rule("posts", posts, PAGE)));
    assertThat(find(table, FakeRequest.get("h", "/"))).isEqualTo("-");
    assertThat(find(table, FakeRequest.post("h", "/", new byte[0]))).isEqualTo("posts");
  }

  /// The index of many rules finds what asking each in turn finds.
  @Test
  void ofManyRulesTheFirstThatMatchesDecides() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      var rules = new ArrayList<Rule>();
      for (int i = 0; i < 40; i++) {
        var types = PathMatch.Type.values();
        var match = Tables.path(types[random.nextInt(types.length)], randomPath(random));
        rules.add(Tables.rule("rule-" + i, match, PAGE));
      }
      var table = compile(Tables.one("h", rules.toArray(new Rule[0])));
      for (int i = 0; i < 50; i++) {
        var request = FakeRequest.get("h", randomPath(random));
        var expected =
            rules.stream()
                .filter(rule -> PathRule.of(rule.match().path()).matches(request.rawPath()))
                .findFirst()
                .map(Rule::id)
                .orElse("-");
        assertThat(find(table, request))
            .as("seed %d, path %s", seed, request.rawPath())
            .isEqualTo(expected);
      }
    }
  }

  private static String randomPath(Random random) {
    var path = new StringBuilder();
    for (int depth = random.nextInt(4); depth >= 0; depth--) {
      path.append('/').append(random.nextInt(5) == 0 ? "" : "ab".charAt(random.nextInt(2)));
    }
    return path.toString();
  }

  @Test
  void aMalformedExpressionNamesItsRule() {
    var match = Tables.path(PathMatch.Type.REGEX, "/(");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> compile(Tables.one("h", Tables.rule("default/web", match, PAGE))))
        .withMessageContaining("default/web")
        .withMessageContaining("/(");
  }
}
