package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.builtin.types.TypeFile.TypeBlock;
import dev.slipway.apiserver.schema.LazyProperties;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The schema of every built-in type by its published name (`io.k8s.api.core.v1.PodSpec`).
///
/// The definitions are the `.types` files beside this class, one per API version. A file is read
/// when the first of its types is asked for, a type's fields when one of them is; types are shared
/// between all that refer to them. Thread-safe.
///
/// The notation, by example:
///
/// ```text
/// package io.k8s.api.core.v1
/// use meta io.k8s.apimachinery.pkg.apis.meta.v1
///
/// kind Pod -- A whole object: `apiVersion`, `kind` and `metadata` go without saying.
///   spec         PodSpec
///
/// type PodSpec -- A type of this file; blocks are separated by one empty line.
///   containers!  [Container] map(name) merge(name) -- Required; a list identified by `name`.
///   nodeSelector {string} atomic -- A map of strings that has one owner.
///   tolerations  [Toleration] -- A list that has one owner.
///   dnsPolicy    string enum(ClusterFirst|Default|None)
///   template     meta.ObjectMeta -- A type of another file.
/// ```
///
/// - Types: `[T]` list, `{T}` map, a name with a capital, or one of `string boolean int32 int64
///   double byte time micro-time quantity int-or-string raw fields object any`. `quantity` and
///   `int-or-string` read as [Schema.Type#INT_OR_STRING] and differ by type name.
/// - Server-side apply: `map(a,b)` and `set` say how a list merges, `atomic` that a map or struct
///   does not. Unmarked lists are atomic.
/// - Strategic merge patch: `merge(key)`, `merge`, `retainKeys`, `replace`.
/// - `default(json)`, `enum(A|B)`; on a type: `atomic`, `open` (unknown fields are kept).
public final class TypeCatalog {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1";

  private static final TypeLine API_VERSION =
      TypeLine.parse(
          "apiVersion string -- The group and version this manifest is written in, such as"
              + " `apps/v1`.");
  private static final TypeLine KIND =
      TypeLine.parse("kind string -- The kind of object, in CamelCase; it cannot change.");
  private static final TypeLine METADATA =
      TypeLine.parse("metadata ObjectMeta -- Name, labels, owners and other standard facts.");

  /// Package of published names to the file that defines it.
  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry(META, "meta-v1"),
          Map.entry("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1", "apiextensions-v1"),
          Map.entry("io.k8s.metrics.pkg.apis.metrics.v1beta1", "metrics-v1beta1"),
          api("admissionregistration", "v1"),
          api("apps", "v1"),
          api("authentication", "v1"),
          api("authorization", "v1"),
          api("autoscaling", "v1"),
          api("autoscaling", "v2"),
          api("batch", "v1"),
          api("coordination", "v1"),
          api("core", "v1"),
          api("discovery", "v1"),
          api("events", "v1"),
          api("networking", "v1"),
          api("node", "v1"),
          api("policy", "v1"),
          api("policy", "v1beta1"),
          api("rbac", "v1"),
          api("scheduling", "v1"),
          api("storage", "v1"));

  private final Map<String, TypeFile> files = new ConcurrentHashMap<>();
  private final Map<String, Schema> types = new ConcurrentHashMap<>();

  private static Map.Entry<String, String> api(String group, String version) {
    return Map.entry("io.k8s.api." + group + "." + version, group + "-" + version);
  }

  /// The schema of a type, with the type's own description.
  ///
  /// @throws NoSuchElementException if no built-in type has this name
  public Schema type(String typeName) {
    return find(typeName)
        .orElseThrow(() -> new NoSuchElementException("no built-in type " + typeName));
  }

  /// As [#type], for names that may be of other origin.
  public Optional<Schema> find(String typeName) {
    Schema known = types.get(typeName);
    if (known != null) {
      return Optional.of(known);
    }
    int dot = typeName.lastIndexOf('.');
    return dot < 0 ? Optional.empty() : load(typeName.substring(0, dot), typeName, dot);
  }

  private Optional<Schema> load(String packageName, String typeName, int dot) {
    if (!FILES.containsKey(packageName)) {
      return Optional.empty();
    }
    TypeFile file = file(packageName);
    return file.block(typeName.substring(dot + 1))
        .map(block -> types.computeIfAbsent(typeName, name -> schema(name, block, file)));
  }

  /// The published names of all types; reads every file.
  public Set<String> typeNames() {
    return FILES.keySet().stream()
        .flatMap(home -> file(home).typeNames().stream().map(name -> home + "." + name))
        .collect(Collectors.toUnmodifiableSet());
  }

  private TypeFile file(String packageName) {
    return files.computeIfAbsent(packageName, TypeCatalog::read);
  }

  private static TypeFile read(String packageName) {
    String name = FILES.get(packageName) + ".types";
    try (InputStream in = TypeCatalog.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing from the program: " + name);
      }
      return TypeFile.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private Schema schema(String typeName, TypeBlock block, TypeFile home) {
    return Schema.of(Schema.Type.OBJECT)
        .typeName(typeName)
        .description(block.description())
        .properties(new LazyProperties(() -> fields(block, home)))
        .required(
            block.fields().stream()
                .filter(TypeLine::required)
                .map(TypeLine::name)
                .collect(Collectors.toSet()))
        .atomicMap(block.refinements().contains("atomic"))
        .preserveUnknown(block.refinements().contains("open"))
        .build();
  }

  private Map<String, Schema> fields(TypeBlock block, TypeFile home) {
    var fields = new LinkedHashMap<String, Schema>();
    if (block.kind()) {
      for (TypeLine line : List.of(API_VERSION, KIND, METADATA)) {
        fields.put(line.name(), field(line, file(META)));
      }
    }
    block.fields().forEach(line -> fields.put(line.name(), field(line, home)));
    return fields;
  }

  private Schema field(TypeLine line, TypeFile home) {
    Refinement refinement = Refinement.of(line.refinements());
    Schema shape = shape(line.type(), refinement.bounds(), home);
    return line.refinements().isEmpty() && line.description().isEmpty()
        ? shape
        : refinement.applyTo(shape, line.description());
  }

  private Schema shape(String type, Bounds bounds, TypeFile home) {
    return switch (type.charAt(0)) {
      case '[' -> Schema.of(Schema.Type.ARRAY).items(inner(type, bounds, home)).build();
      case '{' -> Schema.of(Schema.Type.OBJECT).values(inner(type, bounds, home)).build();
      default ->
          Scalars.named(type)
              .map(scalar -> bounded(scalar, bounds))
              .orElseGet(() -> type(home.publishedName(type)));
    };
  }

  private Schema inner(String type, Bounds bounds, TypeFile home) {
    return shape(type.substring(1, type.length() - 1), bounds, home);
  }

  private static Schema bounded(Schema scalar, Bounds bounds) {
    return bounds.isEmpty()
        ? scalar
        : Schema.of(scalar.type()).format(scalar.format()).bounds(bounds).build();
  }
}
