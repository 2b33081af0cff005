package dev.slipway.apiserver.protobuf;

import static dev.slipway.apiserver.protobuf.Wire.body;
import static dev.slipway.apiserver.protobuf.Wire.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

final class ProtobufBodiesTest {
  private static final String CRD = "apiextensions.k8s.io/v1";

  @ParameterizedTest(name = "{4}")
  @MethodSource
  void objects(String apiVersion, String kind, Wire object, String json, String why) {
    assertThat(ProtobufBodies.decode(body(apiVersion, kind, object)))
        .as(why)
        .isEqualTo(whole(apiVersion, kind, json));
  }

  static Stream<Arguments> objects() {
    return Stream.of(
        pod("restartPolicy", spec(message().text(3, "Never")), "a text"),
        pod("", spec(message().text(3, "")), "an empty text that is always sent is none"),
        pod("hostNetwork", spec(message().number(11, 1)), "a truth"),
        pod("", spec(message().number(11, 0)), "a false that is always sent is none"),
        pod("hostUsers", spec(message().number(37, 0)), "a false that was set stays"),
        pod("priority", spec(message().number(25, -5)), "a negative number, ten bytes long"),
        pod("grace", spec(message().number(4, 1L << 40)), "a number beyond 32 bits"),
        pod("node", spec(message().part(7, entry("a", "x")).part(7, entry("b", ""))), "a map"),
        pod("half", spec(message().part(7, message().text(1, "a"))), "an entry without a value"),
        pod("groups", groups(message().number(4, 7).number(4, 8)), "numbers one by one"),
        pod("groups", groups(message().bytes(4, new byte[] {7, 8})), "numbers packed"),
        pod("volume", spec(message().part(1, volume())), "a message within its parent's fields"),
        pod("context", spec(message().part(14, message())), "an empty message that was set"),
        pod("", spec(message().number(1000, 5).text(1001, "x")), "fields nobody knows"),
        pod(
            "merged",
            spec(message()).part(2, message().text(3, "Never")),
            "a message in two parts"),
        arguments(
            "v1",
            "Secret",
            message().part(2, message().text(1, "k").bytes(2, new byte[] {-1, 0})),
            "{'data':{'k':'/wA='}}",
            "bytes are base64"),
        arguments(
            "v1",
            "ResourceQuota",
            message().part(2, message().part(1, quantity("cpu", "1500m"))),
            "{'spec':{'hard':{'cpu':'1500m'}}}",
            "quantities by name"),
        arguments(
            "v1",
            "Service",
            message().part(2, message().part(1, port("http")).part(1, port(8080))),
            "{'spec':{'ports':[{'port':0,'targetPort':'http'},{'port':0,'targetPort':8080}]}}",
            "a port by name or number"),
        arguments(
            "coordination.k8s.io/v1",
            "Lease",
            message().part(2, message().part(4, time(1_700_000_000, 123_456_789))),
            "{'spec':{'renewTime':'2023-11-14T22:13:20.123456Z'}}",
            "a time to the microsecond"),
        arguments(
            "v1",
            "ConfigMap",
            message().part(1, message().part(8, message()).part(9, time(1_700_000_000, 5))),
            "{'metadata':{'deletionTimestamp':'2023-11-14T22:13:20Z'}}",
            "a time to the second, and one never set"),
        arguments(
            "v1",
            "ConfigMap",
            message().part(1, message().part(17, message().part(7, raw("{'f:data':{}}")))),
            "{'metadata':{'managedFields':[{'fieldsV1':{'f:data':{}}}]}}",
            "fields that managers own"),
        arguments(
            "apps/v1",
            "ControllerRevision",
            message().part(2, raw("{'spec':[1,null]}")).number(3, 4),
            "{'data':{'spec':[1,null]},'revision':4}",
            "JSON inside"),
        arguments(
            "authorization.k8s.io/v1",
            "SubjectAccessReview",
            message().part(2, message().part(5, extra())),
            "{'spec':{'extra':{'scopes':['a','b']}}}",
            "a map of lists"),
        schema(message().text(5, "object").text(6, ""), "{'type':'object'}", "a schema"),
        schema(message().decimal(9, 10), "{'maximum':10}", "a whole decimal"),
        schema(message().decimal(9, 0.5), "{'maximum':0.5}", "a broken decimal"),
        schema(message().part(8, raw("null")), "{}", "a default that is null"),
        schema(
            message().part(24, message().part(1, message().text(5, "string"))),
            "{'items':{'type':'string'}}",
            "one schema for all items"),
        schema(
            message().part(30, message().number(1, 1)),
            "{'additionalProperties':true}",
            "a truth in place of a schema"),
        schema(
            message().part(30, message().number(1, 1).part(2, message().text(5, "string"))),
            "{'additionalProperties':{'type':'string'}}",
            "a schema in place of a truth"),
        arguments(
            "apps/v1",
            "DeleteOptions",
            message().number(1, 0).text(4, "Orphan"),
            "{'gracePeriodSeconds':0,'propagationPolicy':'Orphan'}",
            "options in the name of any group"));
  }

