package dev.slipway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.World;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Which routes come to which listeners, and what statuses say of it. The cases are those of the
/// Gateway API's conformance tests (`conformance/tests`, v1.4).
final class GatewayApiTest {
  private static final String CLASS =
      """
      {"metadata":{"name":"slipway"},"spec":{"controllerName":"slipway.dev/gateway-controller"}}
      """;
  private static final String SERVICE =
      """
      {"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}
      """;
  private static final String SELECTOR =
      ",\"allowedRoutes\":{\"namespaces\":{\"from\":\"Selector\",\"selector\":"
          + "{\"matchLabels\":{\"team\":\"web\"}}}}";

  private static String gateway(String... listeners) {
    return """
    {"metadata":{"name":"main","namespace":"infra","generation":3},
     "spec":{"gatewayClassName":"slipway","listeners":[%s]}}
    """
        .formatted(String.join(",", listeners));
  }

  private static String listener(String name, int port, String more) {
    return """
    {"name":"%s","port":%d,"protocol":"HTTP"%s}
    """
        .formatted(name, port, more);
  }

  private static String all(String more) {
    return ",\"allowedRoutes\":{\"namespaces\":{\"from\":\"All\"}" + more + "}";
  }

  private static String route(String namespace, String parent, String spec) {
    return """
    {"metadata":{"name":"r","namespace":"%s","generation":7},
     "spec":{"parentRefs":[{"name":"main","namespace":"infra"%s}]%s,
      "rules":[{"backendRefs":[{"name":"web","port":80}]}]}}
    """
        .formatted(namespace, parent, spec);
  }

  private static World world(Kind kind, String primary) {
    return World.of(kind, primary)
        .with(Kinds.GATEWAY_CLASS, CLASS)
        .with(Kinds.NAMESPACE, "{\"metadata\":{\"name\":\"infra\"}}")
        .with(Kinds.NAMESPACE, "{\"metadata\":{\"name\":\"apps\",\"labels\":{\"team\":\"web\"}}}")
        .with(Kinds.SERVICE, SERVICE.replace("\"name\"", "\"namespace\":\"infra\",\"name\""))
        .with(Kinds.SERVICE, SERVICE.replace("\"name\"", "\"namespace\":\"apps\",\"name\""));
  }

  private static JsonNode status(World world, Reconciler reconciler) {
    return world.plan(reconciler).plan().status().orElseThrow();
  }

  /// `True Accepted`, `False NoMatchingParent`.
  private static String said(JsonNode conditions, String type) {
    return StreamSupport.stream(conditions.spliterator(), false)
        .filter(each -> Json.text(each, "type").equals(type))
        .map(each -> Json.text(each, "status") + " " + Json.text(each, "reason"))
        .findFirst()
        .orElse("nothing");
  }

