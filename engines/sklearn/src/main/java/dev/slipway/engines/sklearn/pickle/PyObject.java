package dev.slipway.engines.sklearn.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An object of a pickle as data: the name of its class, what it was made with, and its attributes.
/// Nothing is ever imported or called.
///
/// Values are `Boolean`, `Long`, `BigInteger`, `Double`, `String`, `byte[]`, [NdArray], `List`
/// (lists), [PyTuple], `Map` (dicts, in order), `Set`, [PyGlobal] (a class or function named in the
/// file), [PyObject], and `null` for `None`.
public final class PyObject {
  private final PyGlobal type;
  private final List<@Nullable Object> arguments;
  private final Map<String, @Nullable Object> attributes = new LinkedHashMap<>();

  public PyObject(PyGlobal type, List<@Nullable Object> arguments) {
    this.type = type;
    this.arguments = new ArrayList<>(arguments);
  }

  public PyGlobal type() {
    return type;
  }

  /// The class's name without its module: `LogisticRegression`.
  public String name() {
    return type.name();
  }

  /// Positional arguments of `__new__` or of the reconstructing call.
  public List<@Nullable Object> arguments() {
    return arguments;
  }

  /// The `__dict__`, filled while the file is read.
  public Map<String, @Nullable Object> attributes() {
    return attributes;
  }

  public boolean has(String attribute) {
    return attributes.get(attribute) != null;
  }

  /// @throws MissingAttributeException if it is absent or `None`
  public Object value(String attribute) {
    var value = attributes.get(attribute);
    if (value == null) {
      throw new MissingAttributeException(this, attribute, "a value");
    }
    return value;
  }

  /// A number, or a boolean as 0 or 1, or an array of one element.
  public double number(String attribute) {
    return switch (value(attribute)) {
      case Number number -> number.doubleValue();
      case Boolean truth -> truth ? 1 : 0;
      case NdArray array when array.size() == 1 -> array.doubles()[0];
      default -> throw new MissingAttributeException(this, attribute, "a number");
    };
  }

  public double number(String attribute, double otherwise) {
    return has(attribute) ? number(attribute) : otherwise;
  }

  public int integer(String attribute) {
    return (int) number(attribute);
  }

  public int integer(String attribute, int otherwise) {
    return has(attribute) ? integer(attribute) : otherwise;
  }

  public boolean truth(String attribute, boolean otherwise) {
    return has(attribute) ? number(attribute) != 0 : otherwise;
  }

  public String text(String attribute) {
    if (value(attribute) instanceof String text) {
      return text;
    }
    throw new MissingAttributeException(this, attribute, "a string");
  }

  public String text(String attribute, String otherwise) {
    return attributes.get(attribute) instanceof String text ? text : otherwise;
  }

  public NdArray array(String attribute) {
    if (value(attribute) instanceof NdArray array) {
      return array;
    }
    throw new MissingAttributeException(this, attribute, "an array");
  }

  public double[] doubles(String attribute) {
    return array(attribute).doubles();
  }

  public PyObject object(String attribute) {
    if (value(attribute) instanceof PyObject object) {
      return object;
    }
    throw new MissingAttributeException(this, attribute, "an object");
  }

  public Optional<PyObject> optionalObject(String attribute) {
    return attributes.get(attribute) instanceof PyObject object
        ? Optional.of(object)
        : Optional.empty();
  }

  /// A list, tuple, or array of objects.
  public List<@Nullable Object> list(String attribute) {
    return switch (value(attribute)) {
      case PyTuple tuple -> tuple.values();
      case List<?> list -> new ArrayList<>(list);
      case NdArray array when array.storage() instanceof Object[] values ->
          new ArrayList<>(java.util.Arrays.asList(values));
      default -> throw new MissingAttributeException(this, attribute, "a list");
    };
  }

  @Override
  public String toString() {
    return type.toString();
  }

  /// A fitted attribute is absent, or of another kind.
  public static final class MissingAttributeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingAttributeException(PyObject object, String attribute, String expected) {
      super(
          object.type()
              + ": attribute "
              + attribute
              + " should be "
              + expected
              + ", found "
              + kind(object.attributes.get(attribute))
              + (attribute.endsWith("_") ? " (is the model fitted?)" : ""));
    }

    private static String kind(@Nullable Object value) {
      return value == null ? "none" : value.getClass().getSimpleName();
    }
  }
}
