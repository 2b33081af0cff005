package dev.slipway.node.environment;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which environment stands for which images. Pure.
///
/// @param images in order; the first that matches counts
/// @param definitions by name
public record ImageTable(List<Mapping> images, Map<String, Definition> definitions) {
  /// Images of the platform's own; their tags name the environments.
  static final String FUNCTION_PYTHON = "slipway/function-python";

  /// Serves a model of MLflow's flavour python_function.
  public static final String PYFUNC = "slipway/mlflow-pyfunc";

  static final String FUNCTION_JAVA = "slipway/function-java";

  /// @param environment a name of [#definitions], or [#MACHINE]
  public record Mapping(ImagePattern image, String environment, ImageContent content) {}

  /// For images that the machine's own programs stand for.
  public static final String MACHINE = "machine";

  public ImageTable {
    images = List.copyOf(images);
    definitions = Map.copyOf(definitions);
  }

  /// The environment of an image; empty for the machine's own programs.
  public Optional<Definition> of(ImageName image) {
    if (image.repository().equals(FUNCTION_PYTHON)) {
      return Optional.of(named(image, "python"));
    }
    if (image.repository().equals(PYFUNC)) {
      return Optional.of(named(image, "mlflow"));
    }
    if (image.repository().equals(FUNCTION_JAVA)) {
      return Optional.of(named(image, "java"));
    }
    return images.stream()
        .filter(each -> each.image.matches(image))
        .findFirst()
        .map(Mapping::environment)
        .filter(name -> !name.equals(MACHINE))
        .map(this::definition);
  }

  /// What an image brings with it.
  public ImageContent content(ImageName image) {
    return images.stream()
        .filter(each -> each.image.matches(image))
        .findFirst()
        .map(Mapping::content)
        .orElse(ImageContent.NONE);
  }

  private Definition named(ImageName image, String usual) {
    boolean named = !image.tag().isEmpty() && !image.tag().equals("latest");
    return definition(named ? image.tag() : usual);
  }

  /// Whether anything is defined under a name.
  public boolean knows(String name) {
    return definitions.containsKey(name);
  }

  /// What is defined under a name; a Python without packages where nothing is.
  public Definition definition(String name) {
    var defined = definitions.get(name);
    return defined != null ? defined : Definition.Python.plain(name);
  }

  /// The patterns that lead to an environment, in order.
  public List<ImagePattern> leadingTo(String environment) {
    return images.stream()
        .filter(each -> each.environment.equals(environment))
        .map(Mapping::image)
        .toList();
  }
}