  private static Reconciler http() {
    return new RouteReconciler(Kinds.HTTP_ROUTE);
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # namespace | reference           | hostnames             | listener | accepted                      | why
          infra       |                     |                       | same     | True Accepted                 | of the Gateway's own namespace
          apps        |                     |                       | same     | False NotAllowedByListeners   | of another namespace
          apps        |                     |                       | all      | True Accepted                 | all namespaces may
          apps        |                     |                       | selector | True Accepted                 | the namespace has the label
          infra       |                     |                       | selector | False NotAllowedByListeners   | the namespace lacks the label
          infra       | ,"sectionName":"web"|                       | same     | True Accepted                 | the listener by name
          infra       | ,"sectionName":"no" |                       | same     | False NoMatchingParent        | no such listener
          infra       | ,"port":80          |                       | same     | True Accepted                 | the listener by port
          infra       | ,"port":81          |                       | same     | False NoMatchingParent        | no listener of this port
          infra       |                     | "a.example.com"       | host     | True Accepted                 | within the wildcard
          infra       |                     | "a.b.example.com"     | host     | True Accepted                 | two labels within the wildcard
          infra       |                     | "example.com"         | host     | False NoMatchingListenerHostname | a wildcard needs a label
          infra       |                     | "other.org"           | host     | False NoMatchingListenerHostname | nothing in common
          infra       |                     |                       | grpc     | False NotAllowedByListeners   | kind not allowed
          """)
  void acceptsARoute(
      String namespace, String reference, String names, String kind, String accepted, String why) {
    var more =
        switch (kind) {
          case "all" -> all("");
          case "selector" -> SELECTOR;
          case "host" -> ",\"hostname\":\"*.example.com\"";
          case "grpc" -> all(",\"kinds\":[{\"kind\":\"GRPCRoute\"}]");
          default -> "";
        };
    var written =
        route(
            namespace,
            reference == null ? "" : reference,
            names == null ? "" : ",\"hostnames\":[" + names + "]");
    var world =
        world(Kinds.HTTP_ROUTE, written).with(Kinds.GATEWAY, gateway(listener("web", 80, more)));
    var parent = status(world, http()).path("parents").path(0);
    assertThat(said(parent.path("conditions"), "Accepted")).as(why).isEqualTo(accepted);
    assertThat(said(parent.path("conditions"), "ResolvedRefs")).isEqualTo("True ResolvedRefs");
    assertThat(Json.text(parent, "controllerName")).isEqualTo(GatewayApi.CONTROLLER);
    assertThat(parent.path("conditions").path(0).path("observedGeneration").asInt()).isEqualTo(7);
    assertThat(parent.path("parentRef").path("name").asString()).isEqualTo("main");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # backend                                  | resolved                | why
          {"name":"web","port":80}                   | True ResolvedRefs       | it is there
          {"name":"no","port":80}                    | False BackendNotFound   | no such Service
          {"name":"web","port":81}                   | False BackendNotFound   | no such port
          {"name":"web","kind":"Nope","port":80}     | False InvalidKind       | no Service
          {"name":"web","namespace":"apps","port":80}| False RefNotPermitted   | nobody granted it
          {"name":"web","namespace":"granted","port":80}| True ResolvedRefs    | granted
          """)
  void resolvesABackend(String backend, String resolved, String why) {
    var written = route("infra", "", "").replace("{\"name\":\"web\",\"port\":80}", backend);
    var world =
        world(Kinds.HTTP_ROUTE, written)
            .with(Kinds.SERVICE, SERVICE.replace("\"name\"", "\"namespace\":\"granted\",\"name\""))
            .with(Kinds.REFERENCE_GRANT, grant("granted", "infra", "HTTPRoute", "web"))
            .with(Kinds.GATEWAY, gateway(listener("web", 80, "")));
    var conditions = status(world, http()).path("parents").path(0).path("conditions");
    assertThat(said(conditions, "ResolvedRefs")).as(why).isEqualTo(resolved);
    assertThat(said(conditions, "Accepted")).isEqualTo("True Accepted");
    var compiled =
        HttpRouteRoutes.compile(
            Resource.of(Kinds.HTTP_ROUTE, Json.parseObject(written)), lookup(world));
    var to = (Forwarding) compiled.rules().getFirst().rule().action();
    assertThat(to.backends().getFirst().upstream().equals(Backend.NOWHERE))
        .as("traffic follows the status")
        .isEqualTo(resolved.startsWith("False"));
  }

