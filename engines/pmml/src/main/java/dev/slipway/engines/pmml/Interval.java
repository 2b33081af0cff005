package dev.slipway.engines.pmml;

/// An `Interval`: numbers between two margins, each belonging to it or not.
record Interval(double low, boolean lowClosed, double high, boolean highClosed) {
  static Interval of(Element element) {
    var closure = element.text("closure");
    if (!closure.matches("(open|closed)(Open|Closed)")) {
      throw PmmlException.unsupported(element, "closure");
    }
    return new Interval(
        element.number("leftMargin", Double.NEGATIVE_INFINITY),
        closure.startsWith("closed"),
        element.number("rightMargin", Double.POSITIVE_INFINITY),
        closure.endsWith("Closed"));
  }

  boolean contains(double value) {
    return (lowClosed ? value >= low : value > low) && (highClosed ? value <= high : value < high);
  }

  @Override
  public String toString() {
    return (lowClosed ? "[" : "(") + low + ", " + high + (highClosed ? "]" : ")");
  }
}
