package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// A `GeneralRegressionModel`: parameters that are products of covariates and factors, weighted and
/// added, behind a link function.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/GeneralRegression.html">PMML 4.4.1, General
/// regression</a>
final class GeneralRegressionModel extends Model {
  private static final List<String> TYPES =
      List.of("regression", "generalLinear", "generalizedLinear", "multinomialLogistic");

  /// A coefficient and the parameter it weighs.
  @SuppressWarnings("ArrayRecordComponent")
  private record Term(double beta, Factor[] factors) {
    double value(Row row) {
      double product = beta;
      for (var factor : factors) {
        double x = row.numbers[factor.slot()];
        product *=
            factor.categorical()
                ? Double.isNaN(x) ? x : x == factor.value() ? 1 : 0
                : factor.value() == 1 ? x : Math.pow(x, factor.value());
      }
      return product;
    }
  }

  /// @param value the category, or the exponent of a number
  private record Factor(int slot, boolean categorical, double value) {}

  private final Map<String, List<Factor>> parameters = new HashMap<>();
  private final List<List<Term>> sums = new ArrayList<>();
  private final List<Integer> sumLabels = new ArrayList<>();
  private final boolean multinomial;
  private final DoubleUnaryOperator inverse;
  private final Optional<Field> offsetField;
  private final double offset;
  private int reference = -1;

  GeneralRegressionModel(Frame frame) {
    super(frame);
    var element = frame.element();
    var type = element.word("modelType", "", TYPES);
    multinomial = type.equals("multinomialLogistic");
    inverse = link(element, type);
    offset = element.number("offsetValue", 0);
    offsetField =
        element.attribute("offsetVariable").map(name -> frame.scope().field(element, name));
    readParameters(element, frame.scope());
    readCoefficients(element.needed("ParamMatrix"));
    if (classifies()) {
      reference = reference(element);
    }
  }

  private static DoubleUnaryOperator link(Element element, String type) {
    if (!type.equals("generalizedLinear")) {
      return DoubleUnaryOperator.identity();
    }
    var name = element.text("linkFunction", "identity");
    double power = element.number("linkParameter", 1);
    return switch (name) {
      case "power" -> power == 0 ? Math::exp : y -> Math.pow(y, 1 / power);
      case "logc" -> y -> 1 - Math.exp(y);
      case "oddspower" ->
          power == 0 ? Links.inverse("logit") : y -> 1 / (1 + Math.pow(1 + power * y, -1 / power));
      case "negbin" -> y -> 1 / (power * (Math.exp(-y) - 1));
      default -> {
        if (!Links.NAMES.contains(name)) {
          throw PmmlException.unsupported(element, "linkFunction");
        }
        yield Links.inverse(name);
      }
    };
  }

  private void readParameters(Element element, Scope scope) {
    for (var parameter : element.needed("ParameterList").children("Parameter")) {
      parameters.put(parameter.text("name"), new ArrayList<>());
    }
    var factors =
        element
            .child("FactorList")
            .map(
                list -> list.children("Predictor").stream().map(each -> each.text("name")).toList())
            .orElse(List.of());
    for (var cell : element.needed("PPMatrix").children("PPCell")) {
      var field = scope.field(cell, cell.text("predictorName"));
      boolean categorical = factors.contains(field.name()) || field.kind() == Kind.STRING;
      double value =
          categorical
              ? scope.build().literal(cell, cell.text("value"), field.kind())
              : cell.number("value");
      parameter(cell).add(new Factor(field.slot(), categorical, value));
    }
  }

  private List<Factor> parameter(Element cell) {
    var name = cell.text("parameterName");
    var found = parameters.get(name);
    if (found == null) {
      throw new PmmlException(cell, "there is no parameter " + name);
    }
    return found;
  }

  private void readCoefficients(Element matrix) {
    var bySum = new HashMap<String, List<Term>>();
    for (var cell : matrix.children("PCell")) {
      var category = cell.text("targetCategory", "");
      var terms = bySum.get(category);
      if (terms == null) {
        terms = new ArrayList<>();
        bySum.put(category, terms);
        sums.add(terms);
        sumLabels.add(classifies() && !category.isEmpty() ? labels().add(category) : -1);
      }
      terms.add(new Term(cell.number("beta"), parameter(cell).toArray(Factor[]::new)));
    }
    if (sums.isEmpty() || (!classifies() && sums.size() != 1)) {
      throw new PmmlException(matrix, sums.size() + " sets of coefficients");
    }
  }

  /// The label without coefficients.
  private int reference(Element element) {
    var named = element.attribute("targetReferenceCategory");
    if (named.isPresent()) {
      int label = labels().add(named.get());
      if (sumLabels.size() == 1 && sumLabels.getFirst() < 0) {
        sumLabels.set(0, other(element, label));
      }
      return label;
    }
    if (sumLabels.size() == 1 && sumLabels.getFirst() < 0 && labels().size() == 2) {
      sumLabels.set(0, 1);
    }
    return other(element, sumLabels.toArray(Integer[]::new));
  }

  private int other(Element element, Integer... taken) {
    var free = new ArrayList<Integer>();
    for (int i = 0; i < labels().size(); i++) {
      if (!List.of(taken).contains(i)) {
        free.add(i);
      }
    }
    if (free.size() != 1) {
      throw new PmmlException(element, "the attribute targetReferenceCategory is missing");
    }
    return free.getFirst();
  }

  private double sum(Row row, List<Term> terms) {
    double sum = offset;
    if (offsetField.isPresent()) {
      sum += row.numbers[offsetField.get().slot()];
    }
    for (var term : terms) {
      sum += term.value(row);
    }
    return sum;
  }

  @Override
  void score(Row row, Prediction prediction) {
    if (!classifies()) {
      prediction.number = inverse.applyAsDouble(sum(row, sums.getFirst()));
      return;
    }
    var values = new double[sums.size() + 1];
    double rest = 1;
    for (int i = 0; i < sums.size(); i++) {
      double sum = sum(row, sums.get(i));
      if (Double.isNaN(sum)) {
        return;
      }
      values[i] = multinomial ? sum : inverse.applyAsDouble(sum);
      rest -= values[i];
    }
    values[sums.size()] = multinomial ? 0 : rest;
    if (multinomial) {
      Links.softmax(values);
    }
    for (int i = 0; i < sums.size(); i++) {
      prediction.scores[sumLabels.get(i)] = values[i];
    }
    prediction.scores[reference] = values[sums.size()];
    prediction.highest();
  }
}
