package dev.slipway.apiserver.builtin.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class BuiltinResourcesTest {
  private static final Strategy PLAIN = new Strategy() {};
  private static final Catalog CATALOG =
      Catalog.of(BuiltinResources.all(_ -> PLAIN, _ -> List.of()));

  @ParameterizedTest(name = "{0}/{1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # group                      | version | plural                       | kind                       | ns    | short    | categories     | status | further subresources
          ''                           | v1      | pods                         | Pod                        | true  | po       | all            | true   | attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize
          ''                           | v1      | namespaces                   | Namespace                  | false | ns       |                | true   | finalize
          ''                           | v1      | nodes                        | Node                       | false | no       |                | true   | proxy
          ''                           | v1      | services                     | Service                    | true  | svc      | all            | true   | proxy
          ''                           | v1      | serviceaccounts              | ServiceAccount             | true  | sa       |                | false  | token
          ''                           | v1      | endpoints                    | Endpoints                  | true  | ep       |                | false  |
          apps                         | v1      | deployments                  | Deployment                 | true  | deploy   | all            | true   |
          apps                         | v1      | controllerrevisions          | ControllerRevision         | true  |          |                | false  |
          batch                        | v1      | cronjobs                     | CronJob                    | true  | cj       | all            | true   |
          autoscaling                  | v1      | horizontalpodautoscalers     | HorizontalPodAutoscaler    | true  | hpa      | all            | true   |
          networking.k8s.io            | v1      | ingresses                    | Ingress                    | true  | ing      |                | true   |
          policy                       | v1beta1 | podsecuritypolicies          | PodSecurityPolicy          | false | psp      |                | false  |
          ''                           | v1      | podsecuritypolicies          | PodSecurityPolicy          | false |          |                | false  |
          rbac.authorization.k8s.io    | v1      | clusterroles                 | ClusterRole                | false |          |                | false  |
          storage.k8s.io               | v1      | csistoragecapacities         | CSIStorageCapacity         | true  |          |                | false  |
          apiextensions.k8s.io         | v1      | customresourcedefinitions    | CustomResourceDefinition   | false | crd,crds | api-extensions | true   |
          admissionregistration.k8s.io | v1      | validatingadmissionpolicies  | ValidatingAdmissionPolicy  | false |          | api-extensions | true   |
          coordination.k8s.io          | v1      | leases                       | Lease                      | true  |          |                | false  |
          """)
  void resourcesAreNamedAsPublished(
      String group,
      String version,
      String plural,
      String kind,
      boolean namespaced,
      String shortNames,
      String categories,
      boolean status,
      String subresources) {
    Resource resource = CATALOG.find(group, version, plural).orElseThrow();
    assertThat(resource.kind()).isEqualTo(kind);
    assertThat(resource.namespaced()).isEqualTo(namespaced);
    assertThat(resource.shortNames()).isEqualTo(words(shortNames));
    assertThat(resource.categories()).isEqualTo(words(categories));
    assertThat(resource.status()).isEqualTo(status);
    assertThat(resource.subresources()).containsExactlyInAnyOrderElementsOf(words(subresources));
    assertThat(resource.schema().typeName()).endsWith("." + kind);
  }

  @Test
  void everyResourceStoresInAFormThatIsServed() {
    for (Resource each : CATALOG.all()) {
      assertThat(CATALOG.stored(each.storageGroup(), each.plural()))
          .as(each.qualified())
          .isPresent();
    }
  }

  @Test
  void shortNamesAreSharedOnlyByTheSameObjects() {
    for (Resource one : CATALOG.all()) {
      for (Resource other : CATALOG.all()) {
        if (!one.storageKey().equals(other.storageKey())) {
          assertThat(Collections.disjoint(one.shortNames(), other.shortNames())).isTrue();
        }
      }
    }
  }

  @Test
  void reviewsAndBindingsAreOnlyCreated() {
    assertThat(CATALOG.all())
        .filteredOn(each -> each.verbs().equals(Set.of("create")))
        .extracting(Resource::plural)
        .containsExactlyInAnyOrder(
            "bindings",
            "selfsubjectreviews",
            "tokenreviews",
            "localsubjectaccessreviews",
            "selfsubjectaccessreviews",
            "selfsubjectrulesreviews",
            "subjectaccessreviews");
  }

  @Test
  void namespacesAreNotDeletedInBulk() {
    assertThat(CATALOG.find("", "v1", "namespaces").orElseThrow().verbs())
        .doesNotContain("deletecollection")
        .hasSize(7);
  }

  @Test
  void selectableFieldsHaveTheValueOfAnAbsentField() {
    Resource pods = CATALOG.find("", "v1", "pods").orElseThrow();
    assertThat(pods.fields())
        .containsEntry("spec.nodeName", "")
        .containsEntry("spec.hostNetwork", "false")
        .containsKeys("status.phase", "spec.restartPolicy", "status.nominatedNodeName");
    Resource jobs = CATALOG.find("batch", "v1", "jobs").orElseThrow();
    assertThat(jobs.fields()).containsEntry("status.successful", "0");
    assertThat(jobs.fieldPath("status.successful")).isEqualTo("status.succeeded");
    assertThat(jobs.fieldPath("status.phase")).isEqualTo("status.phase");
  }

  @Test
  void eventsTravelBetweenTheirGroups() {
    Resource served = CATALOG.find("events.k8s.io", "v1", "events").orElseThrow();
    ObjectNode event =
        Json.parseObject(
            """
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"a"},
             "note":"pulled","regarding":{"kind":"Pod"},"reportingController":"c","reason":"r",
             "deprecatedCount":2,"deprecatedSource":{"component":"c"}}""");
    ObjectNode stored = served.converter().toStored(event.deepCopy());
    assertThat(stored)
        .isEqualTo(
            Json.parseObject(
                """
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"a"},
                 "message":"pulled","involvedObject":{"kind":"Pod"},"reportingComponent":"c",
                 "reason":"r","count":2,"source":{"component":"c"}}"""));
    assertThat(served.converter().toServed(stored)).isEqualTo(event);
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.split(",", -1));
  }
}
