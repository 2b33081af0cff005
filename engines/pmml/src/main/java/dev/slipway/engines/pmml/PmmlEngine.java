package dev.slipway.engines.pmml;

import dev.slipway.base.Bytes;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// PMML documents 3.0 to 4.4: `.pmml` files, or XML whose root is `PMML`, as KServe's `pmmlserver`
/// takes them.
///
/// Inputs are the active fields of the mining schema, as named columns or as one matrix in their
/// order. Outputs are the target's value under its name (`predicted` where it has none), then the
/// fields of `Output`; without those, a classification tells `probability(LABEL)` of each label.
public final class PmmlEngine implements Engine {
  private static final long LEAST_BYTES = 65_536;

  /// What a document takes while it is compiled, in sizes of the file.
  private static final long GROWTH = 6;

  @Override
  public String format() {
    return "pmml";
  }

  @Override
  public boolean recognises(Path artifact) {
    try {
      return Files.isDirectory(artifact) ? !candidates(artifact).isEmpty() : isCandidate(artifact);
    } catch (IOException _) {
      return false;
    }
  }

  private static List<Path> candidates(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(PmmlEngine::isCandidate).sorted().toList();
    }
  }

  private static boolean isCandidate(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.startsWith(".") || !Files.isRegularFile(file)) {
      return false;
    }
    return name.endsWith(".pmml") || (name.endsWith(".xml") && DocumentReader.begins(file));
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = file(source.artifact());
    var name = String.valueOf(file.getFileName());
    try {
      long memory = LEAST_BYTES + GROWTH * Files.size(file);
      if (memory > source.memoryLimitBytes()) {
        throw new ModelLoadException(
            name
                + " needs about "
                + Bytes.words(memory)
                + " of memory, allowed are "
                + Bytes.words(source.memoryLimitBytes()));
      }
      return new PmmlModel(new Document(DocumentReader.read(file)), memory);
    } catch (PmmlException problem) {
      throw new ModelLoadException(name + ", " + problem.getMessage(), problem);
    } catch (IOException problem) {
      throw new ModelLoadException(file + " cannot be read: " + problem.getMessage(), problem);
    } catch (OutOfMemoryError problem) {
      throw new ModelLoadException(name + " needs more memory than there is", problem);
    } catch (RuntimeException | StackOverflowError problem) {
      throw new ModelLoadException(name + " is damaged: " + problem, problem);
    }
  }

  private static Path file(Path artifact) throws ModelLoadException {
    if (!Files.exists(artifact)) {
      throw new ModelLoadException(artifact + " does not exist");
    }
    if (!Files.isDirectory(artifact)) {
      return artifact;
    }
    try {
      var found = candidates(artifact);
      if (found.size() == 1) {
        return found.getFirst();
      }
      throw new ModelLoadException(
          artifact
              + (found.isEmpty() ? " has no .pmml file" : " has more than one PMML document: ")
              + (found.isEmpty() ? "" : found.stream().map(Path::getFileName).toList()));
    } catch (IOException problem) {
      throw new ModelLoadException(artifact + " cannot be read: " + problem.getMessage(), problem);
    }
  }
}
