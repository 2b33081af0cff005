package dev.slipway.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The CustomResourceDefinitions of all AI kinds, under the names their projects gave them.
///
/// Each is one YAML file, `crds/NAME.yaml`. Names, versions, scopes, subresources and printer
/// columns are those of the real projects; the schemas keep every field of `spec` and `status`.
public final class AiKinds {
  private static final List<String> NAMES =
      List.of(
          "experiments.kubeflow.org",
          "suggestions.kubeflow.org",
          "trials.kubeflow.org",
          "tfjobs.kubeflow.org",
          "pytorchjobs.kubeflow.org",
          "mpijobs.kubeflow.org",
          "xgboostjobs.kubeflow.org",
          "paddlejobs.kubeflow.org",
          "jaxjobs.kubeflow.org",
          "trainjobs.trainer.kubeflow.org",
          "trainingruntimes.trainer.kubeflow.org",
          "clustertrainingruntimes.trainer.kubeflow.org",
          "optimizationjobs.trainer.kubeflow.org",
          "jobsets.jobset.x-k8s.io",
          "inferenceservices.serving.kserve.io",
          "servingruntimes.serving.kserve.io",
          "clusterservingruntimes.serving.kserve.io",
          "inferencegraphs.serving.kserve.io",
          "trainedmodels.serving.kserve.io",
          "clusterstoragecontainers.serving.kserve.io",
          "localmodelcaches.serving.kserve.io",
          "localmodelnodegroups.serving.kserve.io",
          "localmodelnodes.serving.kserve.io",
          "services.serving.knative.dev",
          "configurations.serving.knative.dev",
          "revisions.serving.knative.dev",
          "routes.serving.knative.dev",
          "domainmappings.serving.knative.dev",
          "ingresses.networking.internal.knative.dev",
          "podautoscalers.autoscaling.internal.knative.dev",
          "metrics.autoscaling.internal.knative.dev",
          "seldondeployments.machinelearning.seldon.io",
          "scaledobjects.keda.sh",
          "scaledjobs.keda.sh",
          "triggerauthentications.keda.sh",
          "clustertriggerauthentications.keda.sh",
          "rayclusters.ray.io",
          "rayjobs.ray.io",
          "rayservices.ray.io",
          "servicemonitors.monitoring.coreos.com",
          "podmonitors.monitoring.coreos.com",
          "prometheusrules.monitoring.coreos.com",
          "gatewayclasses.gateway.networking.k8s.io",
          "gateways.gateway.networking.k8s.io",
          "httproutes.gateway.networking.k8s.io",
          "grpcroutes.gateway.networking.k8s.io",
          "referencegrants.gateway.networking.k8s.io");

  private AiKinds() {}

  /// The names of all definitions (`PLURAL.GROUP`), related kinds together; costs nothing.
  public static List<String> names() {
    return NAMES;
  }

  /// Changes whenever any definition does: a checksum of all of them.
  ///
  /// @throws UncheckedIOException if the module is incomplete
  public static String edition() {
    var sum = new CRC32C();
    for (String name : NAMES) {
      sum.update(bytes(name));
    }
    return Long.toHexString(sum.getValue());
  }

  /// All definitions, in the order of [#names]; each is the caller's own to change.
  public static List<ObjectNode> definitions() {
    return NAMES.stream().map(AiKinds::definition).toList();
  }

  /// One definition, freshly read.
  ///
  /// @throws NoSuchElementException if no AI kind has this name
  public static ObjectNode definition(String name) {
    if (!NAMES.contains(name)) {
      throw new NoSuchElementException("no AI kind is defined by " + name);
    }
    return (ObjectNode) Yaml.MAPPER.readTree(bytes(name));
  }

  private static byte[] bytes(String name) {
    String path = "/crds/" + name + ".yaml";
    try (InputStream in = AiKinds.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("missing from the program: " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /// Made when the first definition is read.
  private static final class Yaml {
    static final YAMLMapper MAPPER = new YAMLMapper();
  }
}
