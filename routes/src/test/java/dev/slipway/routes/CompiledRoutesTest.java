package dev.slipway.routes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.Upstream.Wire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What each kind of manifest becomes in the table.
final class CompiledRoutesTest {
  private final Map<Key, Resource> world = new HashMap<>();

  CompiledRoutesTest() {
    put(
        Kinds.SERVICE,
        """
        {"metadata":{"name":"web","namespace":"default"},
         "spec":{"ports":[{"name":"http","port":8080,"targetPort":8080},{"name":"grpc","port":9000}]}}
        """);
    put(
        Kinds.SERVICE,
        """
        {"metadata":{"name":"next","namespace":"default"},"spec":{"ports":[{"port":80}]}}
        """);
  }

  private Resource put(Kind kind, String json) {
    var made = Resource.of(kind, Json.parseObject(json));
    world.put(made.key(), made);
    return made;
  }

  private Optional<Resource> find(Key key) {
    return Optional.ofNullable(world.get(key));
  }

  private Fragment ingress(String annotations, Resource... canaries) {
    var made = ingressNamed("main", "web", 8080, annotations);
    return IngressRoutes.compile(made, List.of(canaries), this::find);
  }

  private static Resource ingressNamed(String name, String service, int port, String annotations) {
    return Resource.of(
        Kinds.INGRESS,
        Json.parseObject(
            """
            {"metadata":{"name":"%s","namespace":"default","annotations":{%s}},
             "spec":{"tls":[],"rules":[{"host":"ai.example.com","http":{"paths":[
               {"path":"/predict","pathType":"Prefix",
                "backend":{"service":{"name":"%s","port":{"number":%d}}}}]}}]}}
            """
                .formatted(name, annotations, service, port)));
  }

  private static String nginx(String name, String value) {
    return "\"nginx.ingress.kubernetes.io/%s\":\"%s\"".formatted(name, value);
  }

  private static RouteTable.Rule only(Fragment fragment) {
    assertThat(fragment.rules()).hasSize(1);
    return fragment.rules().getFirst().rule();
  }

  private static Forwarding forwarding(RouteTable.Rule rule) {
    return (Forwarding) rule.action();
  }

