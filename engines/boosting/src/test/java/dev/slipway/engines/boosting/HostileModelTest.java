package dev.slipway.engines.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.engines.lightgbm.LightGbmReader;
import dev.slipway.engines.xgboost.XgBoostReader;
import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile model files: each is read or refused, within bounds of time and memory.
class HostileModelTest {
  private static final int MUTATIONS = 4000;

  private static byte[] resource(String name) {
    try (var in = HostileModelTest.class.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static void read(String name, byte[] bytes) throws ModelLoadException {
    if (name.endsWith(".txt")) {
      var model = LightGbmReader.read(new String(bytes, StandardCharsets.UTF_8));
      model.predict(new double[2 * Math.min(1000, model.features())], 0);
    } else {
      var model = XgBoostReader.read(bytes);
      assertThat(model.outputs()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lightgbm.txt", "xgboost.json", "xgboost.ubj", "xgboost.bin"})
  void cutAnywhere_isRefused(String name) {
    var whole = resource(name);
    assertThat(whole.length).isGreaterThan(500);
    int most = name.endsWith(".txt") ? endOfTrees(whole) : whole.length - 2;
    for (int length = 0; length < most; length += Math.max(1, most / 3000)) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(name, cut))
          .as("%s cut after %d bytes", name, length)
          .isInstanceOf(ModelLoadException.class);
    }
  }

  private static int endOfTrees(byte[] whole) {
    return new String(whole, StandardCharsets.UTF_8).indexOf("end of trees");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lightgbm.txt", "xgboost.json", "xgboost.ubj", "xgboost.bin"})
  void changedAnywhere_isReadOrRefused(String name) {
    long seed = System.nanoTime();
    System.out.println("HostileModelTest " + name + ": seed " + seed);
    var random = new Random(seed);
    var whole = resource(name);
    for (int i = 0; i < MUTATIONS; i++) {
      var changed = change(whole, random);
      try {
        read(name, changed);
      } catch (ModelLoadException refusal) {
        assertThat(refusal.getMessage()).isNotBlank();
      }
    }
  }

  private static byte[] change(byte[] whole, Random random) {
    var changed = whole.clone();
    int edits = 1 + random.nextInt(4);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(4)) {
        case 0 -> changed[at] = (byte) random.nextInt(256);
        case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> changed[at] = (byte) "0123456789-{}[],:= \n".charAt(random.nextInt(20));
        default -> {
          int length = random.nextInt(1 + Math.min(40, changed.length - at));
          System.arraycopy(whole, random.nextInt(whole.length - length + 1), changed, at, length);
        }
      }
    }
    return changed;
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # line of the file    | becomes               | and the refusal says
          max_feature_idx=2     | max_feature_idx=-2    | max_feature_idx is "-2" (expected a whole number from -1 to
          max_feature_idx=2     | max_feature_idx=99999999 | feature_names is 3 words (expected 100000000, one more than max_feature_idx)
          num_leaves=4          | num_leaves=-1         | num_leaves is "-1" (expected a whole number from 1 to
          num_leaves=4          | num_leaves=90000000   | leaf_value is at most
          left_child=2 -2 -1    | left_child=2 -2 0     | Tree=0, before line 31: node 2: child 0 has two parents
          left_child=2 -2 -1    | left_child=1 -2 -1    | has two parents
          left_child=2 -2 -1    | left_child=2 -2       | line 19: left_child is at most 2 values (expected 3 values)
          left_child=2 -2 -1    | left_child=2 -2 x     | left_child is "x" as value 2 (expected a number)
          left_child=2 -2 -1    | left_child=2 -2 -99   | child 101 of 7 nodes
          split_feature=1 0 0   | split_feature=1 7 0   | feature 7 of 3
          split_feature=1 0 0   | split_feature=1 0 -1  | feature
          cat_boundaries=0 1    | cat_boundaries=0 9999 | cat_threshold is at most 1 values (expected 9999 values)
          cat_boundaries=0 1    | cat_boundaries=1 0    | cat_boundaries is 0 as value 1 (expected rising numbers)
          decision_type=1 10 8  | decision_type=1 1 8   | threshold is 0 for a categorical split (expected each number below num_cat, 1, once)
          objective=regression  | objective=witchcraft  | objective is "witchcraft" (expected an objective of LightGBM
          tree_sizes=498 510    | tree_sizes=498 510 7  | after 2 trees (expected 3 trees by tree_sizes)
          num_class=1           | num_class=0           | num_class is "0" (expected a whole number from 1
          tree                  | treee                 | line 1: found "treee" (expected "tree"
          """)
  void lightGbm_wrongLineIsNamed(String line, String becomes, String says) {
    var text = new String(resource("lightgbm.txt"), StandardCharsets.UTF_8);
    var changed = text.replaceFirst("(?m)^" + line + "$", becomes);
    assertThat(changed).isNotEqualTo(text);
    assertThatThrownBy(() -> LightGbmReader.read(changed))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(says);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # part of the file        | becomes                     | and the refusal says
          "num_feature":"3","num_t  | "num_feature":"-3","num_t   | learner.learner_model_param.num_feature is "-3" (expected a whole number from 0
          "num_feature":"3","num_t  | "num_feature":"1","num_t    | of 1
          "num_class":"0"           | "num_class":"9999999"       | learner.learner_model_param.num_class is "9999999"
          "name":"reg:squarederror" | "name":"reg:witchcraft"     | learner.objective.name is "reg:witchcraft" (expected an objective of XGBoost
          "name":"gbtree"           | "name":"gbforest"           | learner.gradient_booster.name is "gbforest" (expected gbtree, dart or gblinear)
          "left_children":[1,       | "left_children":[0,         | tree 0: node 0: child 0 has two parents
          "left_children":[1,       | "left_children":[2,         | tree 0: node 0: child 2 has two parents
          "left_children":[1,       | "left_children":[777777,    | tree 0: node 0: child 777777 of
          "left_children":[1,       | "left_children":[           | learner.gradient_booster.model.trees[0].left_children has
          "tree_info":[0,0          | "tree_info":[0,5            | tree 1: output 5 of 1
          "base_score":"            | "base_score":"x             | learner.learner_model_param.base_score is "x
          "tree_info"               | "tree_inf"                  | no learner.gradient_booster.model.tree_info
          """)
  void xgBoost_wrongFieldIsNamed(String part, String becomes, String says) {
    var text = new String(resource("xgboost.json"), StandardCharsets.UTF_8);
    int at = text.indexOf(part);
    assertThat(at).as(part).isNotNegative();
    var changed = text.substring(0, at) + becomes + text.substring(at + part.length());
    assertThatThrownBy(() -> XgBoostReader.read(changed.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(says);
  }

  @Test
  void bombs_areRefusedBeforeTheyGoOff() {
    for (var text :
        new String[] {
          "{".repeat(1_000_000),
          "{\"a\":" + "[".repeat(1_000_000),
          "{\"a\":[" + "{},".repeat(1_000_000) + "{}]}",
          "{\"a\":1e999999999999,",
          "{L" + "\0\0\0\0\0\0\0\1" + "a[$d#L" + "\u007f\0\0\0\0\0\0\0",
          "{L" + "\0\0\0\0\0\0\0\1" + "a" + "[#L\0\0\0\0\0\0\0\u007f".repeat(100_000),
          "{L" + "\0\0\0\0\0\0\0\1" + "a[$T#l\u007f\0\0\0",
          ""
        }) {
      assertThatThrownBy(() -> XgBoostReader.read(text.getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOf(ModelLoadException.class);
    }
  }
}
