package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/// The one column of text that a vectoriser takes.
final class Documents {
  private Documents() {}

  /// @param name of the vectoriser, for messages
  static List<String> of(String name, Frame x) {
    if (x.columns() != 1) {
      throw new InvalidInputException(
          name + " takes one column of text, found " + x.columns() + " columns");
    }
    var documents = new ArrayList<String>(x.rows());
    for (var value : x.column(0)) {
      if (!(value instanceof String text)) {
        throw new InvalidInputException(
            value == null || (value instanceof Double number && number.isNaN())
                ? "np.nan is an invalid document, expected byte or unicode string (row "
                    + documents.size()
                    + ")"
                : name + " takes text, found " + value + " in row " + documents.size());
      }
      documents.add(text);
    }
    return documents;
  }
}
