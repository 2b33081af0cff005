package dev.slipway.controllers.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// MPI jobs: workers that wait, and a launcher that runs commands in them.
final class MpiLoopTest {
  private static final String JOB =
      """
      slotsPerWorker: 2
      mpiReplicaSpecs:
        Launcher:
          template: {spec: {containers: [{name: mpi, image: i, command: [mpirun, hello]}]}}
        Worker:
          replicas: 2
          template: {spec: {containers: [{name: mpi, image: i}]}}
      """;

  private static String data(JobWorld it, String key) {
    return it.world
        .cluster()
        .get(Kinds.CONFIG_MAP.key("default", "job-config"))
        .orElseThrow()
        .text("data", key);
  }

  private static String variable(JsonNode container, String name) {
    for (JsonNode each : container.path("env")) {
      if (Json.text(each, "name").equals(name)) {
        return Json.text(each, "value");
      }
    }
    return "absent";
  }

  @Test
  void theLauncherFollowsTheWorkersAndEndsTheJob() {
    try (var it = new JobWorld(TrainingKind.MPI_JOB, JOB)) {
      assertThat(it.pods()).containsExactly("job-worker-0", "job-worker-1");
      assertThat(it.names(Kinds.SERVICE)).isEmpty();
      it.run();
      assertThat(it.pods()).containsExactly("job-launcher", "job-worker-0", "job-worker-1");
      assertThat(it.job().isTrue("Running")).isFalse();
      it.run();
      assertThat(it.message("Running")).isEqualTo("MPIJob default/job is running.");
      assertThat(it.counts("Launcher")).isEqualTo("active=1");
      it.exit("job-launcher", 0);
      assertThat(it.message("Succeeded")).isEqualTo("MPIJob job is successfully completed.");
      it.world.mustBeSettled();
    }
  }

  @Test
  void aFailedLauncherFailsTheJob() {
    try (var it = new JobWorld(TrainingKind.MPI_JOB, JOB)) {
      it.run();
      it.run();
      it.exit("job-launcher", 1);
      assertThat(it.message("Failed"))
          .isEqualTo("MPIJob job is failed because 1 Launcher replica(s) failed.");
    }
  }

  @Test
  void hostsAndTheCommandThatReachesThemAreMounted() {
    try (var it = new JobWorld(TrainingKind.MPI_JOB, JOB)) {
      it.run();
      assertThat(data(it, "hostfile")).isEqualTo("job-worker-0 slots=2\njob-worker-1 slots=2\n");
      assertThat(data(it, "discover_hosts.sh"))
          .isEqualTo("#!/bin/sh\necho job-worker-0:2\necho job-worker-1:2");
      assertThat(data(it, "kubexec.sh")).contains("exec \"$POD_NAME\" -- /bin/sh -c \"$*\"");
      var launcher = it.pod("job-launcher");
      assertThat(launcher.text("spec", "serviceAccountName")).isEqualTo("job-launcher");
      assertThat(launcher.label("training.kubeflow.org/job-role")).isEqualTo("master");
      var container = launcher.spec().path("containers").path(0);
      assertThat(variable(container, "OMPI_MCA_plm_rsh_agent")).isEqualTo("/etc/mpi/kubexec.sh");
      assertThat(variable(container, "OMPI_MCA_orte_default_hostfile"))
          .isEqualTo("/etc/mpi/hostfile");
      assertThat(variable(container, "I_MPI_HYDRA_BOOTSTRAP")).isEqualTo("rsh");
      assertThat(variable(container, "I_MPI_HYDRA_BOOTSTRAP_EXEC"))
          .isEqualTo("/etc/mpi/kubexec.sh");
      assertThat(variable(container, "NVIDIA_VISIBLE_DEVICES")).isEmpty();
      var worker = it.pod("job-worker-0").spec().path("containers").path(0);
      assertThat(worker.path("command").path(0).asString("")).isEqualTo("sleep");
      assertThat(worker.path("volumeMounts").path(0).path("mountPath").asString(""))
          .isEqualTo("/etc/mpi");
    }
  }

  @Test
  void theLauncherMayRunCommandsInItsWorkersAlone() {
    try (var it = new JobWorld(TrainingKind.MPI_JOB, JOB)) {
      var role =
          it.world.cluster().get(LauncherAccess.ROLE.key("default", "job-launcher")).orElseThrow();
      JsonNode run = role.at("rules").path(1);
      assertThat(run.path("resources").path(0).asString("")).isEqualTo("pods/exec");
      assertThat(run.path("resourceNames").values().stream().map(JsonNode::asString))
          .containsExactly("job-worker-0", "job-worker-1");
      assertThat(it.names(LauncherAccess.ROLE_BINDING)).containsExactly("job-launcher");
      assertThat(it.names(Kinds.SERVICE_ACCOUNT)).contains("job-launcher");
    }
  }
}
