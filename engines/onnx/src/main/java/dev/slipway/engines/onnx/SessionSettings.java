package dev.slipway.engines.onnx;

import dev.slipway.inference.engine.ModelLoadException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How a session computes. Options by our names and by those of Triton's `config.pbtxt` parameters:
///
/// | option | values | default |
/// |---|---|---|
/// | `intra_op_threads`, `intra_op_thread_count` | threads of one operator | 1 |
/// | `inter_op_threads`, `inter_op_thread_count` | operators at a time | 1 |
/// | `optimization_level`, `optimization.graph.level` | `disabled`, `basic`, `extended`, `all`; 0,
/// 1, 2, 99; Triton's -1 | `all` |
/// | `execution_mode` | `sequential`, `parallel`; 0, 1 | `sequential` |
/// | `enable_mem_arena`, `enable_mem_pattern` | 0, 1 | 1 |
/// | `session.…`, `ep.…`, `memory.…` | ONNX Runtime's own configuration entries | |
///
/// One thread, because the server runs as many requests at a time as there are cores; where more
/// are asked for they do not spin, which takes the cores from everyone else.
record SessionSettings(
    int intraOpThreads,
    int interOpThreads,
    int optimizationLevel,
    int executionMode,
    boolean arena,
    boolean pattern,
    Map<String, String> entries) {
  private static final int MOST_THREADS = 1024;
  private static final String SPINNING = "session.intra_op.allow_spinning";

  SessionSettings {
    entries = Map.copyOf(entries);
  }

  /// @throws ModelLoadException naming an option whose value is none
  static SessionSettings of(Map<String, String> options) throws ModelLoadException {
    var reader = new Reader(options);
    int intra = reader.threads("intra_op_threads", "intra_op_thread_count");
    var entries = new TreeMap<String, String>();
    if (intra > 1) {
      entries.put(SPINNING, "0");
      entries.put("session.inter_op.allow_spinning", "0");
    }
    options.forEach(
        (name, value) -> {
          if (name.startsWith("session.") || name.startsWith("ep.") || name.startsWith("memory.")) {
            entries.put(name, value);
          }
        });
    return new SessionSettings(
        intra,
        reader.threads("inter_op_threads", "inter_op_thread_count"),
        reader.level(),
        reader.mode(),
        reader.flag("enable_mem_arena"),
        reader.flag("enable_mem_pattern"),
        entries);
  }

  /// A new `OrtSessionOptions`, to be released by the caller.
  long create(Arena memory) throws OrtFailure {
    var out = memory.allocate(ValueLayout.JAVA_LONG);
    Ort.check(Ort.CREATE_SESSION_OPTIONS.of(out.address()));
    long options = out.get(ValueLayout.JAVA_LONG, 0);
    Ort.check(Ort.SET_INTRA_OP_THREADS.of(options, intraOpThreads));
    Ort.check(Ort.SET_INTER_OP_THREADS.of(options, interOpThreads));
    Ort.check(Ort.SET_OPTIMIZATION_LEVEL.of(options, optimizationLevel));
    Ort.check(Ort.SET_EXECUTION_MODE.of(options, executionMode));
    if (!arena) {
      Ort.check(Ort.DISABLE_MEMORY_ARENA.of(options));
    }
    if (!pattern) {
      Ort.check(Ort.DISABLE_MEMORY_PATTERN.of(options));
    }
    for (var entry : entries.entrySet()) {
      long name = memory.allocateFrom(entry.getKey()).address();
      Ort.check(
          Ort.ADD_CONFIG_ENTRY.of(options, name, memory.allocateFrom(entry.getValue()).address()));
    }
    return options;
  }

  /// The options as written.
  private record Reader(Map<String, String> options) {
    String first(String fallback, String... names) {
      for (var name : names) {
        var value = options.get(name);
        if (value != null) {
          return value.strip().toLowerCase(Locale.ROOT);
        }
      }
      return fallback;
    }

    int threads(String... names) throws ModelLoadException {
      var value = first("1", names);
      try {
        int threads = Integer.parseInt(value);
        if (threads >= 0 && threads <= MOST_THREADS) {
          return threads;
        }
      } catch (NumberFormatException _) {
        // refused below
      }
      throw refused(names[0], value, "a number from 0 (one a core) to " + MOST_THREADS);
    }

    int level() throws ModelLoadException {
      var value = first("all", "optimization_level", "optimization.graph.level", "level");
      return switch (value) {
        case "disabled", "disable", "disable_all", "ort_disable_all", "0" -> 0;
        case "basic", "enable_basic", "ort_enable_basic", "1", "-1" -> 1;
        case "extended", "enable_extended", "ort_enable_extended", "2" -> 2;
        case "all", "enable_all", "ort_enable_all", "99", "3" -> 99;
        default -> throw refused("optimization_level", value, "disabled, basic, extended or all");
      };
    }

    int mode() throws ModelLoadException {
      var value = first("sequential", "execution_mode");
      return switch (value) {
        case "sequential", "ort_sequential", "0" -> 0;
        case "parallel", "ort_parallel", "1" -> 1;
        default -> throw refused("execution_mode", value, "sequential or parallel");
      };
    }

    boolean flag(String name) throws ModelLoadException {
      var value = first("1", name);
      return switch (value) {
        case "1", "true", "on" -> true;
        case "0", "false", "off" -> false;
        default -> throw refused(name, value, "0 or 1");
      };
    }

    private static ModelLoadException refused(String option, String found, String expected) {
      return new ModelLoadException(
          "option " + option + ": found \"" + found + "\", expected " + expected);
    }
  }
}
