package dev.slipway.controllers.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.Planned;
import dev.slipway.control.fake.World;
import dev.slipway.controllers.jobset.JobSetReconciler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One plan at a time. Cases follow the tests of `pkg/runtime/framework/plugins` of
/// kubeflow/trainer.
final class TrainJobPlanTest {
  private static final SshKeys KEYS = new SshKeys("private", "public");

  private static Planned plan(World world) {
    return world.plan(new TrainJobReconciler(new StatusReports(""), () -> KEYS));
  }

  /// A job on a runtime that is there from the start.
  private static World world(String runtime, String spec) {
    var job =
        Json.parseObject(
            """
            {"metadata":{"name":"t"},"spec":{"runtimeRef":{"name":"%s",
              "apiGroup":"trainer.kubeflow.org","kind":"ClusterTrainingRuntime"}}}
            """
                .formatted(runtime));
    Json.ensureObject(job, "spec").setAll(Json.parseObject(spec));
    var world = World.of(TrainerKinds.TRAIN_JOB, job);
    for (ObjectNode each : BuiltinTrainingRuntimes.runtimes()) {
      world = world.with(TrainerKinds.CLUSTER_TRAINING_RUNTIME, each);
    }
    return world;
  }

  private static JsonNode entry(Planned planned, String name) {
    for (JsonNode each : planned.only(JobSetReconciler.JOB_SET).spec().path("replicatedJobs")) {
      if (Json.text(each, "name").equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no job " + name + " in " + planned);
  }

  private static JsonNode container(Planned planned, String entry) {
    return entry(planned, entry).at("/template/spec/template/spec/containers/0");
  }

  /// `NAME=VALUE` or `NAME<-FIELD` of each variable, in order.
  private static String env(Planned planned, String entry) {
    var text = new StringBuilder();
    for (JsonNode each : container(planned, entry).path("env")) {
      String field = Json.text(each, "valueFrom", "fieldRef", "fieldPath");
      text.append(text.isEmpty() ? "" : " ")
          .append(Json.text(each, "name"))
          .append(field.isEmpty() ? "=" + Json.text(each, "value") : "<-" + field);
    }
    return text.toString();
  }

  @Test
  void torchrunIsToldOfItsNodes() {
    var planned =
        plan(
            world(
                "torch-distributed",
                """
                {"trainer":{"numNodes":2,"image":"mine","command":["torchrun"],"args":["a.py"],
                  "env":[{"name":"X","value":"1"}]}}
                """));
    assertThat(env(planned, "node"))
        .isEqualTo(
            "X=1 PET_NNODES=2 PET_NPROC_PER_NODE=1"
                + " PET_NODE_RANK<-metadata.annotations['batch.kubernetes.io/job-completion-index']"
                + " PET_MASTER_ADDR=t-node-0-0.t PET_MASTER_PORT=29500");
    var node = container(planned, "node");
    assertThat(Json.text(node, "image")).isEqualTo("mine");
    assertThat(node.path("command").toString()).isEqualTo("[\"torchrun\"]");
    assertThat(node.path("args").toString()).isEqualTo("[\"a.py\"]");
    assertThat(node.path("ports").toString()).isEqualTo("[{\"containerPort\":29500}]");
    var entry = entry(planned, "node");
    assertThat(entry.at("/template/spec/completions").asInt()).isEqualTo(2);
    assertThat(entry.at("/template/spec/parallelism").asInt()).isEqualTo(2);
    assertThat(entry.path("replicas").asInt()).isEqualTo(1);
    assertThat(
            entry
                .at("/template/metadata/labels")
                .path("trainer.kubeflow.org/trainjob-ancestor-step")
                .asString())
        .isEqualTo("trainer");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # asked | resources of a node | processes
          ''     | {}                                      | 1
          ''     | {"limits":{"cpu":"3"}}                  | 3
          ''     | {"limits":{"cpu":"2500m"}}              | 3
          ''     | {"limits":{"cpu":"8"},"requests":{"cpu":"2"}} | 2
          ''     | {"limits":{"nvidia.com/gpu":"4"}}       | auto
          6      | {"limits":{"nvidia.com/gpu":"4"}}       | 6
          "cpu"  | {"limits":{"nvidia.com/gpu":"4","cpu":"5"}} | 5
          "gpu"  | {"limits":{"cpu":"5"}}                  | gpu
          """)
  void processesFollowTheDevicesOfANode(String asked, String resources, String processes) {
    var trainer = Json.parseObject("{\"trainer\":{\"resourcesPerNode\":" + resources + "}}");
    if (!asked.isEmpty()) {
      Json.ensureObject(trainer, "trainer").set("numProcPerNode", Json.MAPPER.readTree(asked));
    }
    assertThat(env(plan(world("torch-distributed", trainer.toString())), "node"))
        .contains("PET_NPROC_PER_NODE=" + processes + " ");
  }

  @Test
  void otherFrameworksAreToldInTheirOwnWords() {
    var trainer = "{\"trainer\":{\"numNodes\":3}}";
    String rank = "<-metadata.annotations['batch.kubernetes.io/job-completion-index']";
    assertThat(env(plan(world("jax-distributed", trainer)), "node"))
        .isEqualTo(
            "JAX_NUM_PROCESSES=3 JAX_PROCESS_ID"
                + rank
                + " JAX_COORDINATOR_ADDRESS=t-node-0-0.t:29500");
    assertThat(
            env(
                plan(
                    world(
                        "xgboost-distributed",
                        "{\"trainer\":{\"numNodes\":3,\"resourcesPerNode\":"
                            + "{\"limits\":{\"nvidia.com/gpu\":2}}}}")),
                "node"))
        .isEqualTo(
            "DMLC_TRACKER_URI=t-node-0-0.t DMLC_TRACKER_PORT=29500 DMLC_TASK_ID"
                + rank
                + " DMLC_NUM_WORKER=6");
  }

  @Test
  void mpiGetsItsHostsAndKeys() {
    var planned =
        plan(world("deepspeed-distributed", "{\"trainer\":{\"numNodes\":3,\"numProcPerNode\":2}}"));
    assertThat(planned.object(Kinds.CONFIG_MAP, "t-mpi-hostfile").text("data", "hostfile"))
        .isEqualTo(
            """
            t-node-0-0.t slots=2
            t-node-0-1.t slots=2
            t-launcher-0-0.t slots=2
            """);
    assertThat(planned.only(Kinds.SECRET).tree().toString())
        .contains("\"type\":\"kubernetes.io/ssh-auth\"", "\"immutable\":true");
    assertThat(env(planned, "launcher"))
        .isEqualTo(
            "OMPI_MCA_orte_default_hostfile=/etc/mpi/hostfile"
                + " OMPI_MCA_orte_keep_fqdn_hostnames=true OMPI_MCA_orte_set_default_slots=2"
                + " OMPI_MCA_plm_rsh_args=-o ConnectionAttempts=10");
    assertThat(entry(planned, "node").at("/template/spec/completions").asInt()).isEqualTo(2);
    assertThat(entry(planned, "launcher").at("/template/spec/completions").asInt()).isEqualTo(1);
    assertThat(container(planned, "node").path("volumeMounts").toString())
        .isEqualTo("[{\"name\":\"mpi-ssh-auth\",\"mountPath\":\"/home/mpiuser/.ssh\"}]");
    assertThat(container(planned, "launcher").path("volumeMounts").size()).isEqualTo(2);
  }

  @Test
  void fineTuningRunsItsRecipe() {
    var planned =
        plan(
            world(
                "torchtune-llama3.2-1b",
                """
                {"trainer":{"command":["tune","run"],"args":["epochs=2","model.lora_attn_modules=[q]"],
                   "resourcesPerNode":{"limits":{"nvidia.com/gpu":1}}},
                 "initializer":{"dataset":{"storageUri":"hf://a/b","secretRef":{"name":"hf"}},
                   "model":{"storageUri":"s3://c/d","env":[{"name":"E","value":"1"}]}}}
                """));
    assertThat(container(planned, "node").path("command").toString())
        .isEqualTo(
            "[\"tune\",\"run\",\"lora_finetune_single_device\",\"--config\","
                + "\"llama3_2/1B_lora_single_device\",\"output_dir=/workspace/output\","
                + "\"tokenizer.path=/workspace/model/original/tokenizer.model\","
                + "\"checkpointer.checkpoint_dir=/workspace/model\"]");
    assertThat(env(planned, "dataset-initializer")).isEqualTo("STORAGE_URI=hf://a/b");
    assertThat(container(planned, "dataset-initializer").path("envFrom").toString())
        .isEqualTo("[{\"secretRef\":{\"name\":\"hf\"}}]");
    assertThat(env(planned, "model-initializer")).isEqualTo("STORAGE_URI=s3://c/d E=1");
    assertThat(entry(planned, "node").path("dependsOn").size()).isEqualTo(2);
  }

  @Test
  void patchesLieOnTopOfTheRuntime() {
    var planned =
        plan(
            world(
                "torch-distributed",
                """
                {"runtimePatches":[{"manager":"acme.io/a","trainingRuntimeSpec":{"template":{
                   "metadata":{"labels":{"team":"x"}},
                   "spec":{"replicatedJobs":[{"name":"node","template":{"spec":{"template":{"spec":{
                     "nodeSelector":{"pool":"a"},
                     "containers":[{"name":"node","volumeMounts":[{"name":"v","mountPath":"/v"}]}],
                     "volumes":[{"name":"v","emptyDir":{}}]}}}}}]}}}}]}
                """));
    var pod = entry(planned, "node").at("/template/spec/template/spec");
    assertThat(pod.at("/nodeSelector/pool").asString()).isEqualTo("a");
    assertThat(pod.at("/containers/0/image").asString()).startsWith("pytorch/pytorch");
    assertThat(pod.at("/containers/0/volumeMounts/0/mountPath").asString()).isEqualTo("/v");
    assertThat(planned.only(JobSetReconciler.JOB_SET).label("team")).isEqualTo("x");
  }

  @Test
  void aJobKeepsTheRuntimeItBeganWith() {
    var first = plan(world("torch-distributed", "{}"));
    var kept = first.object(Kinds.CONFIG_MAP, "t-runtime-snapshot");
    var changed = BuiltinTrainingRuntimes.runtimes().getFirst();
    ((ObjectNode)
            changed.at(
                "/spec/template/spec/replicatedJobs/0/template/spec/template/spec/containers/0"))
        .put("image", "other");
    var later =
        plan(
            world("torch-distributed", "{}")
                .child(Kinds.CONFIG_MAP, kept.copy())
                .with(TrainerKinds.CLUSTER_TRAINING_RUNTIME, changed));
    assertThat(Json.text(container(later, "node"), "image")).startsWith("pytorch/pytorch");
    assertThat(later.names(Kinds.CONFIG_MAP)).isEmpty();
  }

  @Test
  void aMissingRuntimeIsToldAndWaitedFor() {
    var planned = plan(world("nothing", "{}"));
    assertThat(planned.names(JobSetReconciler.JOB_SET)).isEmpty();
    assertThat(planned.events())
        .containsExactly(
            "Warning TrainJobResourcesCreationFailed TrainJob resources reconciliation failed: not"
                + " found ClusterTrainingRuntime specified in TrainJob:"
                + " clustertrainingruntimes.trainer.kubeflow.org \"nothing\" not found");
    assertThat(planned.condition("Failed")).isEmpty();
  }

  @Test
  void aRuntimeOfAnotherKindFailsTheJob() {
    var planned = plan(world("torch-distributed", "{}").with("/spec/runtimeRef", "kind", "Other"));
    assertThat(planned.condition("Failed"))
        .isEqualTo(
            "True TrainingRuntimeNotSupported: unsupported runtime: Other.trainer.kubeflow.org");
  }

  private static ObjectNode set(String condition, boolean suspended) {
    return Json.parseObject(
        """
        {"metadata":{"name":"t"},"spec":{"suspend":%b},"status":{
          "conditions":[%s],
          "replicatedJobsStatus":[{"name":"node","ready":1,"succeeded":0,"failed":0,"active":1,
            "suspended":0}]}}
        """
            .formatted(suspended, condition));
  }

  @Test
  void whatRunsIsLeftAsItIsAndFollowed() {
    var planned =
        plan(world("torch-distributed", "{}").child(JobSetReconciler.JOB_SET, set("", false)));
    assertThat(planned.names(JobSetReconciler.JOB_SET)).isEmpty();
    assertThat(planned.status().path("jobsStatus").toString())
        .isEqualTo(
            "[{\"name\":\"node\",\"ready\":1,\"succeeded\":0,\"failed\":0,\"active\":1,"
                + "\"suspended\":0}]");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Completed | AllJobsCompleted   | Complete | jobset completed successfully
          Failed    | ReachedMaxRestarts | Failed   | jobset failed due to reaching max number of restarts
          """)
  void theEndOfTheSetIsTheEndOfTheJob(String from, String reason, String to, String message) {
    var condition =
        Json.object()
            .put("type", from)
            .put("status", "True")
            .put("reason", reason)
            .put("message", message);
    var planned =
        plan(
            world("torch-distributed", "{}")
                .child(JobSetReconciler.JOB_SET, set(condition.toString(), false)));
    assertThat(planned.condition(to)).isEqualTo("True " + reason + ": " + message);
  }

  @Test
  void waitsAndGoesOn() {
    var planned = plan(world("torch-distributed", "{\"suspend\":true}"));
    assertThat(planned.condition("Suspended")).isEqualTo("True Suspended: TrainJob is suspended");
    assertThat(planned.only(JobSetReconciler.JOB_SET).at("spec", "suspend").asBoolean()).isTrue();
    var resumed =
        plan(
            world("torch-distributed", "{\"suspend\":false}")
                .with("/status", "conditions", List.of(planned.status().at("/conditions/0")))
                .child(JobSetReconciler.JOB_SET, set("", true)));
    assertThat(resumed.condition("Suspended")).isEqualTo("False Resumed: TrainJob is resumed");
    assertThat(resumed.only(JobSetReconciler.JOB_SET).at("spec", "suspend").asBoolean(true))
        .isFalse();
  }

  @Test
  void failsAtItsDeadlineAndTakesItsSetAlong() {
    var world =
        world("torch-distributed", "{\"activeDeadlineSeconds\":60}")
            .child(JobSetReconciler.JOB_SET, set("", false));
    assertThat(plan(world).again()).contains(Duration.ofSeconds(60));
    var late = plan(world.at(FakeClock.START.plusSeconds(60)));
    assertThat(late.condition("Failed"))
        .isEqualTo("True DeadlineExceeded: TrainJob exceeded its active deadline");
    assertThat(late.deleted()).containsExactly("jobsets.jobset.x-k8s.io/t");
  }

  @Test
  void podsOfAGangSayWhichAndAreCountedWithWhatTheyAskFor() {
    var runtime = BuiltinTrainingRuntimes.runtimes().getFirst();
    Json.ensureObject(runtime, "spec", "podGroupPolicy", "coscheduling")
        .put("scheduleTimeoutSeconds", 90);
    var planned =
        plan(
            world(
                    "torch-distributed",
                    "{\"trainer\":{\"numNodes\":4,\"resourcesPerNode\":{\"requests\":"
                        + "{\"cpu\":\"500m\"}}}}")
                .with(TrainerKinds.CLUSTER_TRAINING_RUNTIME, runtime));
    assertThat(
            entry(planned, "node")
                .at("/template/spec/template/metadata/labels")
                .path("scheduling.x-k8s.io/pod-group")
                .asString())
        .isEqualTo("t");
    assertThat(entry(planned, "node").at("/template/spec/template/metadata/annotations").toString())
        .isEqualTo("{\"slipway.dev/gang\":\"trainjobs/t\",\"slipway.dev/gang-min-members\":\"4\"}");
    var gang = Gang.of(new Blueprint(planned.primary(), runtime)).orElseThrow();
    assertThat(gang.kind()).isEqualTo(TrainerKinds.POD_GROUP);
    assertThat(gang.group().path("spec").path("scheduleTimeoutSeconds").asInt()).isEqualTo(90);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"torchtune-llama3.2-1b, 1", "deepspeed-distributed, 2"})
  void aGangWaitsForNoPodThatWaitsForItOrIsGoneBefore(String name, int pods) {
    var runtime =
        BuiltinTrainingRuntimes.runtimes().stream()
            .filter(each -> Json.text(each, "metadata", "name").equals(name))
            .findFirst()
            .orElseThrow();
    Json.ensureObject(runtime, "spec", "podGroupPolicy", "volcano");
    var blueprint = new Blueprint(world(name, "{\"trainer\":{\"numNodes\":3}}").primary(), runtime);
    if (name.startsWith("deepspeed")) {
      new MpiPolicy(blueprint).apply();
    }
    var gang = Gang.of(blueprint).orElseThrow();
    assertThat(gang.kind()).isEqualTo(TrainerKinds.VOLCANO_POD_GROUP);
    assertThat(gang.group().path("spec").path("minMember").asInt()).isEqualTo(pods);
  }

  @Test
  void reportsOfProgressHaveAnAddressAndAToken() {
    var planned =
        world("torch-distributed", "{}")
            .plan(new TrainJobReconciler(new StatusReports("https://10.0.0.1:6443"), () -> KEYS));
    assertThat(env(planned, "node"))
        .contains(
            "KUBEFLOW_TRAINER_SERVER_URL=https://10.0.0.1:6443/apis/trainer.kubeflow.org/v1alpha1/"
                + "namespaces/default/trainjobs/t/status"
                + " KUBEFLOW_TRAINER_SERVER_CA_CERT=/var/run/secrets/kubeflow/trainer/ca.crt"
                + " KUBEFLOW_TRAINER_SERVER_TOKEN=/var/run/secrets/kubeflow/trainer/token");
  }
}
