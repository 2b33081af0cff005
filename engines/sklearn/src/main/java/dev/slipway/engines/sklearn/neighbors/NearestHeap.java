package dev.slipway.engines.sklearn.neighbors;

import java.util.Arrays;

/// The nearest rows found so far, the farthest of them on top.
///
/// Implementation note. A row as far as the top does not enter, and the one that leaves is the top,
/// as in `sklearn.utils._heap`: which of several equally far rows stay depends on the order of
/// arrival and on how the heap sifts, so both are kept.
final class NearestHeap {
  private final double[] distances;
  private final int[] rows;

  NearestHeap(int count) {
    this.distances = new double[count];
    this.rows = new int[count];
    clear();
  }

  void clear() {
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    Arrays.fill(rows, 0);
  }

  double farthest() {
    return distances[0];
  }

  double[] distances() {
    return distances;
  }

  int[] rows() {
    return rows;
  }

  void push(double distance, int row) {
    if (distance >= distances[0]) {
      return;
    }
    int at = 0;
    int next = child(at, distance);
    while (next >= 0) {
      distances[at] = distances[next];
      rows[at] = rows[next];
      at = next;
      next = child(at, distance);
    }
    distances[at] = distance;
    rows[at] = row;
  }

  /// The child that must move up for `distance` to go below, or -1; the left one if both are equal.
  private int child(int at, double distance) {
    int left = 2 * at + 1;
    int right = left + 1;
    if (left >= distances.length) {
      return -1;
    }
    int larger = right < distances.length && distances[right] > distances[left] ? right : left;
    return distances[larger] > distance ? larger : -1;
  }

  /// Nearest first.
  void sort() {
    var order = new Integer[rows.length];
    Arrays.setAll(order, i -> i);
    var far = distances.clone();
    var found = rows.clone();
    Arrays.sort(
        order,
        (i, j) ->
            far[i] == far[j]
                ? Integer.compare(found[i], found[j])
                : Double.compare(far[i], far[j]));
    for (int i = 0; i < order.length; i++) {
      distances[i] = far[order[i]];
      rows[i] = found[order[i]];
    }
  }
}
