package dev.slipway.inference.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.trees.RandomTrees.Kind;
import dev.slipway.inference.trees.RandomTrees.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForestTest {
  private static final int ROWS = 300;

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # trees | features | outputs | vectors | missing | oddities | why
              1   |    3     |    1    |  false  |  plain  |    0     | one tree
             20   |    5     |    1    |  false  |  plain  |    0     | whole and broken lock-steps
            100   |   20     |    1    |  false  |  plain  |   0.05   | NaN goes the default way
             33   |    4     |    3    |  false  |  plain  |   0.1    | trees take turns at outputs
             17   |    6     |    4    |  true   |  plain  |   0.1    | a vector in a leaf
             40   |    5     |    2    |  false  |  mixed  |   0.2    | categories and zero as missing
             24   |    5     |    3    |  true   |  mixed  |   0.2    | categories with vectors
          """)
  void agreesWithTheDefinition(
      int trees,
      int features,
      int outputs,
      boolean vectors,
      String missing,
      double oddities,
      String why) {
    long seed = System.nanoTime();
    System.out.println("ForestTest " + why + ": seed " + seed);
    boolean mixed = missing.equals("mixed");
    var kinds = mixed ? List.of(Missing.values()) : List.of(Missing.LEFT, Missing.RIGHT);
    var kind = new Kind(features, vectors ? outputs : 1, 9, mixed, kinds);
    var random = new RandomTrees(new Random(seed), kind);
    for (boolean single : new boolean[] {false, true}) {
      var builder =
          vectors
              ? ForestBuilder.vectors(features, outputs)
              : ForestBuilder.scalars(features, outputs);
      if (single) {
        builder.singlePrecision();
      }
      var roots = new ArrayList<Node>();
      for (int tree = 0; tree < trees; tree++) {
        var root = random.tree();
        var target = builder.tree(vectors ? 0 : tree % outputs, random.nodes());
        RandomTrees.build(root, target);
        target.end();
        roots.add(root);
      }
      var x = random.rows(ROWS, oddities);
      check(builder.build(), roots, random, x, single);
    }
  }

  private static void check(
      Forest forest, List<Node> roots, RandomTrees random, double[] x, boolean single) {
    int outputs = forest.outputs();
    var together = new double[ROWS * outputs];
    Arrays.fill(together, 0.5);
    forest.sumRows(x, ROWS, together);
    for (int row = 0; row < ROWS; row++) {
      var values = random.row(x, row);
      var expected = new double[outputs];
      Arrays.fill(expected, 0.5);
      var leaves = new int[roots.size()];
      for (int tree = 0; tree < roots.size(); tree++) {
        var leaf = RandomTrees.evaluate(roots.get(tree), values);
        leaves[tree] = 1000 + leaf.id();
        for (int i = 0; i < leaf.value().size(); i++) {
          int output = leaf.value().size() == 1 ? tree % outputs : i;
          double total = expected[output] + leaf.value().get(i);
          expected[output] = single ? (float) total : total;
        }
      }
      var alone = new double[outputs + 2];
      Arrays.fill(alone, 0.5);
      forest.sum(x, row * forest.features(), alone, 1);
      assertThat(Arrays.copyOfRange(alone, 1, outputs + 1)).as("row %d", row).isEqualTo(expected);
      assertThat(Arrays.copyOfRange(together, row * outputs, (row + 1) * outputs))
          .as("row %d of a batch", row)
          .isEqualTo(expected);
      var found = new int[roots.size()];
      forest.leaves(x, row * forest.features(), found, 0);
      assertThat(found).isEqualTo(leaves);
    }
  }

  @Test
  void first_addsTheFirstTreesOnly() {
    var builder = ForestBuilder.scalars(1, 1);
    for (int tree = 0; tree < 20; tree++) {
      builder.tree(0, 1).leaf(0, 1.0).end();
    }
    var forest = builder.build();
    for (int trees = 0; trees <= 20; trees++) {
      var out = new double[1];
      forest.first(trees).sum(new double[1], 0, out, 0);
      assertThat(out[0]).isEqualTo(trees);
    }
    assertThatThrownBy(() -> forest.first(21)).hasMessageContaining("21 of 20 trees");
  }

  @Test
  void strictSplit_sendsTheThresholdItselfRight() {
    var builder = ForestBuilder.scalars(1, 1);
    builder.tree(0, 3).splitBelow(0, 0, 0.1f, Missing.RIGHT, 1, 2).leaf(1, -1).leaf(2, 1).end();
    var forest = builder.build();
    assertThat(only(forest, 0.1f)).isEqualTo(1);
    assertThat(only(forest, Math.nextDown(0.1f))).isEqualTo(-1);
    assertThat(only(forest, Double.NaN)).isEqualTo(1);
  }

  private static double only(Forest forest, double... x) {
    var out = new double[1];
    forest.sum(x, 0, out, 0);
    return out[0];
  }

  @Test
  void forestOfLeavesOnly_needsNoFeatures() {
    var builder = ForestBuilder.scalars(0, 1);
    for (int tree = 0; tree < 9; tree++) {
      builder.tree(0, 1).leaf(0, 0.5).end();
    }
    assertThat(only(builder.build())).isEqualTo(4.5);
    assertThat(only(ForestBuilder.scalars(0, 1).build())).isZero();
  }

  @Test
  void chainAMillionDeep_isBuiltAndWalked() {
    int depth = 1_000_000;
    var builder = ForestBuilder.scalars(1, 1);
    var tree = builder.tree(0, 2 * depth + 1);
    for (int i = 0; i < depth; i++) {
      tree.split(2 * i, 0, i, Missing.LEFT, 2 * i + 1, 2 * i + 2).leaf(2 * i + 1, i);
    }
    tree.leaf(2 * depth, -1).end();
    assertThat(only(builder.build(), depth - 1.0)).isEqualTo(depth - 1.0);
  }

  @Test
  void brokenTree_isRefusedByNode() {
    assertThatThrownBy(() -> stump().split(0, 0, 1, Missing.LEFT, 1, 1).leaf(1, 0).end())
        .hasMessage("node 0: child 1 has two parents");
    assertThatThrownBy(() -> stump().split(0, 0, 1, Missing.LEFT, 0, 1).leaf(1, 0).end())
        .hasMessage("node 0: child 0 has two parents");
    assertThatThrownBy(() -> stump().split(0, 0, 1, Missing.LEFT, 1, 2).leaf(1, 0).end())
        .hasMessage("node 2 is missing");
    assertThatThrownBy(() -> stump().split(0, 0, 1, Missing.LEFT, 1, 3).leaf(1, 0).end())
        .hasMessage("node 0: child 3 of 3 nodes");
    assertThatThrownBy(() -> stump().split(0, 2, 1, Missing.LEFT, 1, 2))
        .hasMessage("node 0: feature 2 of 2");
    assertThatThrownBy(() -> stump().split(0, -1, 1, Missing.LEFT, 1, 2))
        .hasMessageContaining("node 0: feature");
    assertThatThrownBy(() -> stump().split(0, 0, Double.NaN, Missing.LEFT, 1, 2))
        .hasMessage("node 0: the threshold is NaN");
    assertThatThrownBy(() -> stump().leaf(3, 0)).hasMessage("node 3 of 3");
    assertThatThrownBy(() -> stump().leaf(0, 0).leaf(0, 0)).hasMessage("node 0 is given twice");
    assertThatThrownBy(() -> stump().leaf(0, 0, 1))
        .hasMessage("node 0: 2 leaf values instead of 1");
    assertThatThrownBy(() -> stump().splitCategories(0, 0, new int[] {-1}, Missing.LEFT, 1, 2))
        .hasMessage("node 0: category -1");
    assertThatThrownBy(() -> ForestBuilder.scalars(1, 1).tree(1, 1)).hasMessage("output 1 of 1");
  }

  private static TreeBuilder stump() {
    return ForestBuilder.scalars(2, 1).tree(0, 3);
  }
}
