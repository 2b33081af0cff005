package dev.slipway.inference.layout;

import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Recognises what was downloaded.
///
/// A file is a model by its name and first bytes. A directory is looked at in this order: `MLmodel`
/// (MLflow), `model-settings.json` (MLServer), `config.pbtxt` (Triton), a SavedModel, a
/// Hugging Face directory, one model file (KServe), numbered directories (TensorFlow Serving,
/// Triton
/// without a configuration), one directory alone, and at last a repository of several models.
public final class ModelLayout {
  private static final int MAX_DEPTH = 4;

  private ModelLayout() {}

  /// The one model that lies there.
  ///
  /// @param artifact a file or directory
  /// @throws ModelLoadException if there is none or several; names what was found and expected
  public static ModelDescription describe(Path artifact) throws ModelLoadException {
    return describe(artifact, "");
  }

  /// As above, told which format is meant: chooses among several files, and is believed where a
  /// file's name says nothing.
  ///
  /// @param format an engine's word, or `""`
  public static ModelDescription describe(Path artifact, String format) throws ModelLoadException {
    return describe(artifact, format, "");
  }

  /// As above, with the name of one of Triton's configurations (its user guide, "Custom Model
  /// Configuration").
  ///
  /// @param configName `v100` for `configs/v100.pbtxt`, which then is read in place of
  /// `config.pbtxt`; where there is no such file, or for `""`, `config.pbtxt` is
  public static ModelDescription describe(Path artifact, String format, String configName)
      throws ModelLoadException {
    List<ModelDescription> all = describeAll(artifact, new Asked(word(format), configName));
    if (all.size() != 1) {
      List<String> names = all.stream().map(ModelDescription::name).limit(8).toList();
      throw Reading.at(
          artifact,
          "is a repository of "
              + all.size()
              + " models ("
              + String.join(", ", names)
              + "), expected one model: name the directory of one, or serve the repository");
    }
    return all.getFirst();
  }

  /// The model of a directory under a configuration of Triton's that its user gives, in JSON: its
  /// own
  /// `config.pbtxt`, if there is one, is not read.
  ///
  /// @throws ModelLoadException if the configuration is none, or the files are not what it says
  public static ModelDescription configured(Path directory, String config)
      throws ModelLoadException {
    return TritonLayout.given(directory.toAbsolutePath().normalize(), config).describe();
  }

  /// Every model that lies there: one, or those of a repository by name.
  ///
  /// @throws ModelLoadException if there is none, or one is not what its files promise
  public static List<ModelDescription> describeAll(Path artifact) throws ModelLoadException {
    return describeAll(artifact, new Asked("", ""));
  }

  /// What the caller knows beside the files: an engine's word and the name of a configuration of
  /// Triton's, each empty where it does not.
  private record Asked(String format, String configName) {}

