package dev.slipway.engines.tensorflow;

import dev.slipway.inference.engine.ModelLoadException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How a session computes. Options by our names, by TensorFlow Serving's flags and by Triton's
/// parameters:
///
/// | option | meaning | default |
/// |---|---|---|
/// | `intra_op_threads`, `tensorflow_intra_op_parallelism`, `TF_NUM_INTRA_THREADS` | threads of one
/// operation; 0: one a core | 0 |
/// | `inter_op_threads`, `tensorflow_inter_op_parallelism`, `TF_NUM_INTER_THREADS` | operations at
/// a
/// time; 0: one a core | 0 |
/// | `tensorflow_session_parallelism` | both | 0 |
/// | `saved_model_tags` | of the graph, with commas | `serve` |
///
/// Without a number all models share one pool of threads, one a core; with one a model has its own.
record SessionSettings(int intraOpThreads, int interOpThreads, Set<String> tags) {
  private static final int MOST_THREADS = 1024;

  SessionSettings {
    tags = Set.copyOf(tags);
  }

  static SessionSettings of(Map<String, String> options) throws ModelLoadException {
    int both = threads(options, 0, "tensorflow_session_parallelism");
    var tags = new TreeSet<String>();
    for (var tag : options.getOrDefault("saved_model_tags", "").split(",", -1)) {
      if (!tag.isBlank()) {
        tags.add(tag.strip());
      }
    }
    return new SessionSettings(
        threads(
            options,
            both,
            "intra_op_threads",
            "tensorflow_intra_op_parallelism",
            "TF_NUM_INTRA_THREADS"),
        threads(
            options,
            both,
            "inter_op_threads",
            "tensorflow_inter_op_parallelism",
            "TF_NUM_INTER_THREADS"),
        tags);
  }

  private static int threads(Map<String, String> options, int fallback, String... names)
      throws ModelLoadException {
    for (var name : names) {
      var value = options.get(name);
      if (value != null) {
        return threads(name, value.strip());
      }
    }
    return fallback;
  }

  private static int threads(String name, String value) throws ModelLoadException {
    if (value.matches("\\d{1,4}") && Integer.parseInt(value) <= MOST_THREADS) {
      return Integer.parseInt(value);
    }
    throw new ModelLoadException(
        "option "
            + name
            + ": found \""
            + value
            + "\", expected a number from 0 (one a core) to "
            + MOST_THREADS);
  }

  /// A `ConfigProto` (`tensorflow/core/protobuf/config.proto`).
  byte[] config() {
    var bytes = new byte[16];
    int at = varint(bytes, 0, 2, intraOpThreads);
    at = varint(bytes, at, 5, interOpThreads);
    at = varint(bytes, at, 9, intraOpThreads + interOpThreads > 0 ? 1 : 0);
    return Arrays.copyOf(bytes, at);
  }

  /// A field of at most 14 bits; nothing for 0.
  private static int varint(byte[] bytes, int from, int field, int value) {
    int at = from;
    if (value > 0) {
      bytes[at++] = (byte) (field << 3);
      if (value > 0x7f) {
        bytes[at++] = (byte) ((value & 0x7f) | 0x80);
      }
      bytes[at++] = (byte) (value > 0x7f ? value >>> 7 : value);
    }
    return at;
  }
}