  private static String grant(String namespace, String from, String kind, String name) {
    return """
    {"metadata":{"name":"g","namespace":"%s"},"spec":{
      "from":[{"group":"gateway.networking.k8s.io","kind":"%s","namespace":"%s"}],
      "to":[{"group":"","kind":"Service","name":"%s"}]}}
    """
        .formatted(namespace, kind, from, name);
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind     | from  | name  | permits | why
          HTTPRoute  | infra | web   | true    | this Service
          HTTPRoute  | infra |       | true    | every Service
          HTTPRoute  | infra | other | false   | another Service
          HTTPRoute  | other | web   | false   | another namespace
          GRPCRoute  | infra | web   | false   | another kind
          """)
  void aGrantNamesWhoMayReferToWhat(
      String kind, String from, String name, boolean permits, String why) {
    var grant = Json.parseObject(grant("apps", from, kind, name == null ? "" : name));
    var world = world(Kinds.HTTP_ROUTE, route("infra", "", "")).with(Kinds.REFERENCE_GRANT, grant);
    var target = new Grants.Target("", "Service", "apps", "web");
    var asking = Resource.of(Kinds.HTTP_ROUTE, Json.parseObject(route("infra", "", "")));
    assertThat(Grants.permit(asking, target, lookup(world))).as(why).isEqualTo(permits);
  }

  private static Lookup lookup(World world) {
    var seen = new ArrayList<Lookup>();
    var spy =
        new Reconciler() {
          @Override
          public Kind kind() {
            return Kinds.HTTP_ROUTE;
          }

          @Override
          public Set<Kind> children() {
            return Set.of();
          }

          @Override
          public Plan plan(Resource primary, Observed observed) {
            seen.add(GatewayApiControllers.lookup(observed));
            return new Plan();
          }
        };
    world.plan(spy);
    return seen.getFirst();
  }

  @Test
  void aRouteAnswersWhereItsListenersDo() {
    var world =
        world(Kinds.HTTP_ROUTE, route("infra", "", ""))
            .with(
                Kinds.GATEWAY,
                gateway(
                    listener("any", 80, ""),
                    listener("named", 80, ",\"hostname\":\"*.example.com\"")));
    assertThat(hosts("", world)).containsExactly("*", "*.example.com");
    assertThat(hosts(",\"hostnames\":[\"a.example.com\"]", world)).containsExactly("a.example.com");
    var one =
        world.with(
            Kinds.GATEWAY, gateway(listener("named", 80, ",\"hostname\":\"very.example.com\"")));
    assertThat(hosts(",\"hostnames\":[\"*.example.com\",\"other.org\"]", one))
        .as("the narrower of each pair")
        .containsExactly("very.example.com");
    assertThat(hosts(",\"hostnames\":[\"other.org\"]", one)).as("not attached").isEmpty();
  }

  private static List<String> hosts(String spec, World world) {
    var route = Resource.of(Kinds.HTTP_ROUTE, Json.parseObject(route("infra", "", spec)));
    return HttpRouteRoutes.compile(route, lookup(world)).rules().stream()
        .map(Fragment.HostRule::host)
        .toList();
  }

  @Test
  void aRouteOfNoGatewayThatIsThereAnswersAtItsOwnNames() {
    var route =
        Resource.of(
            Kinds.HTTP_ROUTE,
            Json.parseObject(route("infra", "", ",\"hostnames\":[\"a.example.com\"]")));
    Lookup nothing =
        new Lookup() {
          @Override
          public Optional<Resource> find(Key key) {
            return Optional.empty();
          }
        };
    assertThat(HttpRouteRoutes.compile(route, nothing).rules()).hasSize(1);
    var world = world(Kinds.HTTP_ROUTE, route("infra", "", ""));
    assertThat(world.plan(http()).plan().status()).as("nobody's").isEmpty();
  }

  @Test
  void whatOthersSayOfARouteStays() {
    var written = Json.parseObject(route("infra", "", ""));
    written
        .putObject("status")
        .putArray("parents")
        .addObject()
        .put("controllerName", "example.com/other");
    var world =
        World.of(Kinds.HTTP_ROUTE, written)
            .with(Kinds.GATEWAY_CLASS, CLASS)
            .with(Kinds.GATEWAY, gateway(listener("web", 80, "")));
    var parents = status(world, http()).path("parents");
    assertThat(parents.size()).isEqualTo(2);
    assertThat(Json.text(parents.path(0), "controllerName")).isEqualTo("example.com/other");
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # listeners | gateway accepted           | programmed       | listener accepted          | resolved                    | kinds     | why
          http        | True Accepted              | True Programmed  | True Accepted              | True ResolvedRefs           | HTTPRoute,GRPCRoute | plain
          tcp         | False ListenersNotValid    | False Invalid    | False UnsupportedProtocol  | True ResolvedRefs           |           | unknown protocol alone
          tcp,http    | True ListenersNotValid     | True Programmed  | False UnsupportedProtocol  | True ResolvedRefs           |           | one of two
          badkind     | True Accepted              | False Invalid    | True Accepted              | False InvalidRouteKinds     |           | only an unknown kind
          somekind    | True Accepted              | True Programmed  | True Accepted              | False InvalidRouteKinds     | HTTPRoute | a known and an unknown kind
          nosecret    | True Accepted              | False Invalid    | True Accepted              | False InvalidCertificateRef | HTTPRoute,GRPCRoute | no such Secret
          badsecret   | True Accepted              | False Invalid    | True Accepted              | False InvalidCertificateRef | HTTPRoute,GRPCRoute | no certificate in it
          nosecretkind| True Accepted              | False Invalid    | True Accepted              | False InvalidCertificateRef | HTTPRoute,GRPCRoute | not a Secret
          foreign     | True Accepted              | False Invalid    | True Accepted              | False RefNotPermitted       | HTTPRoute,GRPCRoute | a Secret elsewhere
          """)
  void judgesListeners(
      String names,
      String accepted,
      String programmed,
      String first,
      String resolved,
      String kinds,
      String why) {
    var listeners = new ArrayList<String>();
    for (var name : names.split(",", -1)) {
      listeners.add(listener(name));
    }
    var world =
        world(Kinds.GATEWAY, gateway(listeners.toArray(String[]::new)))
            .with(
                Kinds.SECRET,
                """
                {"metadata":{"name":"bad","namespace":"infra"},
                 "data":{"tls.crt":"SGVsbG8=","tls.key":"SGVsbG8="}}
                """);
    var status = status(world, new GatewayReconciler("127.0.0.1"));
    assertThat(said(status.path("conditions"), "Accepted")).as(why).isEqualTo(accepted);
    assertThat(said(status.path("conditions"), "Programmed")).as(why).isEqualTo(programmed);
    var one = status.path("listeners").path(0);
    assertThat(said(one.path("conditions"), "Accepted")).as(why).isEqualTo(first);
    assertThat(said(one.path("conditions"), "ResolvedRefs")).as(why).isEqualTo(resolved);
    assertThat(
            StreamSupport.stream(one.path("supportedKinds").spliterator(), false)
                .map(each -> Json.text(each, "kind")))
        .containsExactlyElementsOf(kinds == null ? List.of() : List.of(kinds.split(",", -1)));
    assertThat(status.path("addresses").toString())
        .isEqualTo("[{\"type\":\"IPAddress\",\"value\":\"127.0.0.1\"}]");
  }

