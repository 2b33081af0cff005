package dev.slipway.tuning.space;

import dev.slipway.tuning.Parameter;
import java.util.OptionalDouble;

/// Any number of a range.
final class RealAxis implements Axis {
  private final Parameter.Real parameter;
  private final Warp warp;

  RealAxis(Parameter.Real parameter) {
    this.parameter = parameter;
    warp = new Warp(parameter.distribution(), parameter.min(), parameter.max(), 0);
  }

  @Override
  public String name() {
    return parameter.name();
  }

  @Override
  public long cells() {
    return 0;
  }

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public long cell(double place) {
    throw new IllegalArgumentException(name() + " has no cells");
  }

  @Override
  public double middle(long cell) {
    throw new IllegalArgumentException(name() + " has no cells");
  }

  @Override
  public String text(double place) {
    double value = Numbers.rounded(warp.value(place));
    return Numbers.text(Math.clamp(value, parameter.min(), parameter.max()));
  }

  @Override
  public OptionalDouble place(String text) {
    OptionalDouble value = Numbers.parse(text);
    return value.isPresent()
            && value.getAsDouble() >= parameter.min()
            && value.getAsDouble() <= parameter.max()
        ? OptionalDouble.of(warp.place(value.getAsDouble()))
        : OptionalDouble.empty();
  }
}
