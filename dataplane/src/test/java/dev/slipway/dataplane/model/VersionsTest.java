package dev.slipway.dataplane.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.engines.lightgbm.LightGbmEngine;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories of versions, with a model of a single leaf in each.
final class VersionsTest {
  private static final String LEAF =
      """
      tree
      version=v4
      num_class=1
      num_tree_per_iteration=1
      label_index=0
      max_feature_idx=0
      objective=regression
      feature_names=x
      feature_infos=none
      tree_sizes=100

      Tree=0
      num_leaves=1
      num_cat=0
      split_feature=
      split_gain=
      threshold=
      decision_type=
      left_child=
      right_child=
      leaf_value=5
      leaf_weight=
      leaf_count=
      internal_value=
      internal_weight=
      internal_count=
      is_linear=0
      shrinkage=1


      end of trees
      """;

  @TempDir private Path directory;

  @Test
  void servesTheNewestVersionThatComes() throws IOException {
    version("1");
    var opener =
        new ModelOpener(
            new Engines(List.of(new LightGbmEngine())),
            new Artifacts(ArtifactSettings.at(directory.resolve("cache"))));
    try (var models = new Models(opener, Long.MAX_VALUE)) {
      models.load(ModelSettings.of("m", directory.resolve("m").toString())).join();
      assertThat(models.serving("m", "").version()).isEqualTo("1");
      models.refresh();
      assertThat(models.serving("m", "").version()).isEqualTo("1");
      version("2");
      models.refresh();
      await().until(() -> models.serving("m", "").version().equals("2"));
    }
  }

  private void version(String name) throws IOException {
    var home = Files.createDirectories(directory.resolve("m").resolve(name));
    Files.writeString(home.resolve("model.txt"), LEAF);
  }
}