  @Test
  void anIngressLeadsToThePortOfItsService() {
    var rule = only(ingress(""));
    assertThat(rule.match().path())
        .isEqualTo(new PathMatch(PathMatch.Type.ELEMENT_PREFIX, "/predict"));
    assertThat(forwarding(rule).backends()).containsExactly(Backend.of("default/web:8080", 100));
    assertThat(rule.policy().maxBodyBytes()).as("ingress-nginx's default").isEqualTo(1 << 20);
    assertThat(forwarding(rule).timeouts().idle()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void aRewriteTargetMakesThePathARegularExpressionAndReplacesAllOfIt() {
    var rule = only(ingress(nginx("rewrite-target", "/")));
    assertThat(rule.match().path())
        .isEqualTo(new PathMatch(PathMatch.Type.REGEX_IGNORING_CASE, "^/predict.*"));
    assertThat(forwarding(rule).edits().path()).contains(new PathEdit.Substitute("/"));
  }

  @Test
  void aMissingServiceAnswers503AndIsTold() {
    var made = ingressNamed("main", "nobody", 80, "");
    var fragment = IngressRoutes.compile(made, List.of(), this::find);
    assertThat(((Direct) only(fragment).action()).status()).isEqualTo(503);
    assertThat(fragment.problems()).singleElement().asString().contains("nobody");
  }

  @Test
  void aCanaryTakesItsShareByWeightHeaderAndCookie() {
    var canary =
        ingressNamed(
            "canary",
            "next",
            80,
            String.join(
                ",",
                nginx("canary", "true"),
                nginx("canary-weight", "20"),
                nginx("canary-by-header", "X-Next"),
                nginx("canary-by-cookie", "next")));
    var fragment = ingress("", canary);
    var byWeight = forwarding(fragment.rules().getFirst().rule());
    assertThat(byWeight.backends())
        .containsExactly(Backend.of("default/web:8080", 80), Backend.of("default/next:80", 20));
    var decided =
        fragment.rules().stream()
            .skip(1)
            .map(
                each ->
                    each.rule().match().headers().getFirst().name()
                        + " "
                        + forwarding(each.rule()).backends().getFirst().upstream())
            .toList();
    assertThat(decided)
        .containsExactly(
            "X-Next default/next:80",
            "X-Next default/web:8080",
            "cookie default/next:80",
            "cookie default/web:8080");
    assertThat(IngressRoutes.compile(canary, List.of(), this::find)).isEqualTo(Fragment.EMPTY);
  }

  @Test
  void headersDecideBeforeWeights() {
    var canary =
        ingressNamed(
            "canary",
            "next",
            80,
            nginx("canary", "true") + "," + nginx("canary-by-header", "X-Next"));
    var rules = rulesOf(List.of(ingress("", canary)), "ai.example.com");
    assertThat(rules.getLast().match().headers()).isEmpty();
    assertThat(rules).hasSize(3);
  }

  @Test
  void limitsAndBasicAuthenticationAreReadAsNginxDoes() {
    put(
        Kinds.SECRET,
        """
        {"metadata":{"name":"users","namespace":"default"},
         "data":{"auth":"YW5uYToke0FQUn0KYm9iOntTSEF9eA=="}}
        """);
    var policy =
        only(ingress(
                String.join(
                    ",",
                    nginx("auth-type", "basic"),
                    nginx("auth-secret", "users"),
                    nginx("limit-rps", "5"),
                    nginx("limit-connections", "7"),
                    nginx("proxy-body-size", "8m"),
                    nginx("whitelist-source-range", "10.0.0.0/8, 127.0.0.1/32"))))
            .policy();
    assertThat(((Identity.Basic) policy.identity().orElseThrow()).users())
        .containsOnlyKeys("anna", "bob");
    assertThat(policy.rate().orElseThrow().burst()).isEqualTo(25);
    assertThat(policy.clientShare()).contains(new RouteTable.ClientShare(7, List.of()));
    assertThat(policy.maxBodyBytes()).isEqualTo(8L << 20);
    assertThat(policy.allowedNetworks()).containsExactlyInAnyOrder("10.0.0.0/8", "127.0.0.1/32");
  }

  @Test
  void aPermanentRedirectNeedsNoBackend() {
    var rule = only(ingress(nginx("permanent-redirect", "https://example.org/new")));
    assertThat(rule.action())
        .isEqualTo(
            new Redirect(
                301,
                Optional.of("https"),
                Optional.of("example.org"),
                Optional.empty(),
                Optional.of(new PathEdit.Replace("/new"))));
  }

  @Test
  void aKnativeIngressLeadsToRevisionsByTheirNames() {
    var made =
        put(
            Kinds.KNATIVE_INGRESS,
            """
            {"metadata":{"name":"iris","namespace":"default"},"spec":{"rules":[
              {"hosts":["iris.default.localhost","iris.default.svc"],"http":{"paths":[{"splits":[
                {"serviceName":"iris-00001","serviceNamespace":"default","servicePort":80,"percent":90,
                 "appendHeaders":{"Knative-Serving-Revision":"iris-00001",
                                  "Knative-Serving-Namespace":"default"}},
                {"serviceName":"next","serviceNamespace":"default","servicePort":80,"percent":10}]}]}}]}}
            """);
    var fragment = KnativeIngressRoutes.compile(made, this::find);
    assertThat(fragment.rules()).hasSize(2);
    var backends = forwarding(fragment.rules().getFirst().rule()).backends();
    assertThat(backends)
        .extracting(Backend::upstream)
        .containsExactly("default/iris-00001", "default/next:80");
    assertThat(backends).extracting(Backend::weight).containsExactly(90, 10);
    assertThat(backends.getFirst().edits().request().set())
        .containsEntry("Knative-Serving-Revision", "iris-00001");
  }

  @Test
  void anHttpRouteKeepsItsWeightsFiltersAndTimeouts() {
    var made =
        put(
            Kinds.HTTP_ROUTE,
            """
            {"metadata":{"name":"r","namespace":"default"},"spec":{"hostnames":["a.example.com"],
             "rules":[{"matches":[{"path":{"type":"PathPrefix","value":"/v1"},
                                   "headers":[{"name":"X-A","value":"b"}]},
                                  {"path":{"type":"Exact","value":"/x"}}],
               "filters":[{"type":"URLRewrite","urlRewrite":{"hostname":"in","path":{
                 "type":"ReplacePrefixMatch","replacePrefixMatch":"/v2"}}}],
               "timeouts":{"request":"10s"},
               "backendRefs":[{"name":"web","port":8080,"weight":3},{"name":"next","port":80},
                              {"name":"gone","port":80}]}]}}
            """);
    var fragment = HttpRouteRoutes.compile(made, this::find);
    assertThat(fragment.rules()).hasSize(2);
    var forwarding = forwarding(fragment.rules().getFirst().rule());
    assertThat(forwarding.backends())
        .containsExactly(
            Backend.of("default/web:8080", 3),
            Backend.of("default/next:80", 1),
            Backend.of(Backend.NOWHERE, 1));
    assertThat(forwarding.edits().path()).contains(new PathEdit.ReplacePrefix("/v2"));
    assertThat(forwarding.timeouts().whole()).isEqualTo(Duration.ofSeconds(10));
    assertThat(fragment.problems()).singleElement().asString().contains("gone");
    var sorted = rulesOf(List.of(fragment), "a.example.com");
    assertThat(sorted.getFirst().match().path().type()).isEqualTo(PathMatch.Type.EXACT);
  }

  @Test
  void aServiceAnswersUnderItsNamesAndSpeaksWhatItsPortSays() {
    var service = requireNonNull(world.get(Kinds.SERVICE.key("default", "web")));
    var hosts =
        ServiceRoutes.compile(service, _ -> Optional.empty()).rules().stream()
            .map(Fragment.HostRule::host)
            .toList();
    assertThat(hosts)
        .containsExactly(
            "web.default.svc.cluster.local",
            "web.default.svc",
            "web.default.svc.localhost",
            "web-8080.default.svc.localhost",
            "web-9000.default.svc.localhost");
    var upstreams =
        ServiceUpstreams.of(
            ServiceUpstreams.facts(service),
            List.of(
                ServiceUpstreams.sliceFacts(
                    Resource.of(
                        Kinds.ENDPOINT_SLICE,
                        Json.parseObject(
                            """
                            {"metadata":{"name":"web-1","namespace":"default"},
                             "ports":[{"name":"http","port":80},{"name":"grpc","port":81}],
                             "endpoints":[{"addresses":["127.0.0.2"],"conditions":{"ready":true}},
                                          {"addresses":["127.0.0.3"],"conditions":{"ready":false}}]}
                            """)))));
    assertThat(upstreams).extracting(each -> each.protocol()).containsExactly(Wire.HTTP1, Wire.H2C);
    assertThat(upstreams.getLast().endpoints())
        .singleElement()
        .satisfies(each -> assertThat(each.address()).isEqualTo(Targets.address("127.0.0.2", 81)));
  }

  @Test
  void aServiceIsAnsweredByPodsThatEndWhereNoOtherIsReady() {
    var ending =
        "{\"addresses\":[\"127.0.0.3\"],\"conditions\":{\"ready\":false,\"serving\":true,\"terminating\":true}}";
    var ready = "{\"addresses\":[\"127.0.0.2\"],\"conditions\":{\"ready\":true}}";
    var broken =
        "{\"addresses\":[\"127.0.0.4\"],\"conditions\":{\"ready\":false,\"serving\":false}}";
    assertThat(webAddresses(ending, broken)).containsExactly(Targets.address("127.0.0.3", 80));
    assertThat(webAddresses(ending, ready)).containsExactly(Targets.address("127.0.0.2", 80));
    assertThat(webAddresses(broken)).isEmpty();
  }

  private List<InetSocketAddress> webAddresses(String... endpoints) {
    var slice =
        """
        {"metadata":{"name":"web-1","namespace":"default"},
         "ports":[{"name":"http","port":80}],"endpoints":[%s]}
        """
            .formatted(String.join(",", endpoints));
    var facts =
        ServiceUpstreams.sliceFacts(Resource.of(Kinds.ENDPOINT_SLICE, Json.parseObject(slice)));
    var service = requireNonNull(world.get(Kinds.SERVICE.key("default", "web")));
    return ServiceUpstreams.of(ServiceUpstreams.facts(service), List.of(facts))
        .getFirst()
        .endpoints()
        .stream()
        .map(each -> each.address())
        .toList();
  }

  private static List<RouteTable.Rule> rulesOf(List<Fragment> fragments, String host) {
    var table = new HostTable();
    for (int i = 0; i < fragments.size(); i++) {
      table.put(Kinds.INGRESS.key("default", "i" + i), fragments.get(i));
    }
    return requireNonNull(table.takeChanges().get(host), host).orElseThrow().rules();
  }
}
