package dev.slipway.engines.pmml;

import java.util.List;

/// A `ComparisonMeasure`: how far apart, or how alike, two lists of numbers are.
final class Measure {
  private static final List<String> FUNCTIONS = List.of("absDiff", "gaussSim", "delta", "equal");

  private final String name;
  private final boolean similarity;
  private final double power;
  private final String[] functions;
  private final double[] weights;
  private final double[] scales;
  private final double[] missingWeights;
  private final double[] counts; // of binary similarity: c00 c01 c10 c11, then d00 d01 d10 d11

  private Measure(
      Element element, List<Element> fields, double[] missingWeights, boolean similarity) {
    var kind =
        element.children().stream()
            .findFirst()
            .orElseThrow(() -> new PmmlException(element, "a measure is missing"));
    this.name = kind.name();
    this.similarity = similarity;
    this.power = name.equals("minkowski") ? kind.number("p-parameter") : 2;
    var standard = element.word("compareFunction", "absDiff", FUNCTIONS);
    functions =
        fields.stream()
            .map(each -> each.word("compareFunction", standard, FUNCTIONS))
            .toArray(String[]::new);
    weights = fields.stream().mapToDouble(each -> each.number("fieldWeight", 1)).toArray();
    scales = fields.stream().mapToDouble(each -> each.number("similarityScale", 1)).toArray();
    this.missingWeights = missingWeights;
    if (missingWeights.length != 0 && missingWeights.length != weights.length) {
      throw new PmmlException(element, "as many MissingValueWeights as fields are needed");
    }
    counts = counts(kind);
  }

  static Measure of(Element element, List<Element> fields, double... missingWeights) {
    boolean similarity =
        element.word("kind", "distance", List.of("distance", "similarity")).equals("similarity");
    return new Measure(element, fields, missingWeights, similarity);
  }

  private static double[] counts(Element kind) {
    return switch (kind.name()) {
      case "euclidean", "squaredEuclidean", "chebychev", "cityBlock", "minkowski" -> new double[0];
      case "simpleMatching" -> new double[] {1, 0, 0, 1, 1, 1, 1, 1};
      case "jaccard" -> new double[] {0, 0, 0, 1, 0, 1, 1, 1};
      case "tanimoto" -> new double[] {1, 0, 0, 1, 1, 2, 2, 1};
      case "binarySimilarity" ->
          List.of("c00", "c01", "c10", "c11", "d00", "d01", "d10", "d11").stream()
              .mapToDouble(each -> kind.number(each + "-parameter"))
              .toArray();
      default -> throw PmmlException.unsupported(kind);
    };
  }

  boolean similarity() {
    return similarity;
  }

  /// @param x where NaN is missing, and then counts nothing
  double of(double[] x, double... centre) {
    return counts.length > 0 ? binary(x, centre) : distance(x, centre);
  }

  private double distance(double[] x, double... centre) {
    double sum = 0;
    double known = 0;
    double all = 0;
    for (int i = 0; i < x.length; i++) {
      double missingWeight = missingWeights.length == 0 ? 1 : missingWeights[i];
      all += missingWeight;
      if (Double.isNaN(x[i])) {
        continue;
      }
      known += missingWeight;
      double c = compare(i, x[i], centre[i]);
      sum =
          switch (name) {
            case "chebychev" -> Math.max(sum, weights[i] * c);
            case "cityBlock" -> sum + weights[i] * c;
            case "minkowski" -> sum + weights[i] * Math.pow(c, power);
            default -> sum + weights[i] * c * c;
          };
    }
    sum = known == all ? sum : sum * all / known;
    return switch (name) {
      case "euclidean" -> Math.sqrt(sum);
      case "minkowski" -> Math.pow(sum, 1 / power);
      default -> sum;
    };
  }

  private double compare(int field, double x, double y) {
    return switch (functions[field]) {
      case "gaussSim" -> {
        double z = (x - y) / scales[field];
        yield Math.exp(-Math.log(2) * z * z);
      }
      case "delta" -> x == y ? 0 : 1;
      case "equal" -> x == y ? 1 : 0;
      default -> Math.abs(x - y);
    };
  }

  private double binary(double[] x, double... centre) {
    double above = 0;
    double below = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(x[i])) {
        int at = (x[i] != 0 ? 2 : 0) + (centre[i] != 0 ? 1 : 0);
        above += counts[at];
        below += counts[4 + at];
      }
    }
    return above / below;
  }
}
