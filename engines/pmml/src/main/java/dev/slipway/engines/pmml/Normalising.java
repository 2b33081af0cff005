package dev.slipway.engines.pmml;

import java.util.Arrays;
import java.util.List;

/// `NormContinuous` and `NormDiscrete`.
final class Normalising {
  private Normalising() {}

  static Expression continuous(Element element, Scope scope) {
    var field = scope.field(element, element.text("field"));
    return piecewise(element, Expressions.reference(field, scope));
  }

  /// The piecewise linear function of the `LinearNorm` children of an element.
  static Expression piecewise(Element element, Expression input) {
    var line = Line.of(element);
    double missing = element.number("mapMissingTo", Double.NaN);
    return Expression.of(
        Kind.DOUBLE,
        row -> {
          double x = input.number(row);
          return Double.isNaN(x) ? missing : line.at(x);
        });
  }

  /// The inverse of the function of an element.
  static Line inverse(Element element) {
    var line = Line.of(element);
    return new Line(line.norm, line.orig, "asIs");
  }

  /// Points joined by straight lines.
  static final class Line {
    private final double[] orig;
    private final double[] norm;
    private final String outliers;

    private Line(double[] orig, double[] norm, String outliers) {
      this.orig = orig;
      this.norm = norm;
      this.outliers = outliers;
    }

    private static Line of(Element element) {
      var points = element.children("LinearNorm");
      if (points.size() < 2) {
        throw new PmmlException(element, points.size() + " LinearNorm, at least 2 are needed");
      }
      var orig = points.stream().mapToDouble(point -> point.number("orig")).toArray();
      var norm = points.stream().mapToDouble(point -> point.number("norm")).toArray();
      var outliers =
          element.word("outliers", "asIs", List.of("asIs", "asMissingValues", "asExtremeValues"));
      return new Line(orig, norm, outliers);
    }

    double at(double x) {
      int last = orig.length - 1;
      boolean up = orig[last] >= orig[0];
      boolean below = up ? x < orig[0] : x > orig[0];
      boolean above = up ? x > orig[last] : x < orig[last];
      if ((below || above) && !outliers.equals("asIs")) {
        return outliers.equals("asMissingValues") ? Double.NaN : norm[below ? 0 : last];
      }
      int i = 0;
      while (i < last - 1 && (up ? x > orig[i + 1] : x < orig[i + 1])) {
        i++;
      }
      return norm[i] + (x - orig[i]) / (orig[i + 1] - orig[i]) * (norm[i + 1] - norm[i]);
    }

    @Override
    public String toString() {
      return Arrays.toString(orig) + " to " + Arrays.toString(norm);
    }
  }

  static Expression discrete(Element element, Scope scope) {
    element.word("method", "indicator", List.of("indicator"));
    var field = scope.field(element, element.text("field"));
    double wanted = scope.build().literal(element, element.text("value"), field.kind());
    double missing = element.number("mapMissingTo", Double.NaN);
    int slot = field.slot();
    return Expression.of(
        Kind.DOUBLE,
        row -> {
          double value = row.numbers[slot];
          return Double.isNaN(value) ? missing : value == wanted ? 1 : 0;
        });
  }
}