  private static String listener(String name) {
    var refs = ",\"protocol\":\"HTTPS\",\"tls\":{\"certificateRefs\":[{\"name\":\"%s\"%s}]}";
    return switch (name) {
      case "tcp" -> "{\"name\":\"tcp\",\"port\":81,\"protocol\":\"example.com/x\"}";
      case "badkind" -> listener(name, 80, all(",\"kinds\":[{\"kind\":\"Nope\"}]"));
      case "somekind" ->
          listener(name, 80, all(",\"kinds\":[{\"kind\":\"Nope\"},{\"kind\":\"HTTPRoute\"}]"));
      case "nosecret" -> secured(refs.formatted("none", ""));
      case "badsecret" -> secured(refs.formatted("bad", ""));
      case "nosecretkind" -> secured(refs.formatted("bad", ",\"kind\":\"Other\""));
      case "foreign" -> secured(refs.formatted("x", ",\"namespace\":\"apps\""));
      default -> listener(name, 80, "");
    };
  }

  private static String secured(String more) {
    return "{\"name\":\"tls\",\"port\":443" + more + "}";
  }

  @Test
  void listenersOfOnePortMustNotContradictEachOther() {
    var world =
        world(
            Kinds.GATEWAY,
            gateway(
                listener("one", 80, ",\"hostname\":\"a.org\""),
                listener("two", 80, ",\"hostname\":\"a.org\""),
                listener("three", 80, ",\"hostname\":\"b.org\"")));
    var listeners = status(world, new GatewayReconciler("127.0.0.1")).path("listeners");
    assertThat(said(listeners.path(0).path("conditions"), "Conflicted"))
        .isEqualTo("True HostnameConflict");
    assertThat(said(listeners.path(1).path("conditions"), "Accepted"))
        .isEqualTo("False HostnameConflict");
    assertThat(said(listeners.path(2).path("conditions"), "Conflicted"))
        .isEqualTo("False NoConflicts");
  }

