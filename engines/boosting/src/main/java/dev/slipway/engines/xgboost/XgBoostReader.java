package dev.slipway.engines.xgboost;

import dev.slipway.engines.boosting.ModelFiles;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.trees.ForestBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what `Booster.save_model` and `save_raw` write, by the first bytes: JSON, UBJSON, or the
/// legacy binary form. Also reads the snapshots in pickles, which hold a model and a configuration.
///
/// Source: XGBoost 3.4, `LoadModel` of learner.cc, gbtree.cc, gbtree_model.cc, tree_model.cc.
public final class XgBoostReader {
  static final int MOST_OUTPUTS = 1 << 20;
  private static final String SNAPSHOT = "CONFIG-offset:";
  private static final int WITHIN = 64;

  private XgBoostReader() {}

  /// What all of a model's trees are built from.
  ///
  /// @param groups the output of each tree
  /// @param weights of the trees in a DART model; empty in others
  /// @param starts of the rounds among the trees, and the end; empty where the file has none
  /// @param parallel trees a round has for each output
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Trees(
      List<XgBoostTree> trees, double[] groups, float[] weights, double[] starts, int parallel) {}

  /// Whether a file that begins so is a model.
  static boolean fits(byte[] head) {
    if (ModelFiles.begins(head, "{")) {
      int most = Math.min(head.length, ModelFiles.HEAD_BYTES);
      var text = new String(head, 0, most, StandardCharsets.ISO_8859_1);
      return text.contains("\"learner\"")
          || text.substring(0, Math.min(most, WITHIN)).contains("learner");
    }
    return LegacyDocument.fits(head);
  }

  /// @param bytes of a whole model
  /// @throws ModelLoadException naming the field that is wrong
  public static XgBoostModel read(byte[] bytes) throws ModelLoadException {
    try {
      return readAny(bytes);
    } catch (IllegalArgumentException | ArithmeticException problem) {
      throw new ModelLoadException(String.valueOf(problem.getMessage()), problem);
    }
  }

  private static XgBoostModel readAny(byte[] bytes) throws ModelLoadException {
    int start = 0;
    while (start < bytes.length && Character.isWhitespace(bytes[start])) {
      start++;
    }
    if (start < bytes.length && bytes[start] == '{') {
      int next = start + 1;
      while (next < bytes.length && Character.isWhitespace(bytes[next])) {
        next++;
      }
      boolean text = next < bytes.length && (bytes[next] == '"' || bytes[next] == '}');
      return model(text ? JsonDocument.read(bytes, start) : UbjDocument.read(bytes, start));
    }
    if (begins(bytes, SNAPSHOT)) {
      return LegacyDocument.read(snapshot(bytes));
    }
    if (LegacyDocument.fits(Arrays.copyOf(bytes, Math.min(bytes.length, ModelFiles.HEAD_BYTES)))) {
      return LegacyDocument.read(bytes);
    }
    throw new ModelLoadException(
        "neither JSON, UBJSON nor XGBoost's binary form (the first bytes are %s)"
            .formatted(Arrays.toString(Arrays.copyOf(bytes, Math.min(8, bytes.length)))));
  }

  private static boolean begins(byte[] bytes, String text) {
    var wanted = text.getBytes(StandardCharsets.US_ASCII);
    return bytes.length >= wanted.length
        && Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
  }

  /// The model in a snapshot of versions before 1.7: mark, length of the model, model, settings.
  private static byte[] snapshot(byte[] bytes) throws ModelLoadException {
    int from = SNAPSHOT.length() + Long.BYTES;
    long length =
        bytes.length < from
            ? -1
            : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(SNAPSHOT.length());
    if (length < 0 || length > bytes.length - from) {
      throw new ModelLoadException("the snapshot ends within the model");
    }
    return Arrays.copyOfRange(bytes, from, from + (int) length);
  }

  private static XgBoostModel model(Node file) throws ModelLoadException {
    var inner = file.find("Model");
    var root = inner.isPresent() ? inner.get() : file;
    var learner = root.get("learner");
    int version = version(root);
    var param = learner.get("learner_model_param");
    int features = param.get("num_feature").integer(0, ForestBuilder.MOST_FEATURES);
    int outputs = Math.max(1, param.get("num_class").integer(0, MOST_OUTPUTS));
    if (param.find("num_target").isPresent()) {
      outputs = Math.max(outputs, param.get("num_target").integer(0, MOST_OUTPUTS));
    }
    var name = learner.get("objective").get("name");
    var objective = Objective.of(name.text(), version);
    if (objective == null) {
      throw unknownObjective(name.path(), name.text());
    }
    var base = baseScores(param.get("base_score"), outputs);
    objective.toMargins(base);
    return new XgBoostModel(
        objective,
        base,
        booster(learner.get("gradient_booster"), features, outputs),
        bestRounds(attributes(learner)),
        words(learner, "feature_names", features),
        words(learner, "feature_types", features));
  }

  private static int version(Node root) throws ModelLoadException {
    var version = root.find("version");
    if (version.isEmpty()) {
      return 0;
    }
    var numbers = version.get().numbers();
    return numbers.length < 2 ? 0 : (int) (100 * numbers[0] + numbers[1]);
  }

  static ModelLoadException unknownObjective(String field, String name) {
    return new ModelLoadException(
        "%s is \"%s\" (expected an objective of XGBoost: reg:*, binary:*, multi:*, rank:*, count:*, survival:*)"
            .formatted(field, name));
  }

  static ModelLoadException unknownBooster(String field, String name) {
    return new ModelLoadException(
        "%s is \"%s\" (expected gbtree, dart or gblinear)".formatted(field, name));
  }

