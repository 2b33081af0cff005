package dev.slipway.apiserver.resource;

import dev.slipway.apiserver.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One resource as served in one version: its names, what it can do, its shape and its behaviour.
///
/// @param group empty for the core group
/// @param storageGroup group under which objects are stored; differs from `group` where two groups
///     serve the same objects
///     (`events`)
/// @param storageVersion the version whose form is stored
/// @param verbs any of create, delete, deletecollection, get, list, patch, update, watch
/// @param status whether the `status` subresource is served
/// @param scale where the `scale` subresource, if served, finds its numbers
/// @param subresources names of further subresources (`log`, `exec`, `binding`, …), served by their
///     own handlers
/// @param fields selectable fields beyond `metadata.name` and `metadata.namespace`: name to the
///     value when absent; [#fieldPath] says where each one lives in the served form
/// @param columns what `kubectl get` shows, without Name and Age where these are the defaults
/// @param converter between this version and the stored one
/// @param deprecationWarning sent with every answer of a deprecated version; may be empty
public record Resource(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    boolean namespaced,
    List<String> shortNames,
    List<String> categories,
    Set<String> verbs,
    boolean status,
    Optional<Scale> scale,
    Set<String> subresources,
    Map<String, String> fields,
    List<Column> columns,
    Schema schema,
    Strategy strategy,
    String storageGroup,
    String storageVersion,
    Converter converter,
    String deprecationWarning,
    boolean custom) {

  /// All verbs an ordinary resource offers.
  public static final Set<String> ALL_VERBS =
      Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  public Resource {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    verbs = Set.copyOf(verbs);
    subresources = Set.copyOf(subresources);
    fields = Map.copyOf(fields);
    columns = List.copyOf(columns);
  }

  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  public String listKind() {
    return kind + "List";
  }

  /// As messages name it: `deployments.apps`, `pods`.
  public String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /// As `Invalid` messages name it: `Deployment.apps`, `Pod`.
  public String qualifiedKind() {
    return group.isEmpty() ? kind : kind + "." + group;
  }

  /// The key of all its objects in the store; the same for every version.
  public String storageKey() {
    return storageGroup.isEmpty() ? plural : storageGroup + "/" + plural;
  }

  /// The dotted path of a selectable field: its name, but for the few names of built-in kinds that
  /// are not where they seem to be.
  public String fieldPath(String field) {
    return switch (field) {
      case "status.successful" -> custom ? field : "status.succeeded";
      case "source" -> custom ? field : "source.component";
      default -> field;
    };
  }

  public GroupVersionKind gvk() {
    return new GroupVersionKind(group, version, kind);
  }
}
