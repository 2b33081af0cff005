package dev.slipway.katib.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What pods get because a trial is above them.
final class PodInjectionTest {
  private final World world = new World();

  private static ObjectNode pod() {
    return Json.parseObject(
        """
        {"metadata":{"namespace":"n","labels":{"role":"lead"},"ownerReferences":[
           {"apiVersion":"batch/v1","kind":"Job","name":"e-1","controller":true}]},
         "spec":{"containers":[{"name":"side"},{"name":"main"}]}}
        """);
  }

  private ObjectNode injected(String trialSpec, String trialLabels) {
    world.put(
        "batch/jobs/n/e-1",
        """
        {"metadata":{"name":"e-1","namespace":"n","ownerReferences":[
           {"apiVersion":"kubeflow.org/v1beta1","kind":"Trial","name":"e-1","controller":true}]}}
        """);
    world.put(
        "kubeflow.org/trials/n/e-1",
        """
        {"metadata":{"name":"e-1","namespace":"n",
           "labels":{"katib.kubeflow.org/experiment":"e"%s}},
         "spec":{"primaryContainerName":"main"%s}}
        """
            .formatted(trialLabels, trialSpec));
    var pod = pod();
    new PodInjection().complete(world, pod);
    return pod;
  }

  @Test
  void theTrialsNameIsALabelAndAVariableOfTheContainerThatReports() {
    var pod = injected("", "");
    assertThat(Json.text(pod, "metadata", "labels", "katib.kubeflow.org/trial")).isEqualTo("e-1");
    assertThat(Json.text(pod, "metadata", "labels", "katib.kubeflow.org/experiment"))
        .isEqualTo("e");
    assertThat(pod.at("/spec/containers/1/env/0/value").asString()).isEqualTo("e-1");
    assertThat(pod.at("/spec/containers/0/env").isMissingNode()).isTrue();
  }

  @Test
  void podsThatDoNotReportHaveTheLabelAlone() {
    var pod = injected(",\"primaryPodLabels\":{\"role\":\"other\"}", "");
    assertThat(Json.text(pod, "metadata", "labels", "katib.kubeflow.org/trial")).isEqualTo("e-1");
    assertThat(pod.at("/spec/containers/1/env").isMissingNode()).isTrue();
  }

  @Test
  void aCustomCollectorIsOneMoreContainerThatSeesTheFile() {
    var pod =
        injected(
            """
            ,"metricsCollector":{"collector":{"kind":"Custom","customCollector":{"name":"mine"}},
              "source":{"fileSystemPath":{"path":"/katib/out.log","kind":"File"}}}
            """,
            "");
    assertThat(pod.at("/spec/containers/2/name").asString()).isEqualTo("mine");
    assertThat(pod.at("/spec/containers/2/volumeMounts/0/mountPath").asString())
        .isEqualTo("/katib");
    assertThat(pod.at("/spec/containers/1/volumeMounts/0/mountPath").asString())
        .isEqualTo("/katib");
    assertThat(pod.at("/spec/volumes")).hasSize(1);
  }

  @Test
  void aPopulationsTrialHasItsDirectoryAndBeginsWithWhatItsParentLeft() {
    world.put(
        "kubeflow.org/suggestions/n/e",
        """
        {"metadata":{"name":"e","namespace":"n"},"spec":{"algorithm":{"algorithmName":"pbt",
          "algorithmSettings":[{"name":"suggestion_trial_dir","value":"/ckpt"}]}}}
        """);
    var first = injected("", "").path("spec");
    assertThat(first.at("/volumes/0/persistentVolumeClaim/claimName").asString())
        .isEqualTo("e-pbt");
    assertThat(first.at("/containers/1/volumeMounts/0/subPath").asString()).isEqualTo("e/e-1");
    assertThat(first.has("initContainers")).isFalse();

    var child = injected("", ",\"pbt.suggestion.katib.kubeflow.org/parent\":\"e-0\"").path("spec");
    var words = child.at("/initContainers/0/command").valueStream().map(each -> each.asString());
    assertThat(words.toList()).endsWith("/var/lib/katib/checkpoints", "e-0", "e-1");
    assertThat(child.at("/initContainers/0/volumeMounts/0/subPath").asString()).isEqualTo("e");
  }

  /// Objects by `GROUP/PLURAL/NAMESPACE/NAME`.
  private static final class World implements KindRules.Admitting {
    private final Map<String, ObjectNode> objects = new HashMap<>();

    void put(String at, String json) {
      objects.put(at, Json.parseObject(json));
    }

    @Override
    public Optional<ObjectNode> before() {
      return Optional.empty();
    }

    @Override
    public String user() {
      return "somebody";
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return Optional.ofNullable(objects.get(String.join("/", group, plural, namespace, name)));
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return List.of();
    }

    @Override
    public Consumer<String> warnings() {
      return _ -> {};
    }
  }
}