  /// One number, `5E-1`, or since 3.1 one for each output, `[5E-1,2E-1]`.
  private static float[] baseScores(Node node, int outputs) throws ModelLoadException {
    var text = node.text().strip();
    boolean list = text.startsWith("[") && text.endsWith("]");
    var words = (list ? text.substring(1, text.length() - 1) : text).split(",", -1);
    if (words.length != 1 && words.length != outputs) {
      throw node.wrong("one number, or " + outputs);
    }
    var scores = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      try {
        scores[i] = Float.parseFloat(words[words.length == 1 ? 0 : i].strip());
      } catch (NumberFormatException _) {
        throw node.wrong("numbers");
      }
    }
    return scores;
  }

  private static Map<String, String> attributes(Node learner) throws ModelLoadException {
    var found = new HashMap<String, String>();
    var attributes = learner.find("attributes");
    if (attributes.isPresent()) {
      attributes.get().members().forEach((key, value) -> found.put(key + "", value + ""));
    }
    return found;
  }

  /// The number of rounds early stopping found best; 0 where there was none.
  static int bestRounds(Map<String, String> attributes) {
    try {
      var best = attributes.get("best_iteration");
      if (best != null) {
        return Integer.parseInt(best) + 1;
      }
    } catch (NumberFormatException _) {
      return 0; // an attribute is the user's to set
    }
    return 0;
  }

  private static List<String> words(Node learner, String key, int count) throws ModelLoadException {
    var words = new ArrayList<String>();
    var node = learner.find(key);
    if (node.isPresent()) {
      for (var element : node.get().elements()) {
        words.add(element.text());
      }
    }
    if (!words.isEmpty() && words.size() != count) {
      throw new ModelLoadException(
          "%s has %d words (expected none or %d)"
              .formatted(node.get().path(), words.size(), count));
    }
    return words;
  }

  private static Booster booster(Node booster, int features, int outputs)
      throws ModelLoadException {
    var name = booster.get("name").text();
    return switch (name) {
      case "gbtree" -> trees(booster.get("model"), booster, features, outputs);
      case "dart" -> trees(booster.get("gbtree").get("model"), booster, features, outputs);
      case "gblinear" -> {
        var weights = booster.get("model").get("weights");
        yield linear(weights.path(), floats(weights.numbers()), features, outputs);
      }
      default -> throw unknownBooster(booster.path() + ".name", name);
    };
  }

  private static float[] floats(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  static Booster linear(String field, float[] weights, int features, int outputs)
      throws ModelLoadException {
    long expected = (features + 1L) * outputs;
    if (weights.length != expected) {
      throw new ModelLoadException(
          "%s has %d values (expected %d: features and a bias, by outputs)"
              .formatted(field, weights.length, expected));
    }
    return new Booster.Linear(weights, features, outputs);
  }

  private static Booster trees(Node model, Node booster, int features, int outputs)
      throws ModelLoadException {
    var trees = new ArrayList<XgBoostTree>();
    for (var tree : model.get("trees").elements()) {
      trees.add(XgBoostTree.of(tree));
    }
    var dropped = booster.find("weight_drop");
    dropped = dropped.isPresent() ? dropped : model.find("weight_drop");
    var starts = model.find("iteration_indptr");
    int parallel = 1;
    var param = model.find("gbtree_model_param");
    if (param.isPresent() && param.get().find("num_parallel_tree").isPresent()) {
      parallel = param.get().get("num_parallel_tree").integer(0, Integer.MAX_VALUE);
    }
    return booster(
        new Trees(
            trees,
            model.get("tree_info").numbers(trees.size()),
            dropped.isPresent() ? floats(dropped.get().numbers(trees.size())) : new float[0],
            starts.isPresent() ? starts.get().numbers() : new double[0],
            Math.max(1, parallel)),
        features,
        outputs);
  }

  /// Compiles the trees.
  static Booster booster(Trees trees, int features, int outputs) throws ModelLoadException {
    boolean vectors = trees.trees().stream().anyMatch(tree -> tree.vectorSize() > 1);
    var forest =
        vectors
            ? ForestBuilder.vectors(features, outputs)
            : ForestBuilder.scalars(features, outputs);
    forest.singlePrecision();
    for (int i = 0; i < trees.trees().size(); i++) {
      int group = (int) trees.groups()[i];
      float weight = trees.weights().length == 0 ? 1 : trees.weights()[i];
      try {
        trees.trees().get(i).addTo(forest, vectors ? 0 : group, weight);
      } catch (IllegalArgumentException problem) {
        throw new ModelLoadException("tree " + i + ": " + problem.getMessage(), problem);
      }
    }
    return new Booster.Trees(forest.build(), ends(trees, vectors));
  }

  private static int[] ends(Trees trees, boolean vectors) {
    int count = trees.trees().size();
    var starts = trees.starts();
    boolean rising = starts.length > 0 && starts[starts.length - 1] == count;
    for (int i = 1; i < starts.length; i++) {
      rising &= starts[i] >= starts[i - 1] && starts[i - 1] >= 0;
    }
    if (rising) {
      return Arrays.stream(starts, 1, starts.length).mapToInt(start -> (int) start).toArray();
    }
    int groups = vectors ? 1 : 1 + (int) Arrays.stream(trees.groups()).max().orElse(0);
    int each = Math.clamp((long) groups * trees.parallel(), 1, Math.max(1, count));
    var ends = new int[(count + each - 1) / each];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = Math.min(count, (i + 1) * each);
    }
    return ends;
  }
}
