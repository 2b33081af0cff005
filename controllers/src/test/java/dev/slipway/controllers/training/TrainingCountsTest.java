package dev.slipway.controllers.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;

final class TrainingCountsTest {
  private static final String SPEC =
      "{pytorchReplicaSpecs: {%s}}"
          .formatted(
              JobWorld.replica(TrainingKind.PYTORCH_JOB, "Worker", 1, "restartPolicy: ExitCode,"));

  private static String counted(TrainingCounts counts) {
    var text = new StringBuilder();
    counts.counts().forEach(each -> text.append(each.what()).append(each.value()).append(' '));
    return text.toString().strip();
  }

  @Test
  void whatBecomesOfAJobIsCountedOnce() {
    try (var it = new JobWorld(TrainingKind.PYTORCH_JOB, SPEC);
        var counts = new TrainingCounts().follow(it.world.cluster())) {
      assertThat(counted(counts)).isEqualTo("CREATED1");
      it.run();
      it.exit("job-worker-0", 137);
      it.run();
      it.exit("job-worker-0", 0);
      it.world.settle();
      assertThat(counted(counts)).isEqualTo("CREATED1 RESTARTED1 SUCCESSFUL1");
      it.world
          .cluster()
          .delete(
              TrainingJob.apiKind(TrainingKind.PYTORCH_JOB).key("default", "job"), Json.object());
      assertThat(counted(counts)).isEqualTo("CREATED1 DELETED1 RESTARTED1 SUCCESSFUL1");
      assertThat(counts.counts().getFirst().framework()).isEqualTo("pytorch");
    }
  }
}