  @Test
  void countsTheRoutesOfEachListener() {
    var world =
        world(
                Kinds.GATEWAY,
                gateway(
                    listener("one", 80, ",\"hostname\":\"a.org\""),
                    listener("two", 8080, ",\"hostname\":\"b.org\"")))
            .with(Kinds.HTTP_ROUTE, route("infra", "", ",\"hostnames\":[\"a.org\"]"))
            .with(
                Kinds.HTTP_ROUTE,
                route("infra", "", "").replace("\"name\":\"r\"", "\"name\":\"both\""))
            .with(
                Kinds.GRPC_ROUTE,
                route("infra", "", "").replace("\"name\":\"r\"", "\"name\":\"calls\""))
            .with(Kinds.HTTP_ROUTE, route("apps", "", ""));
    var listeners = status(world, new GatewayReconciler("127.0.0.1")).path("listeners");
    assertThat(listeners.path(0).path("attachedRoutes").asInt()).isEqualTo(3);
    assertThat(listeners.path(1).path("attachedRoutes").asInt()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # addresses                                      | accepted                 | programmed             | why
          {"type":"IPAddress","value":"127.0.0.1"}         | True Accepted            | True Programmed        | ours
          {"type":"IPAddress"}                             | True Accepted            | True Programmed        | any
          {"type":"IPAddress","value":"198.51.100.0"}      | True Accepted            | False AddressNotUsable | somebody else's
          {"type":"test/fake","value":"x"}                 | False UnsupportedAddress | False Invalid          | no known type
          """)
  void judgesAddresses(String address, String accepted, String programmed, String why) {
    var written =
        gateway(listener("web", 80, ""))
            .replace("\"listeners\"", "\"addresses\":[" + address + "],\"listeners\"");
    var conditions =
        status(world(Kinds.GATEWAY, written), new GatewayReconciler("127.0.0.1"))
            .path("conditions");
    assertThat(said(conditions, "Accepted")).as(why).isEqualTo(accepted);
    assertThat(said(conditions, "Programmed")).as(why).isEqualTo(programmed);
  }

  @Test
  void acceptsItsOwnClassesAlone() {
    var own = status(World.of(Kinds.GATEWAY_CLASS, CLASS), new GatewayClassReconciler());
    assertThat(said(own.path("conditions"), "Accepted")).isEqualTo("True Accepted");
    assertThat(own.path("supportedFeatures").path(0).path("name").asString())
        .isEqualTo("GRPCRoute");
    var other = World.of(Kinds.GATEWAY_CLASS, CLASS.replace("slipway.dev/", "example.com/"));
    assertThat(other.plan(new GatewayClassReconciler()).plan().status()).isEmpty();
    assertThat(
            world(Kinds.GATEWAY, gateway(listener("web", 80, "")).replace("\"slipway\"", "\"x\""))
                .plan(new GatewayReconciler("127.0.0.1"))
                .plan()
                .status())
        .isEmpty();
  }

  @Test
  void aConditionThatStaysKeepsItsTime() {
    var world = world(Kinds.GATEWAY, gateway(listener("web", 80, "")));
    var reconciler = new GatewayReconciler("127.0.0.1");
    var first = status(world, reconciler);
    var again = world.with("", "status", first).at(FakeClock.START.plusSeconds(90));
    assertThat(status(again, reconciler)).isEqualTo(first);
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # method                                       | type        | value           | why
          {"service":"a.B","method":"Do"}                | EXACT       | /a.B/Do         | one method
          {"service":"a.B"}                              | TEXT_PREFIX | /a.B/           | a service
          {"method":"Do"}                                | REGEX       | /(?:[^/]+)/(?:\\QDo\\E) | a method of any service
          {"type":"RegularExpression","service":"a\\\\..*"}| REGEX     | /(?:a\\..*)/(?:[^/]+)   | by expression
          """)
  void aGrpcRouteMatchesByServiceAndMethod(String method, String type, String value, String why) {
    var matches =
        GrpcMatches.of(
            Json.parse(("[{\"method\":" + method + "}]").getBytes(StandardCharsets.UTF_8)));
    assertThat(matches.getFirst().path().type()).as(why).hasToString(type);
    assertThat(matches.getFirst().path().value()).isEqualTo(value);
  }
}
