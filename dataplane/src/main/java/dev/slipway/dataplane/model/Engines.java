package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Every engine there is.
public final class Engines {
  private final List<Engine> all;

  public Engines(List<Engine> all) {
    this.all = List.copyOf(all);
  }

  /// Those on the class path.
  public static Engines found() {
    return new Engines(
        ServiceLoader.load(Engine.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(Engine::format))
            .toList());
  }

  /// The same engines, each as `how` has it.
  public Engines each(UnaryOperator<Engine> how) {
    return new Engines(all.stream().map(how).toList());
  }

  /// Formats, in alphabetical order.
  public List<String> formats() {
    return all.stream().map(Engine::format).toList();
  }

  /// @throws ModelLoadException naming the formats there are
  public Engine named(String format) throws ModelLoadException {
    var wanted = format.toLowerCase(Locale.ROOT);
    return all.stream()
        .filter(engine -> engine.format().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    "format \"" + format + "\" has no engine here (there are: " + words() + ")"));
  }

  /// The engine that recognises an artifact.
  ///
  /// @throws ModelLoadException if none does, or more than one
  public Engine recognising(Path artifact) throws ModelLoadException {
    var candidates = all.stream().filter(engine -> engine.recognises(artifact)).toList();
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    if (candidates.isEmpty()) {
      throw new ModelLoadException(
          artifact + ": no model of a known format (formats are: " + words() + ")");
    }
    throw new ModelLoadException(
        artifact
            + ": could be "
            + candidates.stream().map(Engine::format).collect(Collectors.joining(" or "))
            + "; say which");
  }

  private String words() {
    return String.join(", ", formats());
  }
}
