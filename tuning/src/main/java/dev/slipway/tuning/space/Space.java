package dev.slipway.tuning.space;

import dev.slipway.tuning.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/// A search space as the unit cube, one axis a parameter in the order of the study.
public final class Space {
  private final List<Axis> axes;

  private Space(List<Axis> axes) {
    this.axes = axes;
  }

  public static Space of(List<Parameter> parameters) {
    return new Space(parameters.stream().map(Space::axis).toList());
  }

  private static Axis axis(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Real real when real.step() > 0 -> new StepAxis(real);
      case Parameter.Real real -> new RealAxis(real);
      case Parameter.Whole whole -> new StepAxis(whole);
      case Parameter.Discrete discrete -> ListAxis.of(discrete);
      case Parameter.Categorical choice -> new ListAxis(choice);
    };
  }

  public int size() {
    return axes.size();
  }

  public Axis axis(int at) {
    return axes.get(at);
  }

  public List<Axis> axes() {
    return axes;
  }

  /// How many different points there are; infinite with a continuous axis, never overflowing.
  public double combinations() {
    double all = 1;
    for (Axis axis : axes) {
      all *= axis.continuous() ? Double.POSITIVE_INFINITY : axis.cells();
    }
    return all;
  }

  /// Values by parameter at a point.
  public Map<String, String> values(double[] point) {
    Map<String, String> values = LinkedHashMap.newLinkedHashMap(axes.size());
    for (int i = 0; i < axes.size(); i++) {
      values.put(axes.get(i).name(), axes.get(i).text(point[i]));
    }
    return values;
  }

  /// The point of some values, in the middle of its cells; empty where a value is missing or lies
  /// outside.
  public Optional<double[]> point(Map<String, String> values) {
    double[] point = new double[axes.size()];
    for (int i = 0; i < point.length; i++) {
      String text = values.get(axes.get(i).name());
      OptionalDouble place = text == null ? OptionalDouble.empty() : axes.get(i).place(text);
      if (place.isEmpty()) {
        return Optional.empty();
      }
      point[i] = place.getAsDouble();
    }
    return Optional.of(point);
  }

  /// Moves a point, in place, to the one its values stand for.
  public double[] snap(double[] point) {
    for (int i = 0; i < point.length; i++) {
      point[i] = axes.get(i).snap(point[i]);
    }
    return point;
  }

  /// A point by the parameters' distributions, not snapped.
  public double[] draw(RandomGenerator random) {
    double[] point = new double[axes.size()];
    for (int i = 0; i < point.length; i++) {
      point[i] = random.nextDouble();
    }
    return point;
  }
}
