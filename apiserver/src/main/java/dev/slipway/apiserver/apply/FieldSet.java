package dev.slipway.apiserver.apply;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A set of fields of an object: which of them a manager owns, or which changed. Immutable.
///
/// A trie: each entry is a path element, whether the path to it is itself a member, and the set
/// below it. Entries are sorted and never empty, so every operation is one merge of two sorted
/// lists. Source: `structured-merge-diff/fieldpath/set.go`.
public final class FieldSet {
  public static final FieldSet EMPTY = new FieldSet(new Entry[0]);

  private static final Comparator<Entry> BY_ELEMENT = Comparator.comparing(Entry::element);

  /// @param member whether the path that ends here is in the set
  record Entry(PathElement element, boolean member, FieldSet below) {
    private boolean isEmpty() {
      return !member && below.isEmpty();
    }
  }

  private final Entry[] entries;

  private FieldSet(Entry[] entries) {
    this.entries = entries;
  }

  /// A set of paths of field names: `FieldSet.ofFields("status", "metadata.name")`.
  public static FieldSet ofFields(String... dottedPaths) {
    FieldSet set = EMPTY;
    for (String path : dottedPaths) {
      List<PathElement> elements = new ArrayList<>();
      for (String name : path.split("\\.", -1)) {
        elements.add(PathElement.field(name));
      }
      set = set.union(of(elements));
    }
    return set;
  }

  /// The set of one path; the empty path is in no set.
  public static FieldSet of(List<PathElement> path) {
    FieldSet set = EMPTY;
    for (int i = path.size() - 1; i >= 0; i--) {
      boolean last = i == path.size() - 1;
      set = new FieldSet(new Entry[] {new Entry(path.get(i), last, set)});
    }
    return set;
  }

  /// A set from entries in any order; those with the same element are united, empty ones dropped.
  static FieldSet of(Collection<Entry> entries) {
    List<Entry> kept = new ArrayList<>(entries.size());
    for (Entry each : entries) {
      if (!each.isEmpty()) {
        kept.add(each);
      }
    }
    if (kept.isEmpty()) {
      return EMPTY;
    }
    Entry[] sorted = kept.toArray(Entry[]::new);
    Arrays.sort(sorted, BY_ELEMENT);
    return new FieldSet(unite(sorted));
  }

  private static Entry[] unite(Entry[] sorted) {
    int last = 0;
    for (int i = 1; i < sorted.length; i++) {
      Entry here = sorted[last];
      if (here.element.compareTo(sorted[i].element) == 0) {
        sorted[last] =
            new Entry(
                here.element, here.member || sorted[i].member, here.below.union(sorted[i].below));
      } else {
        sorted[++last] = sorted[i];
      }
    }
    return last + 1 == sorted.length ? sorted : Arrays.copyOf(sorted, last + 1);
  }

  public boolean isEmpty() {
    return entries.length == 0;
  }

  /// Number of paths.
  public int size() {
    int count = 0;
    for (Entry each : entries) {
      count += (each.member ? 1 : 0) + each.below.size();
    }
    return count;
  }

  List<Entry> entries() {
    return List.of(entries);
  }

  /// Whether the path is a member itself.
  public boolean has(List<PathElement> path) {
    FieldSet here = this;
    for (int i = 0; i < path.size(); i++) {
      @Nullable Entry entry = here.find(path.get(i));
      if (entry == null) {
        return false;
      }
      if (i == path.size() - 1) {
        return entry.member;
      }
      here = entry.below;
    }
    return false;
  }

  boolean has(PathElement element) {
    @Nullable Entry entry = find(element);
    return entry != null && entry.member;
  }

  /// The members below an element, with the element taken off their paths.
  FieldSet below(PathElement element) {
    @Nullable Entry entry = find(element);
    return entry == null ? EMPTY : entry.below;
  }

