package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;
import java.util.Optional;

/// Finds the training rows near a row.
final class Neighborhood {
  /// Rows and how far they are.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Found(int[] rows, double[] distances) {}

  private final Matrix train;
  private final Distance distance;
  private final Optional<SpaceTree> tree;
  private final boolean expanded;
  private final double[] squares;

  Neighborhood(PyObject object) {
    this.train = Fields.matrix(object, "_fit_X");
    this.distance = Distance.of(object);
    this.tree = SpaceTree.of(object);
    this.expanded = tree.isEmpty() && distance.kind() == Distance.Kind.EUCLIDEAN;
    this.squares = new double[expanded ? train.rows() : 0];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = square(train.values(), i * train.columns());
    }
  }

  int features() {
    return train.columns();
  }

  int size() {
    return train.rows();
  }

  /// The `count` nearest rows, nearest first.
  Found nearest(Matrix x, int row, int count) {
    var heap = new NearestHeap(Math.min(count, train.rows()));
    int from = row * x.columns();
    if (tree.isPresent()) {
      tree.get().search(distance, x.values(), from, new Nearest(heap, x.values(), from));
    } else {
      double square = expanded ? square(x.values(), from) : 0;
      for (int i = 0; i < train.rows(); i++) {
        heap.push(brute(x.values(), from, square, i), i);
      }
    }
    heap.sort();
    var far = heap.distances();
    for (int i = 0; i < far.length; i++) {
      far[i] = distance.fromReduced(far[i]);
    }
    return new Found(heap.rows(), far);
  }

  /// All rows no farther than `radius`.
  Found within(Matrix x, int row, double radius) {
    var rows = new int[16];
    var far = new double[16];
    int count = 0;
    double limit = distance.toReduced(radius);
    int from = row * x.columns();
    for (int i = 0; i < train.rows(); i++) {
      double reduced = reduced(x.values(), from, i);
      if (reduced <= limit) {
        if (count == rows.length) {
          rows = Arrays.copyOf(rows, 2 * count);
          far = Arrays.copyOf(far, 2 * count);
        }
        rows[count] = i;
        far[count++] = distance.fromReduced(reduced);
      }
    }
    return new Found(Arrays.copyOf(rows, count), Arrays.copyOf(far, count));
  }

  private double reduced(double[] x, int from, int row) {
    int width = train.columns();
    return distance.reduced(x, from, train.values(), row * width, width);
  }

  /// Without a tree scikit-learn computes `|x|² - 2xy + |y|²` by matrix products; the same here,
  /// in the order those products have, so that rounding makes the same rows equally far.
  private double brute(double[] x, int from, double square, int row) {
    if (!expanded) {
      return reduced(x, from, row);
    }
    double middle = -2 * fused(x, from, train.values(), row * train.columns());
    return Math.max(0, square + middle + squares[row]);
  }

  private double square(double[] a, int from) {
    double sum = 0;
    for (int i = 0; i < train.columns(); i++) {
      sum += a[from + i] * a[from + i];
    }
    return sum;
  }

  private double fused(double[] a, int from, double[] b, int start) {
    double sum = 0;
    for (int i = 0; i < train.columns(); i++) {
      sum = Math.fma(a[from + i], b[start + i], sum);
    }
    return sum;
  }

  private final class Nearest implements SpaceTree.Visitor {
    private final NearestHeap heap;
    private final double[] x;
    private final int from;

    Nearest(NearestHeap heap, double[] x, int from) {
      this.heap = heap;
      this.x = x;
      this.from = from;
    }

    @Override
    public void row(int row) {
      heap.push(reduced(x, from, row), row);
    }

    @Override
    public double limit() {
      return heap.farthest();
    }
  }
}
