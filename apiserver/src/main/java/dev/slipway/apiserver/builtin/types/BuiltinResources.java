package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Strategy;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Every built-in resource: what it is called, what can be done to it, and where its parts are.
public final class BuiltinResources {
  private BuiltinResources() {}

  /// All built-in resources, groups in the order discovery lists them.
  ///
  /// @param strategies the behaviour of a kind in the version it is served in
  /// @param columns what `kubectl get` shows of a kind
  public static List<Resource> all(
      Function<GroupVersionKind, Strategy> strategies,
      Function<GroupVersionKind, List<Column>> columns) {
    return all(new TypeCatalog(), strategies, columns);
  }

  /// As above, with a catalogue that others use too.
  public static List<Resource> all(
      TypeCatalog types,
      Function<GroupVersionKind, Strategy> strategies,
      Function<GroupVersionKind, List<Column>> columns) {
    return entries()
        .map(
            entry ->
                entry.resource(types, strategies.apply(entry.kind()), columns.apply(entry.kind())))
        .toList();
  }

  private static Stream<Entry> entries() {
    return Stream.of(
            CoreEntries.core(),
            GroupEntries.apps(),
            CoreEntries.events(),
            GroupEntries.authentication(),
            GroupEntries.authorization(),
            GroupEntries.autoscaling(),
            GroupEntries.batch(),
            GroupEntries.networking(),
            GroupEntries.policy(),
            GroupEntries.rbac(),
            GroupEntries.storage(),
            GroupEntries.extension(),
            GroupEntries.machinery(),
            GroupEntries.metrics())
        .flatMap(List::stream);
  }
}