  private @Nullable Entry find(PathElement element) {
    int low = 0;
    int high = entries.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = entries[middle].element.compareTo(element);
      if (order == 0) {
        return entries[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /// Paths in either set.
  public FieldSet union(FieldSet other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    return combine(other, UNION);
  }

  /// Paths in both sets.
  public FieldSet intersection(FieldSet other) {
    return isEmpty() || other.isEmpty() ? EMPTY : combine(other, INTERSECTION);
  }

  /// Paths in this set and not in the other. A path does not take those below it away.
  public FieldSet difference(FieldSet other) {
    return isEmpty() || other.isEmpty() ? this : combine(other, DIFFERENCE);
  }

  /// Paths in this set that are not in the other, nor below a path of the other.
  public FieldSet recursiveDifference(FieldSet other) {
    return isEmpty() || other.isEmpty() ? this : combine(other, RECURSIVE_DIFFERENCE);
  }

  /// Paths with no other path of the set below them.
  public FieldSet leaves() {
    List<Entry> kept = new ArrayList<>(entries.length);
    for (Entry each : entries) {
      kept.add(new Entry(each.element, each.member && each.below.isEmpty(), each.below.leaves()));
    }
    return of(kept);
  }

  /// Every path of the set, those of one level before those below them.
  public void forEach(Consumer<List<PathElement>> action) {
    forEach(List.of(), action);
  }

  private void forEach(List<PathElement> prefix, Consumer<List<PathElement>> action) {
    for (Entry each : entries) {
      if (each.member) {
        action.accept(append(prefix, each.element));
      }
    }
    for (Entry each : entries) {
      each.below.forEach(append(prefix, each.element), action);
    }
  }

  /// As messages show a path: `.spec.containers[name="nginx"].image`.
  public static String text(List<PathElement> path) {
    var text = new StringBuilder();
    path.forEach(each -> text.append(each.text()));
    return text.toString();
  }

  private static List<PathElement> append(List<PathElement> prefix, PathElement element) {
    List<PathElement> path = new ArrayList<>(prefix.size() + 1);
    path.addAll(prefix);
    path.add(element);
    return path;
  }

  /// What becomes of entries with one element; `left` and `right` are never both null, and null
  /// means that the side has no such element.
  private interface Combination {
    @Nullable Entry of(@Nullable Entry left, @Nullable Entry right);
  }

  private static final Combination UNION =
      (left, right) -> {
        if (left == null || right == null) {
          return left == null ? right : left;
        }
        return new Entry(left.element, left.member || right.member, left.below.union(right.below));
      };

  private static final Combination INTERSECTION =
      (left, right) ->
          left == null || right == null
              ? null
              : new Entry(
                  left.element, left.member && right.member, left.below.intersection(right.below));

  private static final Combination DIFFERENCE =
      (left, right) ->
          left == null || right == null
              ? left
              : new Entry(
                  left.element, left.member && !right.member, left.below.difference(right.below));

  private static final Combination RECURSIVE_DIFFERENCE =
      (left, right) -> {
        if (left == null || right == null) {
          return left;
        }
        return right.member
            ? null
            : new Entry(left.element, left.member, left.below.recursiveDifference(right.below));
      };

  private FieldSet combine(FieldSet other, Combination combination) {
    List<Entry> result = new ArrayList<>(Math.max(entries.length, other.entries.length));
    int i = 0;
    int j = 0;
    while (i < entries.length || j < other.entries.length) {
      int order = order(i, other, j);
      @Nullable Entry left = order <= 0 ? entries[i++] : null;
      @Nullable Entry right = order >= 0 ? other.entries[j++] : null;
      @Nullable Entry combined = combination.of(left, right);
      if (combined != null && !combined.isEmpty()) {
        result.add(combined);
      }
    }
    return result.isEmpty() ? EMPTY : new FieldSet(result.toArray(Entry[]::new));
  }

  private int order(int i, FieldSet other, int j) {
    if (i == entries.length) {
      return 1;
    }
    return j == other.entries.length ? -1 : entries[i].element.compareTo(other.entries[j].element);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set && Arrays.equals(entries, set.entries);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(entries);
  }

  /// One path a line.
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    forEach(path -> lines.add(text(path)));
    return String.join("\n", lines);
  }
}
