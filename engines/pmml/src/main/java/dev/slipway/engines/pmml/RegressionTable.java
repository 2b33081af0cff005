package dev.slipway.engines.pmml;

/// A `RegressionTable`: intercept, numbers to a power times coefficients, coefficients of
/// categories, coefficients of products.
final class RegressionTable {
  private final double intercept;
  private final int[] slots;
  private final double[] coefficients;
  private final double[] exponents;
  private final boolean linear;
  private final int[] categorySlots;
  private final double[] categories;
  private final double[] categoryCoefficients;
  private final int[][] termSlots;
  private final double[] termCoefficients;

  RegressionTable(Element element, Scope scope) {
    intercept = element.number("intercept");
    var numeric = element.children("NumericPredictor");
    slots = numeric.stream().mapToInt(each -> slot(each, "name", scope)).toArray();
    coefficients = numeric.stream().mapToDouble(each -> each.number("coefficient")).toArray();
    exponents = numeric.stream().mapToDouble(each -> each.number("exponent", 1)).toArray();
    linear = java.util.Arrays.stream(exponents).allMatch(each -> each == 1);
    var categorical = element.children("CategoricalPredictor");
    int count = categorical.size();
    categorySlots = new int[count];
    categories = new double[count];
    for (int i = 0; i < count; i++) {
      var each = categorical.get(i);
      var field = scope.field(each, each.text("name"));
      categorySlots[i] = field.slot();
      categories[i] = scope.build().literal(each, each.text("value"), field.kind());
    }
    categoryCoefficients =
        categorical.stream().mapToDouble(each -> each.number("coefficient")).toArray();
    var terms = element.children("PredictorTerm");
    termSlots =
        terms.stream()
            .map(
                term ->
                    term.children("FieldRef").stream()
                        .mapToInt(each -> slot(each, "field", scope))
                        .toArray())
            .toArray(int[][]::new);
    termCoefficients = terms.stream().mapToDouble(each -> each.number("coefficient")).toArray();
  }

  private static int slot(Element element, String attribute, Scope scope) {
    var field = scope.field(element, element.text(attribute));
    if (field.kind() == Kind.STRING) {
      throw new PmmlException(element, "the field " + field.name() + " is a string, not a number");
    }
    return field.slot();
  }

  /// NaN if a number is missing; a missing category counts as none of those named.
  double value(Row row) {
    var x = row.numbers;
    double sum = intercept;
    for (int i = 0; i < slots.length; i++) {
      double value = x[slots[i]];
      sum += coefficients[i] * (linear ? value : Math.pow(value, exponents[i]));
    }
    for (int i = 0; i < categories.length; i++) {
      sum += x[categorySlots[i]] == categories[i] ? categoryCoefficients[i] : 0;
    }
    for (int i = 0; i < termSlots.length; i++) {
      double product = termCoefficients[i];
      for (int slot : termSlots[i]) {
        product *= x[slot];
      }
      sum += product;
    }
    return sum;
  }
}