  private static Arguments pod(String part, Wire object, String why) {
    String spec =
        switch (part) {
          case "restartPolicy", "merged" -> "{'restartPolicy':'Never'}";
          case "hostNetwork" -> "{'hostNetwork':true}";
          case "hostUsers" -> "{'hostUsers':false}";
          case "priority" -> "{'priority':-5}";
          case "grace" -> "{'terminationGracePeriodSeconds':1099511627776}";
          case "node" -> "{'nodeSelector':{'a':'x','b':''}}";
          case "half" -> "{'nodeSelector':{'a':''}}";
          case "groups" -> "{'securityContext':{'supplementalGroups':[7,8]}}";
          case "volume" -> "{'volumes':[{'name':'v','configMap':{'name':'c'}}]}";
          case "context" -> "{'securityContext':{}}";
          default -> "{}";
        };
    return arguments("v1", "Pod", object, "{'spec':" + spec + "}", why);
  }

  private static Wire spec(Wire spec) {
    return message().part(2, spec);
  }

  private static Wire groups(Wire context) {
    return spec(message().part(14, context));
  }

  private static Wire entry(String key, String value) {
    return message().text(1, key).text(2, value);
  }

  private static Wire volume() {
    Wire configMap = message().part(1, message().text(1, "c"));
    return message().text(1, "v").part(2, message().part(19, configMap));
  }

  private static Wire quantity(String name, String amount) {
    return message().text(1, name).part(2, message().text(1, amount));
  }

  private static Wire port(String target) {
    return message().number(3, 0).part(4, message().number(1, 1).number(2, 0).text(3, target));
  }

  private static Wire port(int target) {
    return message().number(3, 0).part(4, message().number(1, 0).number(2, target).text(3, ""));
  }

  private static Wire time(long seconds, long nanos) {
    return message().number(1, seconds).number(2, nanos);
  }

  private static Wire raw(String json) {
    return message().text(1, json.replace('\'', '"'));
  }

  private static Wire extra() {
    return message().text(1, "scopes").part(2, message().text(1, "a").text(1, "b"));
  }

  private static Arguments schema(Wire schema, String json, String why) {
    String whole = "{'spec':{'versions':[{'schema':{'openAPIV3Schema':" + json + "}}]}}";
    Wire version = message().part(4, message().part(1, schema));
    return arguments(
        CRD, "CustomResourceDefinition", message().part(2, message().part(7, version)), whole, why);
  }

  private static ObjectNode whole(String apiVersion, String kind, String json) {
    ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    object.setAll(Json.parseObject(json.replace('\'', '"')));
    return object;
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void malformed(byte[] body, String why) {
    assertThat(refusal(body)).as(why).isEqualTo(400);
  }

  static Stream<Arguments> malformed() {
    Wire nested = message();
    for (int i = 0; i < 5000; i++) {
      nested = message().part(28, nested);
    }
    Wire deep = message().part(2, message().part(7, message().part(4, message().part(1, nested))));
    return Stream.of(
        arguments(new byte[0], "nothing at all"),
        arguments("{}".getBytes(StandardCharsets.UTF_8), "JSON"),
        arguments(new byte[] {'k', '8', 's', 0}, "only the prefix"),
        arguments(body("", "Pod", message()), "no apiVersion"),
        arguments(body("v1", "", message()), "no kind"),
        arguments(body("v1", "Widget", message()), "a kind that is not built in"),
        arguments(body("example.com/v1", "Pod", message()), "a group that is not built in"),
        arguments(body("v1", "Pod", message().text(0, "x")), "a field number of zero"),
        arguments(body("v1", "Pod", message().number(2, 1)), "a number for a message"),
        arguments(body("v1", "Pod", message().part(2, message().text(11, "x"))), "text for truth"),
        arguments(body("v1", "Pod", message().bytes(2, new byte[] {99})), "a tag alone"),
        arguments(body("v1", "Pod", message().bytes(2, new byte[] {10, -1, -1, 3})), "too long"),
        arguments(body("v1", "Pod", message().bytes(2, new byte[] {(byte) 0x83, 0x3E})), "a group"),
        arguments(body("v1", "Pod", message().bytes(2, new byte[11])), "zeros"),
        arguments(
            body("apps/v1", "ControllerRevision", message().part(2, raw("{'a"))), "broken JSON"),
        arguments(
            body("v1", "Pod", message().part(1, message().part(8, time(Long.MAX_VALUE, 0)))),
            "a time beyond all years"),
        arguments(body(CRD, "CustomResourceDefinition", deep), "messages without end"));
  }

  @Test
  void cutAnywhereItIsRefusedOrWhole() {
    Wire pod =
        message()
            .part(1, message().text(1, "p").part(11, entry("a", "b")).part(8, time(1, 2)))
            .part(2, message().part(1, volume()).number(25, -1).part(32, quantity("cpu", "1")));
    byte[] body = body("v1", "Pod", pod);
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThat(refusal(cut)).as("cut at " + length).isIn(400, 200);
    }
  }

  private static int refusal(byte[] body) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> ProtobufBodies.decode(body));
    return refusal == null ? 200 : refusal.code();
  }
}
