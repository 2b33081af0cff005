package dev.slipway.engines.sklearn.pickle;

import java.util.Set;

/// Which classes and functions a file may name. A name is never looked up, so this is no wall
/// against execution (there is none to wall off) but an early and clear answer: a file that asks
/// for
/// `posix.system` is no model, and one that asks for `__main__.clean` cannot be evaluated.
final class GlobalRules {
  /// Whole families, by the first part of the module. Their members are inert.
  private static final Set<String> FAMILIES =
      Set.of(
          "sklearn",
          "numpy",
          "scipy",
          "joblib",
          "pandas",
          "lightgbm",
          "xgboost",
          "collections",
          "copyreg",
          "datetime",
          "decimal",
          "fractions",
          "uuid",
          "enum",
          "pathlib",
          "zoneinfo",
          "array",
          "_loss",
          "threadpoolctl");

  /// Members of those families that load files or run code.
  private static final Set<String> EXECUTING =
      Set.of(
          "numpy.testing",
          "numpy.f2py",
          "numpy.distutils",
          "numpy.load",
          "numpy.fromfile",
          "numpy.memmap",
          "numpy.lib.npyio",
          "joblib.externals",
          "joblib.load",
          "joblib.parallel",
          "joblib.memory",
          "joblib._memmapping_reducer",
          "pandas.eval",
          "pandas.io",
          "pandas.read_pickle",
          "pandas.core.computation",
          "scipy.io",
          "sklearn.utils._testing",
          "sklearn.datasets",
          "sklearn.externals");

  private static final Set<String> BUILTINS =
      Set.of(
          "object",
          "int",
          "long",
          "float",
          "complex",
          "bool",
          "str",
          "unicode",
          "bytes",
          "bytearray",
          "list",
          "tuple",
          "dict",
          "set",
          "frozenset",
          "slice",
          "range",
          "xrange",
          "type",
          "Ellipsis",
          "NotImplemented",
          "NoneType",
          "len",
          "min",
          "max",
          "sum",
          "abs",
          "round",
          "sorted",
          "repr");

  private static final Set<String> SINGLE =
      Set.of(
          "functools.partial",
          "_codecs.encode",
          "operator.itemgetter",
          "operator.attrgetter",
          "types.SimpleNamespace",
          "types.MappingProxyType",
          "re._compile",
          "numbers.Real",
          "numbers.Integral",
          "numbers.Number",
          "math.sqrt",
          "math.log",
          "math.exp");

  private GlobalRules() {}

  /// @throws PickleException naming the global, if it is none a model has
  static PyGlobal check(String written, String name) {
    var module = renamed(written);
    var full = module + "." + name;
    if (!allowed(module, name, full)) {
      throw new PickleException(
          "it asks for "
              + printable(full)
              + ", which is neither data nor a scikit-learn, numpy, scipy, pandas, joblib, lightgbm"
              + " or xgboost class; nothing was executed. A model with code of its own can be"
              + " exported to ONNX or served by a process runtime");
    }
    return new PyGlobal(module, name);
  }

  /// Protocols before 3 write Python 2's names.
  private static String renamed(String module) {
    return switch (module) {
      case "__builtin__" -> "builtins";
      case "copy_reg" -> "copyreg";
      default -> module;
    };
  }

  private static boolean allowed(String module, String name, String full) {
    if (module.equals("builtins")) {
      return BUILTINS.contains(name);
    }
    int dot = module.indexOf('.');
    var family = dot < 0 ? module : module.substring(0, dot);
    return SINGLE.contains(full) || (FAMILIES.contains(family) && !executes(full));
  }

  private static boolean executes(String full) {
    for (int dot = full.indexOf('.'); dot >= 0; dot = full.indexOf('.', dot + 1)) {
      if (EXECUTING.contains(full.substring(0, dot))) {
        return true;
      }
    }
    return EXECUTING.contains(full);
  }

  private static String printable(String text) {
    var shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
