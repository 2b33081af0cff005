package dev.slipway.engines.pmml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `TrainingInstances`: the rows a nearest-neighbour model remembers, as numbers.
final class Instances {
  private final double[][] values;
  private final double[] targets; // labels or numbers; empty where there is no target
  private final String[] ids;

  /// @param inputs that rows are compared by
  Instances(Element model, List<Element> inputs, Model.Frame frame) {
    var element = model.needed("TrainingInstances");
    if (element.child("TableLocator").isPresent()) {
      throw PmmlException.unsupported(element.needed("TableLocator"));
    }
    var columns = new HashMap<String, String>();
    for (var field : element.needed("InstanceFields").children("InstanceField")) {
      var name = field.text("field");
      columns.put(name, field.text("column", name));
    }
    var rows = element.needed("InlineTable").children("row");
    values = new double[rows.size()][inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      fill(i, inputs.get(i), column(inputs.get(i), columns), rows, frame.scope());
    }
    targets =
        frame.target().isPresent()
            ? targets(model, column(model, frame.target().get(), columns), rows, frame)
            : new double[0];
    ids = ids(model, columns, rows);
  }

  private static String column(Element input, Map<String, String> columns) {
    return column(input, input.text("field"), columns);
  }

  private static String column(Element at, String field, Map<String, String> columns) {
    var column = columns.get(field);
    if (column == null) {
      throw new PmmlException(at, "no InstanceField tells where " + field + " is");
    }
    return column;
  }

  private void fill(int input, Element at, String column, List<Element> rows, Scope scope) {
    var kind = scope.field(at, at.text("field")).kind();
    for (int i = 0; i < values.length; i++) {
      var cell = Tables.cell(rows.get(i), column);
      values[i][input] =
          cell.isEmpty() ? Double.NaN : scope.build().literal(rows.get(i), cell, kind);
    }
  }

  private static double[] targets(
      Element model, String column, List<Element> rows, Model.Frame frame) {
    var targets = new double[rows.size()];
    for (int i = 0; i < targets.length; i++) {
      var cell = Tables.cell(rows.get(i), column);
      if (cell.isEmpty()) {
        throw new PmmlException(rows.get(i), "the target, column " + column + ", is missing");
      }
      targets[i] =
          frame.classifies()
              ? frame.labels().add(cell)
              : frame.build().literal(rows.get(i), cell, Kind.DOUBLE);
    }
    if (targets.length == 0) {
      throw new PmmlException(model, "there are no instances");
    }
    return targets;
  }

  private static String[] ids(Element model, Map<String, String> columns, List<Element> rows) {
    var variable = model.attribute("instanceIdVariable");
    var ids = new String[rows.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] =
          variable.isEmpty()
              ? String.valueOf(i + 1)
              : Tables.cell(rows.get(i), column(model, variable.get(), columns));
    }
    return ids;
  }

  int count() {
    return values.length;
  }

  /// What the inputs are in a row; NaN: missing, and then the row is never near.
  double[] values(int row) {
    return values[row];
  }

  boolean hasTargets() {
    return targets.length > 0;
  }

  /// The index of the row's label, or its number.
  double target(int row) {
    return targets[row];
  }

  String id(int row) {
    return ids[row];
  }
}
