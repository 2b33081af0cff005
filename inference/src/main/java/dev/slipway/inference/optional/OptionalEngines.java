package dev.slipway.inference.optional;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// Engines that lie as jars in `DIRECTORY/FORMAT/*.jar`, loaded on first use in a class loader of
/// their own; where there are none they are built and fetched with the Maven wrapper of the
/// checkout. Thread-safe; what is loaded stays so.
public final class OptionalEngines {
  /// Native libraries can be loaded once in a process, so engines are too; and a process cannot
  /// wait for a lock on a file that it holds itself.
  private static final Object LOADING = new Object();

  private final Path directory;
  private final Optional<Path> checkout;
  private final Map<String, Engine> loaded = new HashMap<>();

  /// @param directory of the formats' directories; made where it is missing
  /// @param checkout of this project; empty where engines cannot be fetched
  public OptionalEngines(Path directory, Optional<Path> checkout) {
    this.directory = directory;
    this.checkout = checkout;
  }

  /// As the launcher says in system properties: `slipway.engines`, the directory, by default
  /// `~/.slipway/engines`; `slipway.home`, the checkout, where there is one. The same each time.
  public static OptionalEngines ofSystem() {
    return OfSystem.SHARED;
  }

  private static final class OfSystem {
    static final OptionalEngines SHARED = read();

    private static OptionalEngines read() {
      var fallback = Path.of(System.getProperty("user.home"), ".slipway", "engines").toString();
      var home = System.getProperty("slipway.home", "");
      return new OptionalEngines(
          Path.of(System.getProperty("slipway.engines", fallback)),
          home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home)));
    }
  }

  /// The engine; fetched if it is not there, which takes minutes.
  ///
  /// @throws ModelLoadException if it cannot be had; the message says what to put where
  public Engine engine(OptionalFormat format) throws ModelLoadException {
    synchronized (LOADING) {
      var known = loaded.get(format.name());
      if (known != null) {
        return known;
      }
      var home = directory.resolve(format.name());
      var engine = load(format, home, fetched(format, home));
      loaded.put(format.name(), engine);
      return engine;
    }
  }

  private List<Path> fetched(OptionalFormat format, Path home) throws ModelLoadException {
    try {
      var jars = jars(home);
      if (!jars.isEmpty()) {
        return jars;
      }
      if (checkout.isEmpty() || !EngineFetch.possible(checkout.get(), format)) {
        throw missing(format, home);
      }
      Files.createDirectories(directory);
      try (var file =
              FileChannel.open(
                  directory.resolve(format.name() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var lock = file.lock()) {
        if (lock.isValid() && jars(home).isEmpty()) {
          EngineFetch.run(checkout.get(), format, home);
        }
      }
      return jars(home);
    } catch (IOException problem) {
      throw new ModelLoadException(
          "format \""
              + format.name()
              + "\" needs an engine in "
              + home
              + ", which cannot be fetched: "
              + problem.getMessage(),
          problem);
    }
  }

  private static ModelLoadException missing(OptionalFormat format, Path home) {
    return new ModelLoadException(
        "format \""
            + format.name()
            + "\" needs an engine that is not part of the program: expected its jars in "
            + home
            + ", found none. Put these there, or start from a checkout, which fetches them: "
            + String.join(", ", format.libraries()));
  }

  private static List<Path> jars(Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      return List.of();
    }
    try (var files = Files.list(home)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /// The class loader stays open: classes load from it for as long as the process lives.
  private static Engine load(OptionalFormat format, Path home, List<Path> jars)
      throws ModelLoadException {
    var urls = new ArrayList<URL>();
    try {
      for (var jar : jars) {
        urls.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException problem) {
      throw new ModelLoadException(home + " cannot be read: " + problem.getMessage(), problem);
    }
    var loader = new EngineJars("engine-" + format.name(), urls);
    return ServiceLoader.load(Engine.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.format().equals(format.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    home
                        + ": expected an engine for \""
                        + format.name()
                        + "\", found none in "
                        + jars.stream()
                            .map(jar -> jar.getFileName().toString())
                            .collect(Collectors.joining(", "))));
  }

  /// Finds services in the jars alone; all else in the program first.
  private static final class EngineJars extends URLClassLoader {
    EngineJars(String name, List<URL> jars) {
      super(name, jars.toArray(URL[]::new), OptionalEngines.class.getClassLoader());
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("META-INF/services/") ? findResources(name) : super.getResources(name);
    }
  }
}
