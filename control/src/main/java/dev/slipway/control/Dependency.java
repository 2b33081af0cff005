package dev.slipway.control;

import java.util.Map;

/// Something a plan has read, whose change has it made again.
sealed interface Dependency {
  Kind kind();

  /// One object.
  record OnObject(Key key) implements Dependency {
    @Override
    public Kind kind() {
      return key.kind();
    }
  }

  /// The objects of a kind with these labels.
  record OnList(Kind kind, String namespace, Map<String, String> labels) implements Dependency {
    public OnList {
      labels = Map.copyOf(labels);
    }
  }

  /// Whether a kind is served.
  record OnKind(Kind kind) implements Dependency {}
}
