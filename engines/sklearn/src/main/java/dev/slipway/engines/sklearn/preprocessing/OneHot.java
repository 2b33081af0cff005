package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.DataType;
import java.util.List;

/// `OneHotEncoder`: a column a category, 1 where the value is of it.
final class OneHot implements Estimator.Transformer {
  private static final int NOTHING = -1;

  private final EncodedInput input;
  private final boolean refuseUnknown;
  private final boolean sparse;

  /// The output column of each category, or [#NOTHING]; the last entry is for unknown values.
  private final int[][] targets;

  private final int width;

  private OneHot(PyObject object) {
    this.input = new EncodedInput(object);
    var unknown = object.text("handle_unknown", "error");
    this.refuseUnknown = unknown.equals("error");
    this.sparse = object.truth("sparse_output", object.truth("sparse", true));
    this.targets = new int[input.columns()][];
    boolean unknownIsInfrequent = unknown.equals("infrequent_if_exist") || unknown.equals("warn");
    int offset = 0;
    for (int column = 0; column < targets.length; column++) {
      int dropped = dropped(object, column);
      targets[column] = targets(column, dropped, offset, unknownIsInfrequent);
      int grouped = Math.max(0, input.infrequent(column).length - 1);
      offset += input.categories(column).size() - grouped - (dropped >= 0 ? 1 : 0);
    }
    this.width = offset;
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    return new OneHot(object);
  }

  /// The category left out, counted after grouping; negative for none.
  private static int dropped(PyObject object, int column) {
    var name =
        object.attributes().containsKey("_drop_idx_after_grouping")
            ? "_drop_idx_after_grouping"
            : "drop_idx_";
    if (!(object.attributes().get(name) instanceof NdArray drops)) {
      return NOTHING;
    }
    return drops.storage() instanceof Object[] values
        ? values[column] instanceof Number number ? number.intValue() : NOTHING
        : drops.integers()[column];
  }

  private int[] targets(int column, int dropped, int offset, boolean unknownIsInfrequent) {
    var groups = input.groups(column);
    var targets = new int[groups.length + 1];
    for (int i = 0; i < groups.length; i++) {
      targets[i] = target(groups[i], dropped, offset);
    }
    var infrequent = input.infrequent(column);
    targets[groups.length] =
        unknownIsInfrequent && infrequent.length > 0 ? targets[infrequent[0]] : NOTHING;
    return targets;
  }

  private static int target(int group, int dropped, int offset) {
    if (group == dropped) {
      return NOTHING;
    }
    return offset + (dropped >= 0 && group > dropped ? group - 1 : group);
  }

  @Override
  public int features() {
    return input.columns();
  }

  @Override
  public List<String> featureNames() {
    return input.header().names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public List<DataType> featureTypes() {
    return input.types();
  }

  @Override
  public Frame transform(Frame x) {
    input.header().checkWidth(x);
    var columns = new int[targets.length][];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = targets(x, column);
    }
    var rows = new SparseRows(x.rows(), width, x.rows() * columns.length);
    for (int row = 0; row < x.rows(); row++) {
      for (int[] column : columns) {
        if (column[row] != NOTHING) {
          rows.add(column[row], 1);
        }
      }
      rows.endRow();
    }
    return sparse ? rows.frame() : new Frame.Dense(rows.frame().matrix());
  }

  private int[] targets(Frame x, int column) {
    var positions = input.positions(x, column);
    var own = targets[column];
    for (int row = 0; row < positions.length; row++) {
      if (positions[row] == Categories.UNKNOWN) {
        if (refuseUnknown) {
          throw input.unknown(x, column);
        }
        positions[row] = own[own.length - 1];
      } else {
        positions[row] = own[positions[row]];
      }
    }
    return positions;
  }
}
