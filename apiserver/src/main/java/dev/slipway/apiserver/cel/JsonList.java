package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import dev.slipway.apiserver.schema.Schema;
import java.util.AbstractList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/// A JSON list as CEL sees it, read in place; see [JsonStruct] for why it is a CEL value too.
@SuppressWarnings("Immutable") // a view: nobody changes the tree while an expression reads it
public final class JsonList extends CelValue implements List<Object>, RandomAccess {
  private static final CelType TYPE = ListType.create(SimpleType.DYN);

  private final ArrayNode node;
  private final View view;

  JsonList(ArrayNode node, Schema schema) {
    this.node = node;
    this.view = new View(node, schema.items().orElse(Schema.ANYTHING));
  }

  /// The list itself, not a copy.
  public ArrayNode node() {
    return node;
  }

  @Override
  public JsonList value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return node.isEmpty();
  }

  @Override
  public CelType celType() {
    return TYPE;
  }

  @Override
  public int size() {
    return node.size();
  }

  @Override
  public boolean isEmpty() {
    return node.isEmpty();
  }

  @Override
  public Object get(int index) {
    return view.get(index);
  }

  @Override
  public boolean contains(Object value) {
    return view.contains(value);
  }

  @Override
  public boolean containsAll(Collection<?> values) {
    return view.containsAll(values);
  }

  @Override
  public int indexOf(Object value) {
    return view.indexOf(value);
  }

  @Override
  public int lastIndexOf(Object value) {
    return view.lastIndexOf(value);
  }

  @Override
  public Iterator<Object> iterator() {
    return view.iterator();
  }

  @Override
  public ListIterator<Object> listIterator() {
    return view.listIterator();
  }

  @Override
  public ListIterator<Object> listIterator(int index) {
    return view.listIterator(index);
  }

  @Override
  public List<Object> subList(int from, int to) {
    return view.subList(from, to);
  }

  @Override
  public Object[] toArray() {
    return view.toArray();
  }

  @Override
  public <T> T[] toArray(T[] target) {
    return view.toArray(target);
  }

  @Override
  public boolean add(Object value) {
    return view.add(value);
  }

  @Override
  public void add(int index, Object value) {
    view.add(index, value);
  }

  @Override
  public boolean addAll(Collection<?> values) {
    return view.addAll(values);
  }

  @Override
  public boolean addAll(int index, Collection<?> values) {
    return view.addAll(index, values);
  }

  @Override
  public boolean remove(Object value) {
    return view.remove(value);
  }

  @Override
  public Object remove(int index) {
    return view.remove(index);
  }

  @Override
  public boolean removeAll(Collection<?> values) {
    return view.removeAll(values);
  }

  @Override
  public boolean retainAll(Collection<?> values) {
    return view.retainAll(values);
  }

  @Override
  public void clear() {
    view.clear();
  }

  @Override
  public Object set(int index, Object value) {
    return view.set(index, value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonList that ? view.equals(that.view) : view.equals(other);
  }

  @Override
  public int hashCode() {
    return view.hashCode();
  }

  @Override
  public String toString() {
    return node.toString();
  }

  /// Elements adapted one at a time; changing it is refused, as `AbstractList` does.
  private static final class View extends AbstractList<Object> implements RandomAccess {
    private final ArrayNode node;
    private final Schema items;

    View(ArrayNode node, Schema items) {
      this.node = node;
      this.items = items;
    }

    @Override
    public Object get(int index) {
      return CelValues.of(node.get(index), items);
    }

    @Override
    public int size() {
      return node.size();
    }
  }
}
