package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PickleFile;
import dev.slipway.engines.sklearn.pickle.PickleLimits;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyObject.MissingAttributeException;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// scikit-learn models in `.joblib`, `.pkl` and `.pickle` files, as `sklearnserver` of KServe takes
/// them.
///
/// Options: `PREDICT_PROBA=true` answers with probabilities unless a request says otherwise;
/// `method` names any of `predict`, `predict_proba`, `decision_function`, `transform`,
/// `score_samples` instead.
public final class SklearnEngine implements Engine {
  private static final List<String> ENDINGS = List.of(".joblib", ".pkl", ".pickle");

  private static final long LEAST_BYTES = 16_384;

  @Override
  public String format() {
    return "sklearn";
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
      return files.filter(SklearnEngine::isCandidate).sorted().toList();
    }
  }

  private static boolean isCandidate(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith)
        && !name.startsWith(".")
        && Files.isRegularFile(file);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = file(source.artifact());
    var contents = PickleFile.contents(file, PickleLimits.of(source.memoryLimitBytes()));
    var value = contents.value();
    try {
      var estimator = Estimators.standard().read(value);
      var type = value instanceof PyObject object ? object.name() : "the model";
      var methods = Methods.of(estimator, source.options());
      return new SklearnModel(type, estimator, methods, LEAST_BYTES + contents.memoryBytes());
    } catch (UnsupportedEstimatorException | MissingAttributeException problem) {
      throw new ModelLoadException(file.getFileName() + ": " + problem.getMessage(), problem);
    } catch (RuntimeException | StackOverflowError problem) {
      throw new ModelLoadException(
          file.getFileName() + " is damaged, or of a version that is not read: " + problem,
          problem);
    } catch (OutOfMemoryError problem) {
      throw new ModelLoadException(
          file.getFileName() + " needs more memory than there is", problem);
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
      if (found.isEmpty()) {
        throw new ModelLoadException(
            "Missing Model File: "
                + artifact
                + " has no file that ends in "
                + String.join(", ", ENDINGS));
      }
      throw new ModelLoadException(
          "More than one model file is detected, Only one is allowed within model_dir: "
              + found.stream().map(each -> String.valueOf(each.getFileName())).toList());
    } catch (IOException problem) {
      throw new ModelLoadException(artifact + " cannot be read: " + problem.getMessage(), problem);
    }
  }
}
