package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model directory of MLflow that no engine here reads, only a Python: `python_function` is among
/// its flavours and no native one is.
///
/// @param directory where `MLmodel` lies
/// @param description what `MLmodel` says
public record PythonFunction(Path directory, ObjectNode description) {
  private static final String FLAVOR = "python_function";

  /// @return empty where there is no `MLmodel`, or one that cannot be read or is served natively
  public static Optional<PythonFunction> in(Path directory) {
    if (!Files.isRegularFile(directory.resolve("MLmodel"))) {
      return Optional.empty();
    }
    try {
      var description = new MlflowLayout(directory).read();
      var flavors = description.path("flavors");
      boolean alone = flavors.has(FLAVOR) && MlflowLayout.NATIVE.stream().noneMatch(flavors::has);
      return alone ? Optional.of(new PythonFunction(directory, description)) : Optional.empty();
    } catch (ModelLoadException _) {
      return Optional.empty();
    }
  }

  /// The Python module that loads it; empty where none is named.
  public String loader() {
    return Json.text(flavor(), "loader_module");
  }

  private JsonNode flavor() {
    return description.path("flavors").path(FLAVOR);
  }
}