  private static List<ModelDescription> describeAll(Path artifact, Asked asked)
      throws ModelLoadException {
    Path path = artifact.toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw Reading.at(artifact, "no such file or directory");
    }
    if (Files.isRegularFile(path)) {
      return List.of(file(path, asked.format()));
    }
    return directory(path, asked, 0);
  }

  /// Users' words for what the engines call otherwise.
  private static String word(String format) {
    String low = format.toLowerCase(Locale.ROOT);
    return switch (low) {
      case "torch", "torchscript", "libtorch" -> "pytorch";
      case "savedmodel", "tf" -> "tensorflow";
      case "scikit-learn", "scikitlearn" -> "sklearn";
      default -> low;
    };
  }

  private static ModelDescription file(Path file, String format) throws ModelLoadException {
    String found = format.isEmpty() ? Formats.of(file).orElse("") : format;
    if (found.isEmpty()) {
      throw Reading.at(file, unknown(file));
    }
    String name = Reading.name(file).replaceFirst("(?<=.)\\.[A-Za-z0-9]+$", "");
    return ModelDescription.of(name, found, "file", Versions.one(file));
  }

  private static String unknown(Path file) {
    return Formats.elsewhere(file)
        .orElse(
            "is no model that is known by its name or first bytes (expected .onnx, .joblib, .pkl,"
                + " .bst, .ubj, .json of XGBoost, .txt of LightGBM, .pmml, .pt, or a directory); if"
                + " it is one, say its format");
  }

  private static List<ModelDescription> directory(Path path, Asked asked, int depth)
      throws ModelLoadException {
    Optional<ModelDescription> one = one(path, asked);
    if (one.isPresent()) {
      return List.of(one.get());
    }
    List<Path> inside = Reading.entries(path).stream().filter(Files::isDirectory).toList();
    if (inside.isEmpty() || depth >= MAX_DEPTH) {
      throw Reading.at(path, nothing(path));
    }
    if (inside.size() == 1 && one(inside.getFirst(), asked).isEmpty()) {
      return directory(inside.getFirst(), asked, depth + 1);
    }
    var all = new ArrayList<ModelDescription>();
    for (Path each : inside) {
      one(each, asked).ifPresent(all::add);
    }
    if (all.isEmpty()) {
      throw Reading.at(path, nothing(path));
    }
    return all;
  }

  private static String nothing(Path path) throws ModelLoadException {
    List<Path> entries = Reading.entries(path);
    for (Path each : entries) {
      Optional<String> elsewhere = Formats.elsewhere(each);
      if (elsewhere.isPresent()) {
        return "holds " + Reading.name(each) + ": " + elsewhere.get();
      }
    }
    return "holds no model: found "
        + Reading.names(entries)
        + "; expected one model file, a SavedModel, MLmodel, model-settings.json, config.pbtxt,"
        + " numbered versions, or a directory of these for each model";
  }

  /// The model a directory is, if it is one.
  private static Optional<ModelDescription> one(Path path, Asked asked) throws ModelLoadException {
    String format = asked.format();
    if (Files.isRegularFile(path.resolve("MLmodel"))) {
      return Optional.of(new MlflowLayout(path).describe(format));
    }
    if (Files.isRegularFile(path.resolve("model-settings.json"))) {
      return Optional.of(new MlserverLayout(path).describe());
    }
    Path config = TritonLayout.config(path, asked.configName());
    if (Files.isRegularFile(config)) {
      return Optional.of(new TritonLayout(path, config).describe());
    }
    Optional<Content> found = content(path, format);
    if (found.isEmpty()) {
      return NumberedLayout.of(path, format);
    }
    Versions versions = Versions.one(found.get().artifact());
    return Optional.of(
        ModelDescription.of(
            Reading.name(path), found.get().format(), found.get().layout(), versions));
  }

  /// What an engine could load.
  record Content(String format, String layout, Path artifact) {}

  /// The model that the files of a directory are, without versions.
  static Optional<Content> content(Path path, String format) throws ModelLoadException {
    if (Formats.savedModel(path) && (format.isEmpty() || format.equals("tensorflow"))) {
      return Optional.of(new Content("tensorflow", "savedmodel", path));
    }
    if (Formats.huggingFace(path) && (format.isEmpty() || format.equals("huggingface"))) {
      return Optional.of(new Content("huggingface", "huggingface", path));
    }
    List<Path> files = Reading.entries(path).stream().filter(Files::isRegularFile).toList();
    List<Path> models =
        files.stream()
            .filter(each -> Formats.of(each).filter(is -> fits(is, format)).isPresent())
            .toList();
    if (models.isEmpty() && !format.isEmpty() && files.size() == 1) {
      models = files;
    }
    if (models.size() > 1) {
      throw Reading.at(
          path,
          "holds more than one model file ("
              + Reading.names(models)
              + "), expected one: name the file, or the format where they differ");
    }
    return models.stream()
        .findFirst()
        .map(
            each ->
                new Content(
                    format.isEmpty() ? Formats.of(each).orElseThrow() : format, "kserve", each));
  }

  private static boolean fits(String found, String format) {
    return format.isEmpty() || format.equals(found);
  }
}
