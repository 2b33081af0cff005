package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// What the API says to requests that are wrong, in Kubernetes' own words for it.
final class BadInputTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String STRICT = "?fieldValidation=Strict&dryRun=All";

  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
       "spec":{"containers":[{"name":"main","image":"nginx"}]}}
      """;

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  /// One wrong request and its answer.
  ///
  /// @param says what the message must contain
  record Row(
      String why,
      String method,
      String path,
      String type,
      String body,
      int status,
      String reason,
      List<String> says) {
    @Override
    public String toString() {
      return why;
    }
  }

  private static Row post(
      String why, String path, String body, int status, String reason, String... says) {
    return new Row(why, "POST", path, "application/json", body, status, reason, List.of(says));
  }

  private static Row get(String why, String path, int status, String reason, String... says) {
    return new Row(why, "GET", path, "application/json", "", status, reason, List.of(says));
  }

  private static Row patch(
      String why, String type, String body, int status, String reason, String... says) {
    String path = "/api/v1/namespaces/kube-public";
    return new Row(why, "PATCH", path, type, body, status, reason, List.of(says));
  }

  private static String named(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }

  static Stream<Row> malformed() {
    return Stream.of(
        post("cut JSON", MAPS, "{\"metadata\":{", 400, "BadRequest"),
        post("no JSON", MAPS, "hello", 400, "BadRequest"),
        post("nothing at all", MAPS, "", 400, "BadRequest"),
        post("a list for an object", MAPS, "[]", 400, "BadRequest"),
        post("two documents", MAPS, "{}{}", 400, "BadRequest"),
        post("too deep", MAPS, "[".repeat(20_000), 400, "BadRequest"),
        new Row(
            "malformed YAML",
            "POST",
            MAPS,
            "application/yaml",
            "metadata: {name: a\n  b: [",
            400,
            "BadRequest",
            List.of()),
        new Row(
            "a type nobody reads",
            "POST",
            MAPS,
            "text/plain",
            named("a"),
            415,
            "UnsupportedMediaType",
            List.of("accepted media types include", "application/json")),
        post(
            "another kind",
            MAPS,
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}",
            400,
            "BadRequest",
            "Secret",
            "ConfigMap"),
        post(
            "another namespace",
            MAPS,
            "{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}",
            400,
            "BadRequest",
            "the namespace of the provided object does not match the namespace sent on the request"),
        new Row(
            "another name",
            "PUT",
            "/api/v1/namespaces/kube-public",
            "application/json",
            named("other"),
            400,
            "BadRequest",
            List.of("does not match")));
  }

  static Stream<Row> misfits() {
    String strict = "strict decoding error: ";
    return Stream.of(
        post(
            "an unknown field",
            PODS + STRICT,
            POD.replace("\"image\"", "\"imge\""),
            400,
            "BadRequest",
            strict + "unknown field \"spec.containers[0].imge\""),
        post(
            "a field given twice",
            PODS + STRICT,
            POD.replace("\"image\"", "\"name\":\"again\",\"image\""),
            400,
            "BadRequest",
            strict,
            "duplicate field \"spec.containers[0].name\""),
        post(
            "text for a number",
            DEPLOYMENTS + STRICT,
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"replicas\":\"three\"}}",
            400,
            "BadRequest",
            "replicas"),
        post(
            "a number for text",
            MAPS,
            "{\"metadata\":{\"name\":\"a\"},\"data\":{\"n\":1}}",
            400,
            "BadRequest",
            "data"),
        post(
            "an unknown way to judge",
            MAPS + "?fieldValidation=Sometimes",
            named("a"),
            422,
            "Invalid",
            "fieldValidation: Unsupported value: \"Sometimes\""),
        post(
            "an unknown dry run",
            MAPS + "?dryRun=maybe",
            named("a"),
            422,
            "Invalid",
            "dryRun: Unsupported value: \"maybe\""));
  }

  static Stream<Row> invalid() {
    return Stream.of(
        post("no name", MAPS, "{}", 422, "Invalid", "name or generateName is required"),
        post(
            "a name out of grammar",
            MAPS,
            named("Upper_case"),
            422,
            "Invalid",
            "ConfigMap \"Upper_case\" is invalid",
            "metadata.name: Invalid value: \"Upper_case\"",
            "a lowercase RFC 1123 subdomain must consist of"),
        post(
            "a name too long",
            MAPS,
            named("a".repeat(254)),
            422,
            "Invalid",
            "metadata.name",
            "must be no more than 253"),
        post(
            "a namespace that is no label",
            "/api/v1/namespaces",
            named("a.b"),
            422,
            "Invalid",
            "metadata.name: Invalid value: \"a.b\"",
            "must not contain dots"),
        post(
            "a label value out of grammar",
            MAPS,
            "{\"metadata\":{\"name\":\"a\",\"labels\":{\"k\":\"not/valid\"}}}",
            422,
            "Invalid",
            "metadata.labels: Invalid value: \"not/valid\""),
        post(
            "a label key out of grammar",
            MAPS,
            "{\"metadata\":{\"name\":\"a\",\"labels\":{\"-k\":\"v\"}}}",
            422,
            "Invalid",
            "metadata.labels: Invalid value: \"-k\"",
            "name part must consist of alphanumeric characters"),
        post(
            "a key of data out of grammar",
            MAPS,
            "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a b\":\"c\"}}",
            422,
            "Invalid",
            "data[a b]: Invalid value"),
        post(
            "a pod without containers",
            PODS,
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{}}",
            422,
            "Invalid",
            "spec.containers: Required value"),
        post(
            "an unknown restart policy",
            PODS,
            POD.replace("\"spec\":{", "\"spec\":{\"restartPolicy\":\"Sometimes\","),
            422,
            "Invalid",
            "spec.restartPolicy: Unsupported value: \"Sometimes\"",
            "\"Always\", \"Never\", \"OnFailure\""),
        post(
            "a quantity that is none",
            PODS,
            POD.replace("\"image\"", "\"resources\":{\"limits\":{\"memory\":\"lots\"}},\"image\""),
            422,
            "Invalid",
            "spec.containers[0].resources.limits[memory]",
            "quantities must match the regular expression"),
        post(
            "a selector that misses its template",
            DEPLOYMENTS,
            """
            {"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"app":"a"}},
             "template":{"metadata":{"labels":{"app":"b"}},
              "spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """,
            422,
            "Invalid",
            "spec.template.metadata.labels: Invalid value: {\"app\":\"b\"}",
            "`selector` does not match template `labels`"),
        post(
            "a port out of range",
            "/api/v1/namespaces/default/services",
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ports\":[{\"port\":70000}]}}",
            422,
            "Invalid",
            "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"),
        post(
            "a namespace that is not there",
            "/api/v1/namespaces/nowhere/configmaps",
            named("a"),
            404,
            "NotFound",
            "namespaces \"nowhere\" not found"));
  }

  static Stream<Row> lookups() {
    return Stream.of(
        get(
            "a label selector out of grammar",
            PODS + "?labelSelector=a%20in%20b",
            400,
            "BadRequest",
            "unable to parse requirement"),
        get(
            "a field selector out of grammar",
            PODS + "?fieldSelector=nothing",
            400,
            "BadRequest",
            "invalid selector: 'nothing'; can't understand 'nothing'"),
        get(
            "a field nobody selects by",
            PODS + "?fieldSelector=spec.hostname%3Da",
            400,
            "BadRequest",
            "field label not supported: spec.hostname"),
        get("a limit that is no number", PODS + "?limit=many", 400, "BadRequest"),
        get(
            "a version that is no number",
            PODS + "?resourceVersion=latest",
            400,
            "BadRequest",
            "resourceVersion"),
        get(
            "a continuation nobody gave",
            PODS + "?limit=1&continue=garbage",
            400,
            "BadRequest",
            "continue key is not valid"),
        get(
            "a match rule without a version",
            PODS + "?resourceVersionMatch=Exact",
            422,
            "Invalid",
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
                + " resourceVersion is provided"),
        get("an object that is not there", PODS + "/absent", 404, "NotFound", "pods \"absent\""),
        get(
            "a kind that is not served",
            "/api/v1/unheardofs",
            404,
            "NotFound",
            "the server could not find the requested resource"),
        get("a group that is not served", "/apis/unheard.of/v1/things", 404, ""),
        get("a version that is not served", "/apis/apps/v9/deployments", 404, ""),
        post(
            "a pod without a place",
            "/api/v1/pods",
            POD,
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource"),
        new Row(
            "an end to all pods everywhere",
            "DELETE",
            "/api/v1/pods",
            "application/json",
            "",
            405,
            "MethodNotAllowed",
            List.of("the server does not allow this method on the requested resource")));
  }

  static Stream<Row> patches() {
    return Stream.of(
        patch("malformed", "application/merge-patch+json", "{", 400, "BadRequest"),
        patch("a list for a merge patch", "application/merge-patch+json", "[]", 400, "BadRequest"),
        patch("an object for a JSON patch", "application/json-patch+json", "{}", 400, "BadRequest"),
        patch(
            "an unknown operation",
            "application/json-patch+json",
            "[{\"op\":\"burn\",\"path\":\"/metadata\"}]",
            422,
            "Invalid"),
        patch(
            "a path that is not there",
            "application/json-patch+json",
            "[{\"op\":\"remove\",\"path\":\"/metadata/labels/absent\"}]",
            422,
            "Invalid"),
        patch("a type nobody reads", "text/plain", "{}", 415, "UnsupportedMediaType"),
        patch("an unsupported type of JSON", "application/json", "{}", 415, "UnsupportedMediaType"),
        patch(
            "another name",
            "application/merge-patch+json",
            named("other"),
            400,
            "BadRequest",
            "does not match"),
        patch(
            "another uid",
            "application/merge-patch+json",
            "{\"metadata\":{\"uid\":\"00000000-0000-0000-0000-000000000000\"}}",
            409,
            "Conflict"),
        patch(
            "a version long gone",
            "application/merge-patch+json",
            "{\"metadata\":{\"resourceVersion\":\"1\",\"labels\":{\"a\":\"b\"}}}",
            409,
            "Conflict",
            "the object has been modified; please apply your changes to the latest version"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"malformed", "misfits", "invalid", "lookups", "patches"})
  void isRefusedWithItsReason(Row row) {
    RawClient.Answer answer = SERVER.http().send(row.method, row.path, row.type, row.body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(row.status);
    if (row.reason.isEmpty()) {
      return;
    }
    ObjectNode status = answer.json();
    assertThat(status.path("kind").asString("")).isEqualTo("Status");
    assertThat(status.path("status").asString("")).isEqualTo("Failure");
    assertThat(status.path("code").asInt(0)).isEqualTo(row.status);
    assertThat(answer.reason()).as(answer.text()).isEqualTo(row.reason);
    for (String each : row.says) {
      assertThat(answer.message()).contains(each);
    }
  }

  @Test
  void aBodyOfTenMegabytesIsTooLarge() {
    String body =
        "{\"metadata\":{\"name\":\"big\"},\"data\":{\"x\":\"" + "x".repeat(10_000_000) + "\"}}";

    RawClient.Answer answer = SERVER.http().post(MAPS, body);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.reason()).isEqualTo("RequestEntityTooLarge");
    assertThat(SERVER.http().get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void aConfigMapOverAMegabyteIsTooLong() {
    String body =
        "{\"metadata\":{\"name\":\"big\"},\"data\":{\"x\":\"" + "x".repeat(1_100_000) + "\"}}";

    RawClient.Answer answer = SERVER.http().post(MAPS, body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.message()).contains("Too long: may not be more than 1048576 bytes");
  }

  @Test
  void unknownFieldsAreDroppedSilentlyOrWithAWarningAsAsked() {
    String pod = POD.replace("\"image\"", "\"imge\":1,\"image\"");

    RawClient.Answer ignored = SERVER.http().post(PODS + "?fieldValidation=Ignore&dryRun=All", pod);
    RawClient.Answer warned = SERVER.http().post(PODS + "?fieldValidation=Warn&dryRun=All", pod);
    RawClient.Answer unsaid = SERVER.http().post(PODS + "?dryRun=All", pod);

    assertThat(ignored.status()).as(ignored.text()).isEqualTo(201);
    assertThat(ignored.warnings()).isEmpty();
    assertThat(ignored.text()).doesNotContain("imge");
    assertThat(warned.warnings())
        .containsExactly("299 - \"unknown field \\\"spec.containers[0].imge\\\"\"");
    assertThat(unsaid.warnings()).isEqualTo(warned.warnings());
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    RawClient.Answer answer =
        SERVER
            .http()
            .post(
                PODS,
                """
                {"metadata":{"name":"Bad"},"spec":{"restartPolicy":"Never","containers":[
                  {"name":"UP","image":"i"},{"name":"b"}]}}
                """);

    List<String> fields =
        answer
            .json()
            .path("details")
            .path("causes")
            .valueStream()
            .map(each -> each.path("field").asString(""))
            .toList();
    assertThat(answer.status()).isEqualTo(422);
    assertThat(fields)
        .contains("metadata.name", "spec.containers[0].name", "spec.containers[1].image");
  }

  @Test
  void strangersAreNobodyAndGuestsMayOnlyLookAtTheDoor() {
    RawClient.Answer wrong = SERVER.http().withToken("wrong").get(PODS);
    RawClient.Answer nobody = SERVER.http().withToken("").get(PODS);
    RawClient.Answer door = SERVER.http().withToken("").get("/readyz");

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.reason()).isEqualTo("Unauthorized");
    assertThat(nobody.status()).isIn(401, 403);
    assertThat(door.status()).isEqualTo(200);
  }

  @Test
  void aUserWithoutRightsIsToldWhatIsMissing() {
    RawClient http = SERVER.http();
    var request = http.request(PODS).header("impersonate-user", "ann").GET();

    RawClient.Answer answer = http.send(request);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.reason()).isEqualTo("Forbidden");
    assertThat(answer.message())
        .isEqualTo(
            "pods is forbidden: User \"ann\" cannot list resource \"pods\" in API group \"\" in"
                + " the namespace \"default\"");
  }
}
