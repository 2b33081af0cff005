package dev.slipway.tuning.space;

import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// One of a few values. Numbers stand in their order; under a distribution other than the uniform
/// one a cell reaches half way to its neighbours and is as wide as the distribution has it.
final class ListAxis implements Axis {
  private final String name;
  private final List<String> values;
  private final boolean ordered;
  private final double[] edges;
  private final Map<String, Integer> cellOf = new HashMap<>();

  ListAxis(Parameter.Categorical parameter) {
    this(parameter.name(), parameter.values().stream().distinct().toList(), false);
  }

  private ListAxis(String name, List<String> values, boolean ordered) {
    this(name, values, ordered, equal(values.size()));
  }

  private ListAxis(String name, List<String> values, boolean ordered, double[] edges) {
    this.name = name;
    this.values = values;
    this.ordered = ordered;
    this.edges = edges;
    for (int i = 0; i < values.size(); i++) {
      cellOf.putIfAbsent(values.get(i), i);
    }
  }

  static ListAxis of(Parameter.Discrete parameter) {
    List<String> distinct = parameter.values().stream().distinct().toList();
    if (distinct.stream().anyMatch(value -> Numbers.parse(value).isEmpty())) {
      return new ListAxis(parameter.name(), distinct, false);
    }
    List<String> sorted =
        distinct.stream().sorted(Comparator.comparingDouble(ListAxis::number)).toList();
    return new ListAxis(parameter.name(), sorted, true, edges(parameter.distribution(), sorted));
  }

  private static double number(String text) {
    return Numbers.parse(text).orElseThrow();
  }

  private static double[] equal(int cells) {
    double[] edges = new double[cells + 1];
    Arrays.setAll(edges, i -> (double) i / cells);
    return edges;
  }

  private static double[] edges(Distribution distribution, List<String> sorted) {
    double first = number(sorted.getFirst());
    double last = number(sorted.getLast());
    boolean logarithmic =
        distribution == Distribution.LOG_UNIFORM || distribution == Distribution.LOG_NORMAL;
    if (distribution == Distribution.UNIFORM
        || distribution == Distribution.LOG_UNIFORM
        || last <= first
        || (logarithmic && first <= 0)) {
      return equal(sorted.size());
    }
    Warp warp = new Warp(distribution, first, last, 0);
    double[] edges = equal(sorted.size());
    for (int i = 1; i < sorted.size(); i++) {
      double below = number(sorted.get(i - 1));
      double above = number(sorted.get(i));
      edges[i] = warp.place(logarithmic ? Math.sqrt(below * above) : (below + above) / 2);
    }
    return edges;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long cells() {
    return values.size();
  }

  @Override
  public boolean ordered() {
    return ordered;
  }

  @Override
  public long cell(double place) {
    int found = Arrays.binarySearch(edges, Math.clamp(place, 0, 1));
    return Math.clamp(found >= 0 ? found : -found - 2, 0, values.size() - 1);
  }

  @Override
  public double middle(long cell) {
    return (edges[(int) cell] + edges[(int) cell + 1]) / 2;
  }

  @Override
  public String text(double place) {
    return values.get((int) cell(place));
  }

  @Override
  public OptionalDouble place(String text) {
    Integer cell = cellOf.get(text);
    if (cell != null) {
      return OptionalDouble.of(middle(cell));
    }
    OptionalDouble number = ordered ? Numbers.parse(text) : OptionalDouble.empty();
    for (int i = 0; number.isPresent() && i < values.size(); i++) {
      if (number(values.get(i)) == number.getAsDouble()) {
        return OptionalDouble.of(middle(i));
      }
    }
    return OptionalDouble.empty();
  }
}
