package dev.slipway.engines.lightgbm;

import dev.slipway.base.Json;
import dev.slipway.engines.boosting.CategoryCodes;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.trees.ForestBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads the text that `Booster.save_model` and `model_to_string` write.
///
/// The text is a header, a block of lines for each tree, `end of trees`, and things only training
/// needs; the Python package adds the categories of DataFrame columns in a last line. A text that
/// ends early is refused. Source: LightGBM 4.6, `src/boosting/gbdt_model_text.cpp`.
public final class LightGbmReader {
  private static final int MOST_OUTPUTS = 1 << 20;
  private static final String CATEGORIES = "pandas_categorical:";

  private LightGbmReader() {}

  /// @param text of a whole model
  /// @throws ModelLoadException naming the tree and line that is wrong
  public static LightGbmModel read(String text) throws ModelLoadException {
    var lines = new LightGbmText(text);
    if (lines.done() || !lines.next().strip().equals("tree")) {
      throw new ModelLoadException(
          "line 1: found \"%s\" (expected \"tree\", a LightGBM model's first line)"
              .formatted(LightGbmText.quote(text.lines().findFirst().orElse(""))));
    }
    var header = lines.block("header");
    int features = header.integer("max_feature_idx", -1, ForestBuilder.MOST_FEATURES - 1) + 1;
    var names = words(header, "feature_names", features);
    var infos =
        header.has("feature_infos") ? words(header, "feature_infos", features) : List.<String>of();
    int outputs = header.integer("num_class", 1, MOST_OUTPUTS);
    outputs = header.integer("num_tree_per_iteration", 1, MOST_OUTPUTS, outputs);
    var objective = objective(header);
    var forest = ForestBuilder.scalars(features, outputs);
    var linear = trees(lines, header, forest);
    if (forest.trees() % outputs != 0) {
      throw new ModelLoadException(
          "%d trees (expected a multiple of num_tree_per_iteration, %d)"
              .formatted(forest.trees(), outputs));
    }
    return new LightGbmModel(
        names,
        categories(lines, infos),
        objective,
        header.has("average_output"),
        forest.build(),
        linear);
  }

  private static List<String> words(LightGbmText.Block block, String key, int count)
      throws ModelLoadException {
    var text = block.text(key).strip();
    var words = text.isEmpty() ? List.<String>of() : List.of(text.split(" +", -1));
    if (words.size() != count) {
      throw block.wrong(key, words.size() + " words", count + ", one more than max_feature_idx");
    }
    return words;
  }

  private static Objective objective(LightGbmText.Block header) throws ModelLoadException {
    if (!header.has("objective")) {
      return Objective.CUSTOM;
    }
    var text = header.text("objective");
    var objective =
        Objective.parse(text)
            .orElseThrow(
                () ->
                    header.wrong(
                        "objective",
                        "\"" + LightGbmText.quote(text) + "\"",
                        "an objective of LightGBM: binary, regression, multiclass, lambdarank"));
    if (!(objective.sigmoid() > 0)) {
      throw header.wrong("objective", "\"" + text + "\"", "a sigmoid greater than zero");
    }
    return objective;
  }

  /// Reads all trees; gives the leaves of linear trees, null where no tree is linear.
  private static @Nullable LinearLeaves trees(
      LightGbmText lines, LightGbmText.Block header, ForestBuilder forest)
      throws ModelLoadException {
    var linear = new LinearLeaves.Builder();
    lines.skipEmpty();
    while (!lines.done() && lines.peek().startsWith("Tree=")) {
      var name = LightGbmText.quote(lines.next());
      var block = lines.block(name);
      try {
        new LightGbmTree(block).addTo(forest, linear);
      } catch (IllegalArgumentException problem) {
        throw new ModelLoadException(
            "%s, before line %d: %s".formatted(name, lines.line(), problem.getMessage()), problem);
      }
      lines.skipEmpty();
    }
    requireEnd(lines, header, forest.trees());
    return linear.build();
  }

  private static void requireEnd(LightGbmText lines, LightGbmText.Block header, int trees)
      throws ModelLoadException {
    var sizes = header.find("tree_sizes").map(String::strip).orElse("");
    long declared = sizes.isEmpty() ? trees : sizes.chars().filter(c -> c == ' ').count() + 1;
    var after =
        lines.done() ? "the end of the file" : "\"" + LightGbmText.quote(lines.peek()) + "\"";
    if (declared != trees) {
      throw new ModelLoadException(
          "line %d: found %s after %d trees (expected %d trees by tree_sizes)"
              .formatted(lines.line() + 1, after, trees, declared));
    }
    boolean ended =
        !lines.done()
            && (lines.peek().equals("end of trees") || lines.peek().startsWith("feature"));
    if (!ended) {
      throw new ModelLoadException(
          "line %d: found %s after tree %d (expected \"end of trees\")"
              .formatted(lines.line() + 1, after, trees - 1));
    }
  }

  private static CategoryCodes categories(LightGbmText lines, List<String> infos)
      throws ModelLoadException {
    String last = "";
    while (!lines.done()) {
      var line = lines.next();
      if (line.startsWith(CATEGORIES)) {
        last = line.substring(CATEGORIES.length()).strip();
      }
    }
    if (last.isEmpty() || last.equals("null")) {
      return CategoryCodes.NONE;
    }
    try {
      return CategoryCodes.of(
          Json.parse(last.getBytes(StandardCharsets.UTF_8)), categorical(infos));
    } catch (JacksonException problem) {
      throw new ModelLoadException(
          "line %d: %s is not JSON: %s"
              .formatted(lines.line(), CATEGORIES, problem.getOriginalMessage()),
          problem);
    }
  }

  /// Features whose values are listed, and not bounded by an interval: the categorical ones.
  private static List<Integer> categorical(List<String> infos) {
    var found = new ArrayList<Integer>();
    IntStream.range(0, infos.size())
        .filter(i -> !infos.get(i).startsWith("[") && !infos.get(i).equals("none"))
        .forEach(found::add);
    return found;
  }
}
