package dev.slipway.engines.sklearn.pickle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What comes of "call this with these arguments" and "give this that state". A few well-known
/// constructors of plain data are understood; every other call becomes an inert [PyObject].
final class Reductions {
  /// Where an object's state goes if it is no dict.
  static final String STATE = "__state__";

  /// Where the elements of a subclass of list, dict or set go.
  static final String ITEMS = "__items__";

  private final Budget budget;

  Reductions(Budget budget) {
    this.budget = budget;
  }

  /// `callable(*arguments)`.
  @Nullable Object call(@Nullable Object callable, List<@Nullable Object> arguments) {
    if (!(callable instanceof PyGlobal function)) {
      throw new PickleException("it calls something that is no class or function");
    }
    budget.charge(4L * Budget.VALUE_BYTES);
    return switch (function.module()) {
      case "builtins" -> builtin(function, arguments);
      case "collections" -> collection(function, arguments);
      case "copyreg" -> reconstructed(function, arguments);
      case "_codecs" -> ArrayDecoder.latin1(argument(arguments, 0));
      default -> library(function, arguments);
    };
  }

  private Object library(PyGlobal function, List<@Nullable Object> arguments) {
    var name = function.name();
    if (function.module().startsWith("numpy")) {
      switch (name) {
        case "_reconstruct" -> {
          return NdArray.pending();
        }
        case "_frombuffer" -> {
          return fromBuffer(arguments);
        }
        case "scalar" -> {
          return scalar(arguments);
        }
        default -> {}
      }
    }
    boolean maker = name.equals("newObj") || name.startsWith("__pyx_unpickle_");
    if (maker && !arguments.isEmpty() && arguments.getFirst() instanceof PyGlobal type) {
      var object = new PyObject(type, rest(arguments));
      if (arguments.size() > 2 && arguments.get(2) != null) {
        build(object, arguments.get(2));
      }
      return object;
    }
    return new PyObject(function, arguments);
  }

  private Object scalar(List<@Nullable Object> arguments) {
    var type = Dtype.of(argument(arguments, 0));
    var value =
        ArrayDecoder.scalar(type, arguments.size() > 1 ? arguments.get(1) : new byte[0], budget);
    return value == null ? new PyObject(new PyGlobal("builtins", "NoneType"), List.of()) : value;
  }

  private Object fromBuffer(List<@Nullable Object> arguments) {
    var type = Dtype.of(argument(arguments, 1));
    var shape = ArrayDecoder.shape(argument(arguments, 2));
    var raw = ArrayDecoder.latin1(argument(arguments, 0));
    boolean fortran = "F".equals(arguments.size() > 3 ? arguments.get(3) : "C");
    if (arguments.size() > 4 && arguments.get(4) instanceof PyTuple axes && !fortran) {
      var flat = ArrayDecoder.decode(type, shape, false, raw, budget);
      return permuted(type, flat, shape, ArrayDecoder.shape(axes));
    }
    return new NdArray(type.code(), shape, ArrayDecoder.decode(type, shape, fortran, raw, budget));
  }

  private static NdArray permuted(Dtype type, Object flat, int[] shape, int... axes) {
    var turned = new int[axes.length];
    boolean valid = axes.length == shape.length;
    for (int i = 0; valid && i < axes.length; i++) {
      valid = axes[i] < shape.length;
      turned[i] = valid ? shape[axes[i]] : 0;
    }
    if (!valid || ArrayDecoder.size(turned) != ArrayDecoder.size(shape)) {
      throw new PickleException("an array's order of axes does not fit its shape");
    }
    return new NdArray(type.code(), turned, Transposed.permuted(flat, shape, axes));
  }

