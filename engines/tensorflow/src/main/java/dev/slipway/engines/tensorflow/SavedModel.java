package dev.slipway.engines.tensorflow;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.optional.SavedModelPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// A SavedModel directory: `saved_model.pb` and the variables beside it, read before TensorFlow is
/// asked to.
record SavedModel(Path directory, MetaGraph graph, long bytes) {
  private static final String FILE = "saved_model.pb";
  private static final String SERVE = "serve";

  /// @param tags of the graph wanted; empty for the one that serves
  /// @throws ModelLoadException if there is none, or it is damaged or not to be served
  static SavedModel open(Path artifact, Set<String> tags) throws ModelLoadException {
    var directory = directory(artifact);
    var file = directory.resolve(FILE);
    try {
      var graphs = graphs(Files.readAllBytes(file));
      var chosen = chosen(file, graphs, tags);
      check(file, chosen);
      checkVariables(directory, chosen);
      return new SavedModel(directory, chosen, size(directory));
    } catch (InvalidInputException problem) {
      throw new ModelLoadException(
          file + " is damaged or no SavedModel: " + problem.getMessage(), problem);
    } catch (IOException | OutOfMemoryError problem) {
      throw new ModelLoadException(file + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  /// The directory itself, `model.savedmodel` in it, or its highest version.
  private static Path directory(Path artifact) throws ModelLoadException {
    if (Files.isRegularFile(artifact) && artifact.endsWith(FILE)) {
      return Objects.requireNonNull(artifact.toAbsolutePath().getParent());
    }
    for (var candidate : SavedModelPlaces.of(artifact)) {
      if (Files.isRegularFile(candidate.resolve(FILE))) {
        return candidate;
      }
      if (Files.isRegularFile(candidate.resolve(FILE + "txt"))) {
        throw new ModelLoadException(
            candidate.resolve(FILE + "txt")
                + ": text SavedModels are not read, expected "
                + FILE
                + " (save the model again with tf.saved_model.save)");
      }
    }
    throw new ModelLoadException(
        artifact + ": expected a SavedModel directory with " + FILE + ", found none");
  }

  private static List<MetaGraph> graphs(byte[] bytes) {
    var graphs = new ArrayList<MetaGraph>();
    var reader = ProtoReader.of(bytes);
    while (reader.nextField()) {
      if (reader.field() == 2) {
        graphs.add(MetaGraph.read(reader.readMessage()));
      } else {
        reader.skip();
      }
    }
    return graphs;
  }

  private static MetaGraph chosen(Path file, List<MetaGraph> graphs, Set<String> tags)
      throws ModelLoadException {
    var wanted = tags.isEmpty() ? Set.of(SERVE) : tags;
    var found = new ArrayList<Set<String>>();
    for (var graph : graphs) {
      if (graph.tags().equals(wanted)) {
        return graph;
      }
      found.add(graph.tags());
    }
    if (tags.isEmpty() && graphs.size() == 1) {
      return graphs.getFirst();
    }
    throw new ModelLoadException(
        file
            + ": found graphs with the tags "
            + found
            + ", expected one with "
            + new TreeSet<>(wanted));
  }

  private static void check(Path file, MetaGraph graph) throws ModelLoadException {
    var reaching = graph.reachesOut();
    if (reaching.isPresent()) {
      throw new ModelLoadException(
          file
              + " has the operation "
              + reaching.get()
              + ", which reaches out of the model; export it without");
    }
    if (graph.signatures().isEmpty()) {
      var reason =
          graph.unservable().isEmpty()
              ? "has no signatures: export with Keras' model.export(directory), or"
                  + " tf.saved_model.save(model, directory, signatures=...)"
              : "has no signature that can be served: " + graph.unservable();
      throw new ModelLoadException(file + " " + reason);
    }
  }

  /// TensorFlow loads a model without its variables and fails at the first call.
  private static void checkVariables(Path directory, MetaGraph graph) throws ModelLoadException {
    var index = directory.resolve("variables/variables.index");
    boolean variables =
        graph.operations().contains("VarHandleOp") || graph.operations().contains("VariableV2");
    if (variables && !Files.isRegularFile(index)) {
      throw new ModelLoadException(index + " is missing: the model has variables");
    }
  }

  private static long size(Path directory) throws IOException {
    long bytes = 0;
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
