package dev.slipway.tuning.space;

import dev.slipway.tuning.Parameter;
import java.math.BigDecimal;
import java.util.OptionalDouble;

/// Numbers at equal steps: whole ones, or `min + k * step` computed in decimal, so that no binary
/// rest shows.
final class StepAxis implements Axis {
  private final String name;
  private final BigDecimal first;
  private final BigDecimal step;
  private final boolean whole;
  private final long cells;
  private final double min;
  private final double width;
  private final Warp warp;

  StepAxis(Parameter.Real parameter) {
    this.name = parameter.name();
    this.first = BigDecimal.valueOf(parameter.min());
    this.step = BigDecimal.valueOf(parameter.step());
    this.whole = false;
    this.min = parameter.min();
    this.width = parameter.step();
    this.cells = count(BigDecimal.valueOf(parameter.max()));
    this.warp = new Warp(parameter.distribution(), min, min + (cells - 1) * width, width / 2);
  }

  StepAxis(Parameter.Whole parameter) {
    this.name = parameter.name();
    this.first = BigDecimal.valueOf(parameter.min());
    this.step = BigDecimal.valueOf(parameter.step());
    this.whole = true;
    this.min = parameter.min();
    this.width = parameter.step();
    this.cells = count(BigDecimal.valueOf(parameter.max()));
    this.warp = new Warp(parameter.distribution(), min, min + (cells - 1) * width, width / 2);
  }

  private long count(BigDecimal last) {
    BigDecimal steps = last.subtract(first).divideToIntegralValue(step);
    return steps.min(BigDecimal.valueOf(Long.MAX_VALUE - 1)).longValue() + 1;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long cells() {
    return cells;
  }

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public long cell(double place) {
    return Math.clamp(Math.round((warp.value(place) - min) / width), 0, cells - 1);
  }

  @Override
  public double middle(long cell) {
    return warp.place(min + cell * width);
  }

  @Override
  public String text(double place) {
    return value(cell(place));
  }

  @Override
  public String value(long cell) {
    BigDecimal value = first.add(step.multiply(BigDecimal.valueOf(cell)));
    return whole ? value.toPlainString() : Numbers.text(value.doubleValue());
  }

  @Override
  public OptionalDouble place(String text) {
    OptionalDouble value = Numbers.parse(text);
    if (value.isEmpty()
        || value.getAsDouble() < min - width / 2
        || value.getAsDouble() > min + (cells - 0.5) * width) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(middle(Math.round((value.getAsDouble() - min) / width)));
  }
}
