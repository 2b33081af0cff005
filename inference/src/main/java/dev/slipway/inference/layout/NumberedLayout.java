package dev.slipway.inference.layout;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.ModelLayout.Content;
import dev.slipway.inference.layout.Versions.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `<name>/<integer>/...`: TensorFlow Serving's convention, and Triton's where there is no
/// configuration.
final class NumberedLayout {
  private NumberedLayout() {}

  static Optional<ModelDescription> of(Path path, String format) throws ModelLoadException {
    var versions = new ArrayList<Version>();
    String found = format;
    String layout = "tfserving";
    for (Path each : numbered(path)) {
      Content content = content(each, format);
      if (!found.isEmpty() && !found.equals(content.format())) {
        throw Reading.at(
            each, "is of format " + content.format() + " where other versions are of " + found);
      }
      found = content.format();
      layout = content.layout().equals("savedmodel") ? layout : "triton";
      versions.add(new Version(number(each), content.artifact()));
    }
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    Versions all = new Versions(versions, new Versions.Policy.Latest(1), Map.of());
    return Optional.of(ModelDescription.of(Reading.name(path), found, layout, all));
  }

  /// The directories that are versions: those whose names are whole numbers.
  static List<Path> numbered(Path path) throws ModelLoadException {
    return Reading.entries(path).stream()
        .filter(each -> Reading.name(each).matches("\\d{1,18}") && Files.isDirectory(each))
        .toList();
  }

  /// The number without zeros in front, as both servers read it.
  static String number(Path directory) {
    return Long.toString(Long.parseLong(Reading.name(directory)));
  }

  private static Content content(Path version, String format) throws ModelLoadException {
    Path saved = version.resolve("model.savedmodel");
    if (Files.isDirectory(saved)) {
      return new Content("tensorflow", "triton", saved);
    }
    Path parts = version.resolve("model.onnx");
    if (Files.isDirectory(parts)) {
      return new Content("onnx", "triton", parts.resolve("model.onnx"));
    }
    return ModelLayout.content(version, format)
        .orElseThrow(
            () ->
                new ModelLoadException(
                    version
                        + ": is a version without a model (expected saved_model.pb,"
                        + " model.savedmodel, or one model file)"));
  }
}
