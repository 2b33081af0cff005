package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A class of storage or ingress, and whether it is marked as the default one.
record DefaultClass(String name, String created, boolean marked) {
  static DefaultClass of(ObjectNode object, String... annotations) {
    boolean marked = false;
    for (String annotation : annotations) {
      marked |= Json.text(object, "metadata", "annotations", annotation).equals("true");
    }
    return new DefaultClass(
        Json.text(object, "metadata", "name"),
        Json.text(object, "metadata", "creationTimestamp"),
        marked);
  }

  /// The default created last; the first by name of those created together.
  static Optional<DefaultClass> newest(Collection<DefaultClass> classes) {
    return classes.stream()
        .filter(DefaultClass::marked)
        .min(
            Comparator.comparing(DefaultClass::created)
                .reversed()
                .thenComparing(DefaultClass::name));
  }
}
