package dev.slipway.engines.pmml;

import dev.slipway.inference.trees.Forest;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import dev.slipway.inference.trees.TreeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Segments that are all trees of two-way splits on numbers, as one forest. Rows in which a number
/// is missing are not its business, so what trees do about those need not be said in its terms.
final class SegmentForest {
  private static final int LEAST_TREES = 2;

  private final Forest forest;
  private final double divisor;
  private final int[] tested;
  private final boolean classifies;

  private SegmentForest(Forest forest, double divisor, int[] tested, boolean classifies) {
    this.forest = forest;
    this.divisor = divisor;
    this.tested = tested;
    this.classifies = classifies;
  }

  static Optional<SegmentForest> of(
      List<MiningModel.Segment> segments, String method, Model.Frame frame, boolean single) {
    boolean votes = method.equals("majorityVote") || method.equals("weightedMajorityVote");
    boolean means = method.equals("average") || method.equals("weightedAverage");
    boolean sums = method.equals("sum") || method.equals("weightedSum");
    boolean fits = frame.classifies() ? votes || means : means || sums;
    if (!fits
        || segments.size() < LEAST_TREES
        || frame
            .element()
            .child("Output")
            .map(
                output ->
                    output.children().stream()
                        .anyMatch(each -> each.attribute("segmentId").isPresent()))
            .orElse(false)) {
      return Optional.empty();
    }
    return new Compiler(segments, votes, method.startsWith("weighted"), frame)
        .compile(sums, single);
  }

  /// Adds the trees to a prediction.
  ///
  /// @return false, with nothing done, if a number is missing
  boolean score(Row row, Prediction prediction) {
    var x = row.numbers;
    for (int slot : tested) {
      if (Double.isNaN(x[slot])) {
        return false;
      }
    }
    if (!classifies) {
      var sum = new double[1];
      forest.sum(x, 0, sum, 0);
      prediction.number = sum[0] / divisor;
      return true;
    }
    var scores = prediction.scores;
    Arrays.fill(scores, 0);
    forest.sum(x, 0, scores, 0);
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= divisor;
    }
    prediction.highest();
    return true;
  }

  /// One try at compiling; gives up at the first tree that does not fit.
  private static final class Compiler {
    private final List<MiningModel.Segment> segments;
    private final boolean votes;
    private final boolean weighted;
    private final Model.Frame frame;
    private final BitSet tested = new BitSet();
    private int nodes;

    Compiler(
        List<MiningModel.Segment> segments, boolean votes, boolean weighted, Model.Frame frame) {
      this.segments = segments;
      this.votes = votes;
      this.weighted = weighted;
      this.frame = frame;
    }

    Optional<SegmentForest> compile(boolean sums, boolean single) {
      int outputs = frame.classifies() ? frame.labels().size() : 1;
      int features = frame.build().slots();
      if (outputs < 1 || !segments.stream().allMatch(this::plain)) {
        return Optional.empty();
      }
      var builder =
          frame.classifies()
              ? ForestBuilder.vectors(features, outputs)
              : ForestBuilder.scalars(features, outputs);
      if (single) {
        builder.singlePrecision();
      }
      double weights = 0;
      for (var segment : segments) {
        double weight = weighted ? segment.weight() : 1;
        weights += weight;
        var root = ((TreeModel) segment.model()).root();
        nodes = 0;
        if (!fits(root)) {
          return Optional.empty();
        }
        var tree = builder.tree(0, nodes);
        nodes = 1;
        add(tree, 0, root, weight);
        tree.end();
      }
      double divisor = sums ? 1 : weights;
      return Optional.of(
          new SegmentForest(
              builder.build(), divisor, tested.stream().toArray(), frame.classifies()));
    }

    @SuppressWarnings("ReferenceEquality") // the predicate and the labels are those shared objects
    private boolean plain(MiningModel.Segment segment) {
      return segment.predicate() == Predicates.ALWAYS
          && segment.model() instanceof TreeModel tree
          && !tree.hasSteps()
          && tree.root().predicate == Predicates.ALWAYS
          && tree.classifies() == frame.classifies()
          && (!frame.classifies() || tree.labels() == frame.labels());
    }

    private boolean fits(TreeNode node) {
      nodes++;
      if (node.isLeaf()) {
        boolean scored = frame.classifies() ? node.label >= 0 : !Double.isNaN(node.score);
        return scored && (votes || noneMissing(node));
      }
      if (node.children.length != 2) {
        return false;
      }
      var left = node.children[0];
      var right = node.children[1];
      return left.predicate instanceof Predicates.Comparison comparison
          && complement(comparison, right.predicate)
          && fits(left)
          && fits(right);
    }

    private static boolean noneMissing(TreeNode node) {
      return Arrays.stream(node.probabilities).noneMatch(Double::isNaN);
    }

    @SuppressWarnings("ReferenceEquality") // there is one predicate that always holds
    private static boolean complement(Predicates.Comparison one, Predicate other) {
      if (other == Predicates.ALWAYS) {
        return true;
      }
      var operators = new HashSet<String>();
      operators.add(one.operator());
      return other instanceof Predicates.Comparison comparison
          && comparison.slot() == one.slot()
          && comparison.value() == one.value()
          && operators.add(comparison.operator())
          && (operators.equals(java.util.Set.of("lessThan", "greaterOrEqual"))
              || operators.equals(java.util.Set.of("lessOrEqual", "greaterThan")));
    }

    private void add(TreeBuilder tree, int number, TreeNode node, double weight) {
      if (node.isLeaf()) {
        tree.leaf(number, values(node, weight));
        return;
      }
      var split = (Predicates.Comparison) node.children[0].predicate;
      tested.set(split.slot());
      boolean below = split.operator().startsWith("less");
      boolean open =
          split.operator().equals("lessThan") || split.operator().equals("greaterOrEqual");
      double threshold = open ? Math.nextDown(split.value()) : split.value();
      int left = nodes++;
      int right = nodes++;
      tree.split(number, split.slot(), threshold, Missing.LEFT, left, right);
      add(tree, left, node.children[below ? 0 : 1], weight);
      add(tree, right, node.children[below ? 1 : 0], weight);
    }

    private double[] values(TreeNode node, double weight) {
      if (!frame.classifies()) {
        return new double[] {node.score * weight};
      }
      var values = new ArrayList<Double>();
      for (int label = 0; label < frame.labels().size(); label++) {
        double share = votes ? (label == node.label ? 1 : 0) : node.probability(label);
        values.add(share * weight);
      }
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
