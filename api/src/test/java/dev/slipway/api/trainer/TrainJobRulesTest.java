package dev.slipway.api.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What a TrainJob is told about itself and the runtime it names, before it is stored.
final class TrainJobRulesTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  /// A request to store a job, with the objects that are there.
  private static final class Asked implements KindRules.Admitting {
    final List<String> warned = new ArrayList<>();
    final Map<String, ObjectNode> objects = new HashMap<>();
    Optional<ObjectNode> before = Optional.empty();

    /// @param place `PLURAL/NAMESPACE/NAME`
    Asked with(String place, String yaml) {
      objects.put(place, yaml(yaml));
      return this;
    }

    List<String> judged(String job) {
      var object = yaml(job);
      var rules = new TrainJobRules(() -> NOW);
      rules.complete(this, object);
      return rules.judge(this, object).stream().map(Object::toString).toList();
    }

    @Override
    public Optional<ObjectNode> before() {
      return before;
    }

    @Override
    public String user() {
      return "somebody";
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return Optional.ofNullable(objects.get(plural + "/" + namespace + "/" + name));
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return List.of();
    }

    @Override
    public Consumer<String> warnings() {
      return warned::add;
    }
  }

  private static ObjectNode yaml(String text) {
    return (ObjectNode) YAML.readTree(text);
  }

  private static String runtime(String policy) {
    return """
    metadata: {name: r}
    spec:
      mlPolicy: {numNodes: 1, %s}
      template:
        spec:
          replicatedJobs:
            - name: dataset-initializer
              template: {spec: {template: {spec: {containers: [{name: dataset-initializer}]}}}}
            - name: node
              template: {spec: {template: {spec: {
                initContainers: [{name: wait}], containers: [{name: node}]}}}}
    """
        .formatted(policy);
  }

  private static String job(String spec) {
    return """
    metadata: {name: j, namespace: ns}
    spec: {runtimeRef: {name: r}, %s}
    """
        .formatted(spec);
  }

  private static Asked asked(String policy) {
    return new Asked().with("clustertrainingruntimes//r", runtime(policy));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          torch: {} | trainer: {numNodes: 2, numProcPerNode: 1, env: [{name: A}]} | ^^
          torch: {} | trainer: {numProcPerNode: auto} | ^^
          torch: {} | trainer: {numProcPerNode: 0} | spec.trainer.numProcPerNode: Invalid value: 0: numProcPerNode must be greater than or equal to 1
          torch: {} | trainer: {numProcPerNode: many} | spec.trainer.numProcPerNode: Invalid value: "many"
          torch: {} | trainer: {env: [{name: PET_NNODES}, {name: A}]} | spec.trainer.env: Invalid value: [{"name":"PET_NNODES"},{"name":"A"}]: must not have reserved envs, invalid envs configured: [PET_NNODES]
          xgboost: {} | trainer: {env: [{name: A}, {name: DMLC_TASK_ID}]} | spec.trainer.env[1]: Forbidden: DMLC_TASK_ID is reserved for the XGBoost runtime
          xgboost: {} | trainer: {env: [{name: PET_NNODES}]} | ^^
          mpi: {} | trainer: {env: [{name: OMPI_MCA_plm_rsh_args}]} | invalid envs configured: [OMPI_MCA_plm_rsh_args]
          mpi: {runLauncherAsNode: true} | trainer: {numNodes: 2} | spec.trainer.numNodes: Invalid value: 2: must have 1 when MPI trainingRuntime with enabled runLauncherAsNode
          torch: {envInjection: {targets: [{jobName: node, containerNames: [other]}]}} | suspend: false | envInjection target podSet "node" container "other" not found in runtime template
          torch: {} | initializer: {model: {}} | spec.runtimeRef: Invalid value: {"name":"r"}: must have model-initializer job when trainJob is configured with input modelConfig
          torch: {} | initializer: {dataset: {}} | must have volumeMount with name - initializer in container dataset-initializer of the dataset-initializer job
          torch: {} | runtimePatches: [{manager: me}] | spec.runtimePatches.manager: Invalid value: "me"
          torch: {} | runtimePatches: [{manager: a.b/c, trainingRuntimeSpec: {template: {spec: {replicatedJobs: [{name: other}]}}}}] | spec.runtimePatches: Invalid value: "other": must not have replicated job that doesn't exist in the runtime job template
          torch: {} | runtimePatches: [{manager: a.b/c, trainingRuntimeSpec: {template: {spec: {replicatedJobs: [{name: node, template: {spec: {template: {spec: {containers: [{name: x}]}}}}}]}}}}] | spec.runtimePatches: Invalid value: "x": must not have container that doesn't exist in the runtime job node
          torch: {} | runtimePatches: [{manager: a.b/c, trainingRuntimeSpec: {template: {spec: {replicatedJobs: [{name: node, template: {spec: {template: {spec: {containers: [{name: node, env: [{name: A}]}]}}}}}]}}}}] | "node": must not have envs for the dataset-initializer, model-initializer, node containers
          torch: {} | runtimePatches: [{manager: a.b/c, trainingRuntimeSpec: {template: {spec: {replicatedJobs: [{name: node, template: {spec: {template: {spec: {initContainers: [{name: wait}]}}}}}]}}}}] | ^^
          """)
  void aNewJobIsJudgedByItsRuntime(String policy, String spec, String message) {
    var found = asked(policy).judged(job(spec));

    if (message.isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).anyMatch(each -> each.contains(message));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {name: r} | ClusterTrainingRuntime.trainer.kubeflow.org "r" not found: specified clusterTrainingRuntime must be created before
          {name: r, kind: TrainingRuntime} | TrainingRuntime.trainer.kubeflow.org "r" not found: specified trainingRuntime
          {name: r, kind: Deployment} | unsupported runtime: Deployment.trainer.kubeflow.org
          {name: r, apiGroup: apps} | unsupported runtime: ClusterTrainingRuntime.apps
          """)
  void aRuntimeThatIsNotThereIsNamed(String reference, String message) {
    assertThat(new Asked().judged("spec: {runtimeRef: " + reference + "}"))
        .singleElement()
        .asString()
        .startsWith("spec.runtimeRef: Invalid value: ")
        .contains(message);
  }

  @Test
  void aJobOutlivesItsRuntime() {
    var asked = new Asked();
    asked.before = Optional.of(yaml(job("suspend: false")));

    assertThat(asked.judged(job("suspend: true"))).isEmpty();
  }

  @Test
  void aRuntimeOfTheNamespaceIsLookedForThere() {
    var asked = new Asked().with("trainingruntimes/ns/r", runtime("torch: {}"));
    var job =
        """
        metadata: {name: j, namespace: ns}
        spec: {runtimeRef: {name: r, kind: TrainingRuntime}}
        """;

    assertThat(asked.judged(job)).isEmpty();
  }

  @Test
  void aDeprecatedRuntimeIsWarnedOf() {
    var old = yaml(runtime("torch: {}"));
    old.withObject("/metadata/labels").put(Trainer.SUPPORT, "deprecated");
    var asked = new Asked();
    asked.objects.put("clustertrainingruntimes//r", old);

    assertThat(asked.judged(job("suspend: false"))).isEmpty();
    assertThat(asked.warned).singleElement().asString().contains("Referenced", "deprecated");
  }

  private static String patched(String labels, boolean suspend) {
    return job(
        "suspend: "
            + suspend
            + ", runtimePatches: [{manager: a.b/c, trainingRuntimeSpec: {template: {metadata:"
            + " {labels: "
            + labels
            + "}}}}]");
  }

  @Test
  void patchesChangeOnlyWhileTheJobWaits() {
    var asked = asked("torch: {}");
    asked.before = Optional.of(yaml(patched("{a: b}", false)));
    assertThat(asked.judged(patched("{a: c}", false)))
        .singleElement()
        .asString()
        .contains("RuntimePatches can only be modified when the TrainJob is suspended");

    asked.before = Optional.of(yaml(patched("{a: b}", true)));
    assertThat(asked.judged(patched("{a: c}", false))).isEmpty();

    asked.with(
        "jobsets/ns/j", "status: {replicatedJobsStatus: [{name: node, active: 1}, {name: other}]}");
    assertThat(asked.judged(patched("{a: c}", false)))
        .singleElement()
        .asString()
        .contains("JobSet's ReplicatedJob node is still active");
  }

  @Test
  void aPatchTellsWhenItLastChanged() {
    var asked = asked("torch: {}");
    var first = yaml(patched("{a: b}", true));
    new TrainJobRules(() -> NOW).complete(asked, first);
    asked.before = Optional.of(first);
    var same = yaml(patched("{a: b}", true));
    new TrainJobRules(() -> NOW.plusSeconds(60)).complete(asked, same);
    var other = yaml(patched("{a: c}", true));
    new TrainJobRules(() -> NOW.plusSeconds(60)).complete(asked, other);

    assertThat(time(first)).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(time(same)).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(time(other)).isEqualTo("2026-01-02T03:05:05Z");
  }

  private static String time(ObjectNode job) {
    return Json.text(job.at("/spec/runtimePatches/0"), "time");
  }
}
