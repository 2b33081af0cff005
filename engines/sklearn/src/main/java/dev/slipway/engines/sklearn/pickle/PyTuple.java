package dev.slipway.engines.sklearn.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Python tuple.
public record PyTuple(List<@Nullable Object> values) {
  public PyTuple {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }
}
