package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.Converter;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Scale;
import dev.slipway.apiserver.resource.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One row of the table of built-in resources, written as a sentence:
/// `entry("apps", "v1", "Deployment", "deployments").shortNames("deploy").status().scale()`.
final class Entry {
  private static final Scale REPLICAS =
      new Scale(".spec.replicas", ".status.replicas", ".spec.selector");

  private final GroupVersionKind kind;
  private final String plural;
  private String typeName;
  private boolean namespaced = true;
  private List<String> shortNames = List.of();
  private List<String> categories = List.of();
  private Set<String> verbs = Resource.ALL_VERBS;
  private boolean status;
  private Optional<Scale> scale = Optional.empty();
  private Set<String> subresources = Set.of();
  private final Map<String, String> fields = new HashMap<>();
  private String storageGroup;
  private String storageVersion;
  private Converter converter;
  private String deprecationWarning = "";

  private Entry(GroupVersionKind kind, String plural, String typeName) {
    this.kind = kind;
    this.plural = plural;
    this.typeName = typeName;
    storageGroup = kind.group();
    storageVersion = kind.version();
    converter = Converter.relabel(kind.apiVersion(), kind.apiVersion());
  }

  /// A namespaced resource with all verbs, stored as it is served.
  static Entry entry(String group, String version, String kind, String plural) {
    var gvk = new GroupVersionKind(group, version, kind);
    return new Entry(gvk, plural, packageOf(group, version) + "." + kind);
  }

  private static String packageOf(String group, String version) {
    if (group.equals("apiextensions.k8s.io")) {
      return "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions." + version;
    }
    int dot = group.indexOf('.');
    String home = group.isEmpty() ? "core" : dot < 0 ? group : group.substring(0, dot);
    return "io.k8s.api." + home + "." + version;
  }

  /// The published type, where it lives in another group than the resource.
  Entry ofType(String publishedName) {
    typeName = publishedName;
    return this;
  }

  Entry cluster() {
    namespaced = false;
    return this;
  }

  Entry shortNames(String... names) {
    shortNames = List.of(names);
    return this;
  }

  Entry categories(String... names) {
    categories = List.of(names);
    return this;
  }

  /// Shown by `kubectl get all`.
  Entry inAll() {
    return categories("all");
  }

  Entry createOnly() {
    verbs = Set.of("create");
    return this;
  }

  Entry verbs(String... names) {
    verbs = Set.of(names);
    return this;
  }

  Entry status() {
    status = true;
    return this;
  }

  /// `spec.replicas`, `status.replicas`, and the selector the workload kinds keep in `spec`.
  Entry scale() {
    scale = Optional.of(REPLICAS);
    return this;
  }

  Entry subresources(String... names) {
    subresources = Set.of(names);
    return this;
  }

  /// Selectable fields that read as empty where absent.
  Entry fields(String... names) {
    for (String name : names) {
      fields.put(name, "");
    }
    return this;
  }

  /// A selectable field that reads as `whenAbsent` where absent.
  Entry field(String name, String whenAbsent) {
    fields.put(name, whenAbsent);
    return this;
  }

  Entry storedAs(String group, String version, Converter conversion) {
    storageGroup = group;
    storageVersion = version;
    converter = conversion;
    return this;
  }

  Entry deprecated(String warning) {
    deprecationWarning = warning;
    return this;
  }

  GroupVersionKind kind() {
    return kind;
  }

  Resource resource(TypeCatalog types, Strategy strategy, List<Column> columns) {
    return new Resource(
        kind.group(),
        kind.version(),
        kind.kind(),
        plural,
        kind.kind().toLowerCase(Locale.ROOT),
        namespaced,
        shortNames,
        categories,
        verbs,
        status,
        scale,
        subresources,
        fields,
        columns,
        types.type(typeName),
        strategy,
        storageGroup,
        storageVersion,
        converter,
        deprecationWarning,
        false);
  }
}
