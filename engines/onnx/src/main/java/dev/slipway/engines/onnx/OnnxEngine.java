package dev.slipway.engines.onnx;

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

/// ONNX models, computed by ONNX Runtime on this machine's processor.
///
/// The artifact is a `.onnx` file, or a directory with one: `model.onnx` where there are several.
/// Weights in external data files are found beside it. Options: [SessionSettings].
public final class OnnxEngine implements Engine {
  private static final String PREFERRED = "model.onnx";
  private static final long SESSION_BYTES = 512L << 10;

  @Override
  public String format() {
    return "onnx";
  }

  @Override
  public boolean recognises(Path artifact) {
    try {
      if (Files.isDirectory(artifact)) {
        return !candidates(artifact).isEmpty();
      }
      return isOnnx(artifact) && Files.isRegularFile(artifact);
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = file(source.artifact());
    var settings = SessionSettings.of(source.options());
    try {
      long bytes = bytes(file);
      if (memoryBytes(bytes) > source.memoryLimitBytes()) {
        throw new ModelLoadException(
            file
                + " needs about "
                + Bytes.words(memoryBytes(bytes))
                + " of memory, allowed are "
                + Bytes.words(source.memoryLimitBytes()));
      }
      return open(file, settings, bytes);
    } catch (IOException problem) {
      throw new ModelLoadException(file + " cannot be read: " + problem.getMessage(), problem);
    } catch (OrtFailure problem) {
      throw new ModelLoadException(
          file + " is no model that ONNX Runtime can load: " + OrtReasons.withWayOut(problem),
          problem);
    } catch (LinkageError problem) {
      throw new ModelLoadException("ONNX Runtime cannot start here: " + reason(problem), problem);
    }
  }

  private static OnnxModel open(Path file, SessionSettings settings, long bytes)
      throws OrtFailure, ModelLoadException {
    var session = Session.open(file, settings);
    var unservable = Signatures.unservable(session.inputs(), session.outputs());
    if (unservable != null) {
      session.close();
      throw new ModelLoadException(file + ": " + unservable);
    }
    return new OnnxModel(session, file, settings, bytes);
  }

  /// What a model of that size occupies: its weights as they are read and as operators keep them.
  static long memoryBytes(long fileBytes) {
    return 2 * fileBytes + SESSION_BYTES;
  }

  private static String reason(Throwable problem) {
    Throwable at = problem;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at.getMessage() == null ? at.toString() : at.getMessage();
  }

  private static Path file(Path artifact) throws ModelLoadException {
    if (!Files.isDirectory(artifact)) {
      if (!Files.isRegularFile(artifact)) {
        throw new ModelLoadException(artifact + " is not there: expected a .onnx file");
      }
      return artifact;
    }
    try {
      var found = candidates(artifact);
      if (found.isEmpty()) {
        throw new ModelLoadException(
            artifact
                + ": found "
                + names(onnxFiles(artifact))
                + ", expected one .onnx file or a "
                + PREFERRED);
      }
      return found.getFirst();
    } catch (IOException problem) {
      throw new ModelLoadException(artifact + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  private static String names(List<Path> files) {
    return files.isEmpty()
        ? "no .onnx file"
        : String.join(", ", files.stream().map(file -> file.getFileName().toString()).toList());
  }

  /// The one file to load; none if there is none or no telling which.
  private static List<Path> candidates(Path directory) throws IOException {
    var files = onnxFiles(directory);
    for (var file : files) {
      if (file.getFileName().toString().equals(PREFERRED)) {
        return List.of(file);
      }
    }
    return files.size() == 1 ? files : List.of();
  }

  private static List<Path> onnxFiles(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(OnnxEngine::isOnnx).filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static boolean isOnnx(Path path) {
    var name = path.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /// The model's size, with files of external data that lie beside it.
  private static long bytes(Path file) throws IOException {
    long own = Files.size(file);
    var directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      return own;
    }
    var stem = file.getFileName().toString().replaceFirst("(?i)\\.onnx$", "");
    long beside = 0;
    try (var files = Files.list(directory)) {
      for (var other : files.filter(Files::isRegularFile).toList()) {
        var name = other.getFileName().toString();
        if (name.startsWith(stem) && (name.endsWith("data") || name.endsWith(".bin"))) {
          beside += Files.size(other);
        }
      }
    }
    return own + beside;
  }
}
