package dev.slipway.controllers.knative.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class KnativeRulesTest {
  private static final String WEB =
      """
      {"apiVersion":"serving.knative.dev/v1","kind":"Service",
       "metadata":{"name":"web","namespace":"default"},
       "spec":{"template":{"metadata":{},"spec":{"containers":[{"image":"web:1"}]}}}}
      """;

  /// A Service with one field set.
  private static ObjectNode web(String pointer, String value) {
    ObjectNode service = Json.parseObject(WEB);
    int last = pointer.lastIndexOf('/');
    ObjectNode parent = service;
    JsonNode holder = service.at(pointer.substring(0, last));
    if (holder instanceof ObjectNode found) {
      parent = found;
    } else {
      for (String each : pointer.substring(1, last).split("/", -1)) {
        parent = Json.ensureObject(parent, each.replace("~1", "/"));
      }
    }
    String field = pointer.substring(last + 1).replace("~1", "/");
    parent.set(field, Json.MAPPER.readTree(value.replace('\'', '"')));
    return service;
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          /spec/template/spec/containerConcurrency | 1000 | -
          /spec/template/spec/containerConcurrency | 1001 | spec.template.spec.containerConcurrency: Invalid value: 1001: expected 0 <= 1001 <= 1000
          /spec/template/spec/containerConcurrency | -1 | spec.template.spec.containerConcurrency: Invalid value: -1: expected 0 <= -1 <= 1000
          /spec/template/spec/containerConcurrency | 'x' | spec.template.spec.containerConcurrency: Invalid value: "x": must be a whole number
          /spec/template/spec/timeoutSeconds | 600 | -
          /spec/template/spec/timeoutSeconds | 601 | spec.template.spec.timeoutSeconds: Invalid value: 601: expected 0 <= 601 <= 600
          /spec/template/spec/responseStartTimeoutSeconds | 301 | spec.template.spec.responseStartTimeoutSeconds: Invalid value: 301: expected 0 <= 301 <= 300
          /spec/template/spec/idleTimeoutSeconds | 301 | spec.template.spec.idleTimeoutSeconds: Invalid value: 301: expected 0 <= 301 <= 300
          /spec/template/spec/containers | [] | spec.template.spec.containers: Required value: missing field(s)
          /spec/template/spec/containers | 'x' | spec.template.spec.containers: Invalid value: "x": must be a list of containers
          /spec/template/spec/containers | [{}] | spec.template.spec.containers[0].image: Required value: missing field(s)
          /spec/template/spec/containers/0/image | 'a b' | spec.template.spec.containers[0].image: Invalid value: "a b": Failed to parse image reference: expected [registry/]name[:tag][@digest]
          /spec/template/spec/containers/0/image | 'gcr.io:443/a/b_c:v1@sha256:0123456789012345678901234567890123456789012345678901234567890123' | -
          /spec/template/spec/containers/0/lifecycle | {} | spec.template.spec.containers[0].lifecycle: Forbidden: must not set the field(s)
          /spec/template/spec/containers/0/tty | true | spec.template.spec.containers[0].tty: Forbidden: must not set the field(s)
          /spec/template/spec/containers/0/name | 'queue-proxy' | spec.template.spec.containers[0].name: Invalid value: "queue-proxy": "queue-proxy" is a reserved container name
          /spec/template/spec/containers/0/env | [{'name':'PORT','value':'1'}] | spec.template.spec.containers[0].env[0].name: Invalid value: "PORT": "PORT" is a reserved environment variable
          /spec/template/spec/containers/0/env | [{'name':'K_REVISION'}] | spec.template.spec.containers[0].env[0].name: Invalid value: "K_REVISION": "K_REVISION" is a reserved environment variable
          /spec/template/spec/containers/0/env | [{'value':'1'}] | spec.template.spec.containers[0].env[0].name: Required value: missing field(s)
          /spec/template/spec/containers/0/envFrom | [{}] | spec.template.spec.containers[0].envFrom[0]: Required value: expected exactly one, got neither: configMapRef, secretRef
          /spec/template/spec/containers/0/ports | [{'containerPort':8012}] | spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 8012: 8012 is a reserved port, please use a different value
          /spec/template/spec/containers/0/ports | [{'containerPort':65536}] | spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 65536: expected 0 <= 65536 <= 65535
          /spec/template/spec/containers/0/ports | [{'containerPort':80,'protocol':'UDP'}] | spec.template.spec.containers[0].ports[0].protocol: Invalid value: "UDP": must be TCP
          /spec/template/spec/containers/0/ports | [{'containerPort':80,'hostPort':80}] | spec.template.spec.containers[0].ports[0].hostPort: Forbidden: must not set the field(s)
          /spec/template/spec/containers/0/ports | [{'containerPort':80,'name':'http'}] | spec.template.spec.containers[0].ports[0].name: Invalid value: "http": Port name http is not allowed: Name must be empty, or one of: 'h2c', 'http1'
          /spec/template/spec/containers/0/ports | [{'containerPort':80,'name':'h2c'}] | -
          /spec/template/spec/containers/0/ports | [{'containerPort':1},{'containerPort':2}] | spec.template.spec.containers: Forbidden: more than one container port is set: Only a single port is allowed across all containers (found spec.template.spec.containers[0].ports[0], spec.template.spec.containers[0].ports[1])
          /spec/template/spec/containers | [{'image':'a'},{'image':'b'}] | spec.template.spec.containers: Required value: missing field(s): containers[*].ports: one of several containers must have the port that is served
          /spec/template/spec/containers | [{'image':'a','ports':[{'containerPort':1}]},{'image':'b','env':[{'name':'PORT'}]}] | -
          /spec/template/spec/containers | [{'image':'a','name':'x','ports':[{'containerPort':1}]},{'image':'b','name':'x'}] | spec.template.spec.containers[1].name: Invalid value: "x": duplicate container name "x"
          /spec/template/spec/containers/0/readinessProbe | {'failureThreshold':3} | spec.template.spec.containers[0].readinessProbe.failureThreshold: Forbidden: failureThreshold is disallowed when periodSeconds is zero
          /spec/template/spec/containers/0/readinessProbe | {'timeoutSeconds':3} | spec.template.spec.containers[0].readinessProbe.timeoutSeconds: Forbidden: timeoutSeconds is disallowed when periodSeconds is zero
          /spec/template/spec/containers/0/readinessProbe | {'httpGet':{},'exec':{}} | spec.template.spec.containers[0].readinessProbe: Forbidden: expected exactly one, got both: httpGet, exec
          /spec/template/spec/containers/0/livenessProbe | {} | spec.template.spec.containers[0].livenessProbe: Required value: expected exactly one, got neither: httpGet, tcpSocket, exec, grpc
          /spec/template/spec/containers/0/livenessProbe | {'httpGet':{'port':'web'}} | spec.template.spec.containers[0].livenessProbe.httpGet.port: Invalid value: "web": Probe port must match container port
          /spec/template/spec/containers/0/resources | {'limits':{'cpu':'lots'}} | spec.template.spec.containers[0].resources.limits[cpu]: Invalid value: "lots": must be a quantity such as 500m, 2 or 1Gi
          /spec/template/spec/containers/0/resources | {'limits':{'nvidia.com/gpu':1}} | -
          /spec/template/spec/containers/0/volumeMounts | [{'name':'x','mountPath':'/x'}] | spec.template.spec.containers[0].volumeMounts[0].name: Invalid value: "x": volumeMount has no matching volume
          /spec/template/spec/volumes | [{'name':'x','emptyDir':{}}] | spec.template.spec.volumes[0].name: Invalid value: "x": volume with name "x" not mounted
          /spec/template/spec/nodeSelector | {'gpu':'yes'} | -
          /spec/template/spec/tolerations | [{'key':'gpu','operator':'Exists'}] | -
          /spec/template/spec/affinity | {'nodeAffinity':{}} | -
          /spec/template/spec/terminationGracePeriodSeconds | 5 | spec.template.spec.terminationGracePeriodSeconds: Forbidden: must not set the field(s)
          /spec/template/spec/restartPolicy | 'Never' | spec.template.spec.restartPolicy: Forbidden: must not set the field(s)
          /spec/template/metadata/name | 'web-blue' | -
          /spec/template/metadata/name | 'blue' | spec.template.metadata.name: Invalid value: "blue": "blue" must have prefix "web-"
          /spec/template/metadata/annotations | {'autoscaling.knative.dev/min-scale':'-1'} | spec.template.metadata.annotations.autoscaling.knative.dev/min-scale: Invalid value: "-1": expected 0 <= -1 <= 2147483647
          /spec/template/metadata/annotations | {'serving.knative.dev/progress-deadline':'1500ms'} | spec.template.metadata.annotations.serving.knative.dev/progress-deadline: Invalid value: "1500ms": progress-deadline=1500ms is not at second precision
          /metadata/annotations | {'autoscaling.knative.dev/min-scale':'1'} | metadata.annotations: Forbidden: invalid key name "autoscaling.knative.dev/min-scale": autoscaling annotations must be put under "spec.template.metadata.annotations" to work
          /metadata/annotations | {'serving.knative.dev/rollout-duration':'-10s'} | metadata.annotations.serving.knative.dev/rollout-duration: Invalid value: "-10s": rollout-duration=-10s must be positive
          /metadata/annotations | {'serving.knative.dev/rollout-duration':'soon'} | metadata.annotations.serving.knative.dev/rollout-duration: Invalid value: "soon": must be a duration such as 90s or 1m30s
          /spec/traffic | [{'percent':99}] | spec.traffic: Invalid value: 99: Traffic targets sum to 99, want 100
          /spec/traffic | [{'percent':100},{'tag':'a','percent':0},{'tag':'a','revisionName':'web-1'}] | spec.traffic[2].tag: Invalid value: "a": Multiple definitions for "a": spec.traffic[2].tag, spec.traffic[1].tag
          /spec/traffic | [{'percent':100,'revisionName':'web-1','latestRevision':true}] | spec.traffic[0].latestRevision: Invalid value: true: may not set revisionName "web-1" when latestRevision is true
          /spec/traffic | [{'percent':100,'latestRevision':false}] | spec.traffic[0].latestRevision: Invalid value: false: may not set revisionName "" when latestRevision is false
          /spec/traffic | [{'percent':100,'configurationName':'web'}] | spec.traffic[0].configurationName: Forbidden: must not set the field(s)
          /spec/traffic | [{'percent':100,'url':'http://x'}] | spec.traffic[0].url: Forbidden: must not set the field(s)
          /spec/traffic | [{'percent':'all'}] | spec.traffic[0].percent: Invalid value: "all": must be a whole number
          """)
  void serviceIsJudged(String pointer, String value, String problem) {
    var problems = new Asked().problems(new ServiceRules(), web(pointer, value));
    if (problem == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).contains(problem);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /             | "mountPath \\"/\\" is a reserved path"
          /dev/         | "mountPath \\"/dev\\" is a reserved path"
          /dev/log      | "mountPath \\"/dev/log\\" is a reserved path"
          data          | must be an absolute path
          """)
  void reservedPathsAreRefused(String path, String expected) {
    ObjectNode service = web("/spec/template/spec/volumes", "[{'name':'v','emptyDir':{}}]");
    var mount =
        ((ObjectNode) service.at("/spec/template/spec/containers/0")).putArray("volumeMounts");
    mount.addObject().put("name", "v").put("mountPath", path);
    assertThat(new Asked().problems(new ServiceRules(), service))
        .singleElement()
        .asString()
        .contains(expected.replace("\\", "").replaceAll("^\"|\"$", ""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"web, true", "Web, false", "1web, false", "web.a, false"})
  void aNameIsALabel(String name, boolean allowed) {
    ObjectNode service = Json.parseObject(WEB);
    Json.ensureObject(service, "metadata").put("name", name);
    var problems = new Asked().problems(new ServiceRules(), service);
    assertThat(problems.isEmpty()).isEqualTo(allowed);
    if (!allowed) {
      assertThat(problems.getFirst()).contains("not a DNS 1035 label");
    }
  }

  @Test
  void aGivenRevisionNameStandsForOneTemplate() {
    var before =
        new Asked()
            .complete(
                new ServiceRules(), web("/spec/template/metadata/name", "'web-a'").toString());
    var now = before.deepCopy();
    ((ObjectNode) now.at("/spec/template/spec/containers/0")).put("image", "web:2");
    assertThat(new Asked().replacing(before).problems(new ServiceRules(), now))
        .containsExactly(
            "spec.template.metadata.name: Invalid value: \"web-a\": Saw the following changes"
                + " without a name change (-old +new): {spec.containers[0].image}: -\"web:1\""
                + " +\"web:2\"");
    ((ObjectNode) now.at("/spec/template/metadata")).put("name", "web-b");
    assertThat(new Asked().replacing(before).problems(new ServiceRules(), now)).isEmpty();
  }

  @Test
  void theCreatorIsNotChanged() {
    var before = new Asked().complete(new ServiceRules(), WEB);
    var now = before.deepCopy();
    ((ObjectNode) now.at("/metadata/annotations")).put("serving.knative.dev/creator", "eve");
    assertThat(new Asked().replacing(before).problems(new ServiceRules(), now))
        .containsExactly(
            "metadata.annotations.serving.knative.dev/creator: Invalid value: \"eve\": annotation"
                + " value is immutable (was ada)");
  }

  @Test
  void aRevisionNeverChanges() {
    var rules = new RevisionRules();
    var before =
        new Asked()
            .complete(
                rules,
                "{\"metadata\":{\"name\":\"web-1\"},\"spec\":{\"containers\":[{\"image\":\"a\"}]}}");
    var now = before.deepCopy();
    assertThat(new Asked().replacing(before).problems(rules, now)).isEmpty();
    ((ObjectNode) now.at("/spec")).put("timeoutSeconds", 5);
    assertThat(new Asked().replacing(before).problems(rules, now))
        .containsExactly(
            "spec: Forbidden: Immutable fields changed (-old +new): {timeoutSeconds}: -300 +5");
  }

  @Test
  void aRouteNamesARevisionOrAConfiguration() {
    var rules = new RouteRules();
    assertThat(
            new Asked()
                .problems(
                    rules,
                    Json.parseObject(
                        "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"traffic\":[{\"percent\":100},"
                            + "{\"revisionName\":\"a\",\"configurationName\":\"b\"}]}}")))
        .containsExactly(
            "spec.traffic[0]: Required value: expected exactly one, got neither: revisionName,"
                + " configurationName",
            "spec.traffic[1]: Forbidden: expected exactly one, got both: revisionName,"
                + " configurationName");
  }

  @Test
  void aConfigurationThatSaysItsServiceIsOwnedByIt() {
    ObjectNode configuration = Json.parseObject(WEB);
    Json.ensureObject(configuration, "metadata", "labels")
        .put("serving.knative.dev/service", "web");
    assertThat(new Asked().problems(new ConfigurationRules(), configuration))
        .containsExactly(
            "metadata.labels.serving.knative.dev/service: Required value: missing field(s): there"
                + " is no owner Service \"web\"");
  }

  @Test
  void aMappingIsADomainThatRefersToItsOwnNamespace() {
    var rules = new DomainMappingRules();
    assertThat(
            new Asked()
                .problems(
                    rules,
                    Json.parseObject(
                        "{\"metadata\":{\"name\":\"web.default.svc.cluster.local\","
                            + "\"namespace\":\"default\"},\"spec\":{\"ref\":{\"kind\":\"Service\","
                            + "\"namespace\":\"other\"}}}")))
        .containsExactly(
            "metadata.name: Invalid value: \"web.default.svc.cluster.local\": invalid name"
                + " \"web.default.svc.cluster.local\": must not be a subdomain of cluster local"
                + " domain \"cluster.local\"",
            "spec.ref.apiVersion: Required value: missing field(s)",
            "spec.ref.name: Required value: missing field(s)",
            "spec.ref.namespace: Invalid value: \"other\": mismatched namespaces: parent"
                + " namespace: \"default\" does not match ref: \"other\"");
  }

  @Test
  void theLimitsOfTheClusterHold() {
    var asked =
        new Asked()
            .with("config-defaults", "max-revision-timeout-seconds", "900")
            .with("config-defaults", "allow-container-concurrency-zero", "false")
            .with("config-autoscaler", "allow-zero-initial-scale", "true");
    ObjectNode service = web("/spec/template/spec/timeoutSeconds", "900");
    Json.ensureObject(service, "spec", "template", "metadata", "annotations")
        .put("autoscaling.knative.dev/initial-scale", "0");
    assertThat(asked.problems(new ServiceRules(), service))
        .containsExactly(
            "spec.template.spec.containerConcurrency: Invalid value: 0: expected 1 <= 0 <= 1000");
  }

  @Test
  void everyKindHasRules() {
    assertThat(KnativeRules.all().stream().map(each -> each.kind()))
        .containsExactly("Service", "Configuration", "Revision", "Route", "DomainMapping");
  }
}
