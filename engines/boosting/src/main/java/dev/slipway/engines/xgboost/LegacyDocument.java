package dev.slipway.engines.xgboost;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.trees.ForestBuilder;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads the binary form XGBoost wrote by default before 2.1: C structures, little-endian. A count
/// is believed only if that many bytes are left.
///
/// Source: XGBoost 2.1, `Load` of learner.cc, gbtree_model.cc, tree_model.cc, gblinear_model.h.
final class LegacyDocument {
  private static final int LEARNER_BYTES = 136;
  private static final int TREES_BYTES = 160;
  private static final int TREE_BYTES = 148;
  private static final int NODE_BYTES = 20;
  private static final int STAT_BYTES = 16;
  private static final int LINEAR_BYTES = 136;
  private static final int LONGEST_NAME = 64;

  private final ByteBuffer in;

  private LegacyDocument(ByteBuffer in) {
    this.in = in;
  }

  /// Whether a file that begins so has this form: after the parameters comes the objective's name.
  static boolean fits(byte[] head) {
    int at = start(head) + LEARNER_BYTES;
    if (head.length < at + 10) {
      return false;
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
    if (length < 1 || length > LONGEST_NAME || at + 8 + length > head.length) {
      return false;
    }
    var name = new String(head, at + 8, (int) length, StandardCharsets.ISO_8859_1);
    return name.matches("[a-z]+:[a-z:]+");
  }

  private static int start(byte[] head) {
    boolean marked =
        head.length > 4 && new String(head, 0, 4, StandardCharsets.ISO_8859_1).equals("binf");
    return marked ? 4 : 0;
  }

  static XgBoostModel read(byte[] bytes) throws ModelLoadException {
    int start = start(bytes);
    var in = ByteBuffer.wrap(bytes, start, bytes.length - start).order(ByteOrder.LITTLE_ENDIAN);
    try {
      return new LegacyDocument(in).model();
    } catch (BufferUnderflowException problem) {
      throw new ModelLoadException(
          "the file ends at byte %d within the model".formatted(bytes.length), problem);
    }
  }

  private XgBoostModel model() throws ModelLoadException {
    int at = in.position();
    skip(LEARNER_BYTES);
    float base = in.getFloat(at);
    int features = within("num_feature", in.getInt(at + 4), 0, ForestBuilder.MOST_FEATURES);
    int classes = within("num_class", in.getInt(at + 8), 0, XgBoostReader.MOST_OUTPUTS);
    boolean hasAttributes = in.getInt(at + 12) != 0;
    int version =
        100 * Math.clamp(in.getInt(at + 20), 0, 99) + Math.clamp(in.getInt(at + 24), 0, 99);
    int targets = version < 106 ? 1 : Math.clamp(in.getInt(at + 28), 1, XgBoostReader.MOST_OUTPUTS);
    int outputs = Math.max(Math.max(classes, targets), 1);
    var name = string();
    var objective = Objective.of(name, version);
    if (objective == null) {
      throw XgBoostReader.unknownObjective("objective", name);
    }
    var scores = new float[outputs];
    java.util.Arrays.fill(scores, base);
    if (version >= 100) {
      objective.toMargins(scores); // before, margins were written
    }
    var booster = booster(features, outputs);
    var attributes = hasAttributes ? attributes() : Map.<String, String>of();
    return new XgBoostModel(
        objective, scores, booster, XgBoostReader.bestRounds(attributes), List.of(), List.of());
  }

  private Booster booster(int features, int outputs) throws ModelLoadException {
    var name = string();
    return switch (name) {
      case "gbtree", "dart" -> trees(features, outputs, name.equals("dart"));
      case "gblinear" -> {
        skip(LINEAR_BYTES);
        var weights = floats(count(in.getLong(), Float.BYTES));
        yield XgBoostReader.linear("weights", weights, features, outputs);
      }
      default -> throw XgBoostReader.unknownBooster("booster", name);
    };
  }

  private Booster trees(int features, int outputs, boolean dart) throws ModelLoadException {
    int at = in.position();
    skip(TREES_BYTES);
    int count = within("num_trees", in.getInt(at), 0, in.remaining() / TREE_BYTES);
    int parallel = Math.max(1, in.getInt(at + 4));
    var trees = new ArrayList<XgBoostTree>();
    for (int i = 0; i < count; i++) {
      trees.add(tree(i));
    }
    var groups = new double[count];
    for (int i = 0; i < count; i++) {
      groups[i] = in.getInt();
    }
    var weights = new float[0];
    if (dart && count > 0) {
      weights = floats(count(in.getLong(), Float.BYTES));
    }
    return XgBoostReader.booster(
        new XgBoostReader.Trees(trees, groups, weights, new double[0], parallel),
        features,
        outputs);
  }

  private XgBoostTree tree(int index) throws ModelLoadException {
    int at = in.position();
    skip(TREE_BYTES);
    int most = in.remaining() / (NODE_BYTES + STAT_BYTES);
    int nodes = within("tree %d: num_nodes".formatted(index), in.getInt(at + 4), 1, most);
    var lefts = new double[nodes];
    var rights = new double[nodes];
    var features = new double[nodes];
    var conditions = new double[nodes];
    var defaultLefts = new double[nodes];
    for (int i = 0; i < nodes; i++) {
      in.getInt(); // the parent
      lefts[i] = in.getInt();
      rights[i] = in.getInt();
      int feature = in.getInt();
      features[i] = feature & Integer.MAX_VALUE;
      defaultLefts[i] = feature < 0 ? 1 : 0;
      conditions[i] = in.getFloat();
    }
    var covers = new double[nodes];
    for (int i = 0; i < nodes; i++) {
      covers[i] = in.getFloat(in.position() + 4);
      skip(STAT_BYTES);
    }
    return new XgBoostTree(
        lefts,
        rights,
        features,
        conditions,
        defaultLefts,
        covers,
        new double[0],
        1,
        false,
        Map.of());
  }

  private Map<String, String> attributes() throws ModelLoadException {
    int count = count(in.getLong(), 2 * Long.BYTES);
    var found = new HashMap<String, String>();
    for (int i = 0; i < count; i++) {
      found.put(string(), string());
    }
    return found;
  }

  private String string() throws ModelLoadException {
    var bytes = new byte[count(in.getLong(), 1)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private float[] floats(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getFloat();
    }
    return values;
  }

  private void skip(int bytes) {
    if (in.remaining() < bytes) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + bytes);
  }

  private int count(long count, int size) throws ModelLoadException {
    if (count < 0 || count > in.remaining() / size) {
      throw new ModelLoadException(
          "byte %d: found a count of %d (expected at most the %d bytes left)"
              .formatted(in.position() - Long.BYTES, count, in.remaining()));
    }
    return (int) count;
  }

  private static int within(String field, int value, int least, int most)
      throws ModelLoadException {
    if (value < least || value > most) {
      throw new ModelLoadException(
          String.format(Locale.ROOT, "%s is %d (expected %d to %d)", field, value, least, most));
    }
    return value;
  }
}