  private static @Nullable Object builtin(PyGlobal function, List<@Nullable Object> arguments) {
    var first = arguments.isEmpty() ? null : arguments.getFirst();
    return switch (function.name()) {
      case "set", "frozenset" -> {
        var set = new LinkedHashSet<@Nullable Object>();
        for (var element : elements(first)) {
          Hashable.check(element);
          set.add(element);
        }
        yield set;
      }
      case "list" -> new ArrayList<>(elements(first));
      case "tuple" -> new PyTuple(elements(first));
      case "dict" -> first instanceof Map<?, ?> map ? new LinkedHashMap<>(map) : pairs(first);
      case "bytearray", "bytes" -> first == null ? new byte[0] : ArrayDecoder.latin1(first);
      default -> new PyObject(function, arguments);
    };
  }

  private static List<@Nullable Object> elements(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case PyTuple tuple -> tuple.values();
      case Collection<?> some -> new ArrayList<>(some);
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      default -> throw new PickleException("expected a list or tuple of elements");
    };
  }

  private static Map<@Nullable Object, @Nullable Object> pairs(@Nullable Object value) {
    var map = new LinkedHashMap<@Nullable Object, @Nullable Object>();
    for (var pair : elements(value)) {
      var both = elements(pair);
      if (both.size() != 2) {
        throw new PickleException("a dict is made of pairs");
      }
      Hashable.check(both.getFirst());
      map.put(both.getFirst(), both.get(1));
    }
    return map;
  }

  private static Object collection(PyGlobal function, List<@Nullable Object> arguments) {
    return switch (function.name()) {
      case "OrderedDict", "Counter" ->
          arguments.isEmpty() || arguments.getFirst() instanceof Map
              ? new LinkedHashMap<>(
                  arguments.isEmpty() ? Map.of() : (Map<?, ?>) arguments.getFirst())
              : pairs(arguments.getFirst());
      case "defaultdict" -> new LinkedHashMap<>();
      case "deque" -> new ArrayList<>(elements(arguments.isEmpty() ? null : arguments.getFirst()));
      default -> new PyObject(function, arguments);
    };
  }

  /// `copyreg._reconstructor(cls, base, state)` and the `__newobj__` family.
  private static Object reconstructed(PyGlobal function, List<@Nullable Object> arguments) {
    if (arguments.isEmpty() || !(arguments.getFirst() instanceof PyGlobal type)) {
      throw new PickleException(function + " is called without a class");
    }
    return switch (function.name()) {
      case "_reconstructor" -> {
        var object = new PyObject(type, List.of());
        if (arguments.size() > 2 && arguments.get(2) != null) {
          object.attributes().put(ITEMS, arguments.get(2));
        }
        yield object;
      }
      case "__newobj__" -> new PyObject(type, rest(arguments));
      case "__newobj_ex__" -> new PyObject(type, elements(argument(arguments, 1)));
      default -> throw new PickleException("it asks for " + function + ", which is refused");
    };
  }

  private static List<@Nullable Object> rest(List<@Nullable Object> arguments) {
    return arguments.subList(1, arguments.size());
  }

  private static @Nullable Object argument(List<@Nullable Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw new PickleException("a call lacks argument " + index);
    }
    return arguments.get(index);
  }

  /// Gives an object its state.
  void build(@Nullable Object target, @Nullable Object state) {
    switch (target) {
      case NdArray array -> fill(array, state);
      case PyObject object -> build(object, state);
      case Map<?, ?> _, Collection<?> _, PyGlobal _ -> {} // attributes of plain data: of no use
      case null, default -> throw new PickleException("it gives state to a plain value");
    }
  }

  private static void build(PyObject object, @Nullable Object state) {
    if (state instanceof PyTuple(var values)) {
      object.attributes().put(STATE, state);
      if (values.size() == 2 && !values.stream().allMatch(Reductions::attributesOrNone)) {
        return;
      }
      if (values.size() == 2) {
        values.forEach(part -> attributes(object, part));
      }
    } else if (attributesOrNone(state)) {
      attributes(object, state);
    } else {
      object.attributes().put(STATE, state);
    }
  }

  private static boolean attributesOrNone(@Nullable Object value) {
    return value == null
        || (value instanceof Map<?, ?> map
            && map.keySet().stream().allMatch(String.class::isInstance));
  }

  private static void attributes(PyObject object, @Nullable Object state) {
    if (state instanceof Map<?, ?> map) {
      map.forEach((name, value) -> object.attributes().put((String) name, value));
    }
  }

  /// The state of `numpy.ndarray`: version, shape, dtype, whether Fortran order, and the data.
  private void fill(NdArray array, @Nullable Object state) {
    if (!(state instanceof PyTuple(var all)) || all.size() < 4) {
      throw new PickleException("an array's state is no tuple of shape, dtype, order and data");
    }
    var values = all.size() == 4 ? all : all.subList(1, all.size());
    var shape = ArrayDecoder.shape(values.getFirst());
    var type = Dtype.of(values.get(1));
    boolean fortran = Boolean.TRUE.equals(values.get(2));
    var data = values.get(3);
    var storage =
        type.kind() == 'O'
            ? objects(shape, fortran, data)
            : ArrayDecoder.decode(type, shape, fortran, ArrayDecoder.latin1(data), budget);
    array.become(type.code(), shape, storage);
  }

  private Object objects(int[] shape, boolean fortran, @Nullable Object data) {
    int size = ArrayDecoder.size(shape);
    if (!(data instanceof List<?> list) || list.size() != size) {
      throw new PickleException("an array of " + size + " objects has another number of them");
    }
    budget.charge(8L * size);
    var flat = list.toArray();
    return fortran && shape.length > 1 ? Transposed.toC(flat, shape) : flat;
  }

  /// Appends to a list, or to an object that is one in Python.
  static void append(@Nullable Object target, Collection<? extends @Nullable Object> values) {
    switch (target) {
      case PyObject object -> items(object, new ArrayList<@Nullable Object>()).addAll(values);
      case ArrayList<?> list -> unchecked(list).addAll(values);
      case null, default -> throw new PickleException("it appends to something that is no list");
    }
  }

  /// Adds to a set.
  static void add(@Nullable Object target, Collection<? extends @Nullable Object> values) {
    values.forEach(Hashable::check);
    if (!(target instanceof LinkedHashSet<?> set)) {
      throw new PickleException("it adds to something that is no set");
    }
    unchecked(set).addAll(values);
  }

  /// Puts pairs into a dict, or into an object that is one in Python.
  static void put(@Nullable Object target, List<? extends @Nullable Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw new PickleException("a dict is given a key without a value");
    }
    var map =
        switch (target) {
          case PyObject object -> {
            object.attributes().putIfAbsent(ITEMS, new LinkedHashMap<>());
            yield object.attributes().get(ITEMS);
          }
          case null -> null;
          default -> target;
        };
    if (!(map instanceof LinkedHashMap<?, ?> dict)) {
      throw new PickleException("it puts a pair into something that is no dict");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Hashable.check(pairs.get(i));
      unchecked(dict).put(pairs.get(i), pairs.get(i + 1));
    }
  }

  private static Collection<@Nullable Object> items(
      PyObject object, Collection<@Nullable Object> fresh) {
    object.attributes().putIfAbsent(ITEMS, fresh);
    if (object.attributes().get(ITEMS) instanceof ArrayList<?> list) {
      return unchecked(list);
    }
    throw new PickleException("it appends to something that is no list");
  }

  @SuppressWarnings("unchecked") // made by the reader, which puts anything into it
  private static Collection<@Nullable Object> unchecked(Collection<?> some) {
    return (Collection<@Nullable Object>) some;
  }

  @SuppressWarnings("unchecked") // made by the reader, which puts anything into it
  private static Map<@Nullable Object, @Nullable Object> unchecked(Map<?, ?> some) {
    return (Map<@Nullable Object, @Nullable Object>) some;
  }
}
