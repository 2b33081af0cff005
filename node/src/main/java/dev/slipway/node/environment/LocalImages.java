package dev.slipway.node.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Finds what stands for an image on this machine now. Thread-safe.
public final class LocalImages {
  private static final Pattern VERSION = Pattern.compile("v?(\\d+(?:\\.\\d+)*)(?:[-+.].*|$)");

  private final Supplier<ImageTable> table;
  private final PythonHomes pythons;
  private final MachinePrograms machine;
  private final ShippedScript functions;
  private final ShippedScript pyfunc;
  private final JavaFunctions javaFunctions;

  /// @param table asked for each image
  public LocalImages(EnvironmentSettings settings, Supplier<ImageTable> table) {
    this.table = table;
    this.pythons = new PythonHomes(settings);
    this.machine = new MachinePrograms(settings);
    this.functions = new ShippedScript(settings, "function.py");
    this.pyfunc = new ShippedScript(settings, "pyfunc.py");
    this.javaFunctions = new JavaFunctions(settings);
  }

  /// What was found.
  public sealed interface Found {
    record Here(LocalImage image) implements Found {}

    /// @param message why not, and what to do about it
    record Missing(String message) implements Found {}
  }

  /// What a container runs, as far as names tell.
  ///
  /// @return empty where nothing says what to run
  public List<String> words(String image, List<String> command, List<String> args) {
    return entry(ImageName.parse(image)).words(command, args);
  }

  private EntryPoint entry(ImageName image) {
    return switch (image.repository()) {
      case ImageTable.FUNCTION_PYTHON -> functions.entry();
      case ImageTable.PYFUNC -> pyfunc.entry();
      case ImageTable.FUNCTION_JAVA -> javaFunctions.entry();
      default -> {
        var own = table.get().content(image).command();
        yield own.isEmpty() ? EntryPoint.of(image) : EntryPoint.running(own);
      }
    };
  }

  /// Blocks where an interpreter is to be asked for the first time.
  public Found find(String image) {
    var name = ImageName.parse(image);
    for (var each : table.get().content(name).files().values()) {
      if (!Files.exists(each)) {
        return new Found.Missing(
            "ConfigMap slipway-environments gives image \""
                + image
                + "\" the files of "
                + each
                + ", which is not on this machine");
      }
    }
    var environment = table.get().of(name);
    if (environment.isEmpty()) {
      return here("", List.of(), Map.of(), name, List.of(plainly(image)));
    }
    return switch (environment.get()) {
      case Definition.Python python -> python(image, name, python);
      case Definition.Java java -> java(image, name, java);
      case Definition.Directory directory -> directory(image, name, directory);
    };
  }

  private static LocalImage.Note plainly(String image) {
    return new LocalImage.Note(
        "Normal",
        "RunsAsProcess",
        "image \"" + image + "\" is not pulled: its command runs with this machine's own programs");
  }

  private Found here(
      String id,
      List<Path> path,
      Map<String, String> variables,
      ImageName name,
      List<LocalImage.Note> notes) {
    return new Found.Here(
        new LocalImage(id, path, variables, entry(name), table.get().content(name).files(), notes));
  }

  private Found missing(String image, Definition wanted, String why) {
    return new Found.Missing(
        "environment " + wanted.name() + " stands for image \"" + image + "\" here, and " + why);
  }

  private Found python(String image, ImageName name, Definition.Python wanted) {
    return switch (pythons.find(wanted)) {
      case PythonHomes.Found.Here here -> python(image, name, wanted, here);
      case PythonHomes.Found.Missing(String why) -> missing(image, wanted, why);
    };
  }

  private Found python(
      String image, ImageName name, Definition.Python wanted, PythonHomes.Found.Here there) {
    var python = there.python();
    var leading = PythonHomes.leading(wanted, python.packages());
    var notes = new ArrayList<LocalImage.Note>();
    notes.add(
        stands(
            image,
            wanted,
            "Python "
                + python.version()
                + leading.map(each -> " with " + each).orElse("")
                + ", "
                + python.executable()));
    var own = wanted.leading().isEmpty() ? python.version() : "";
    differs(image, name, wanted, leading.map(PythonHomes.Leading::version).orElse(own))
        .ifPresent(notes::add);
    var id =
        wanted.name()
            + "@python"
            + python.minor()
            + leading.map(each -> "/" + each.name() + "-" + each.version()).orElse("");
    var variables = new HashMap<String, String>();
    there.home().ifPresent(each -> variables.put("VIRTUAL_ENV", each.toString()));
    var path =
        new ArrayList<>(
            there
                .home()
                .map(each -> List.of(each.resolve("bin")))
                .orElseGet(() -> programs(python)));
    if (name.repository().equals(ImageTable.FUNCTION_PYTHON)) {
      path.add(functions.directory());
    }
    if (name.repository().equals(ImageTable.PYFUNC)) {
      path.add(pyfunc.directory());
    }
    return here(id, path, variables, name, notes);
  }

  private static LocalImage.Note stands(String image, Definition environment, String what) {
    return new LocalImage.Note(
        "Normal",
        "Environment",
        "image \""
            + image
            + "\" is not pulled: environment "
            + environment.name()
            + " stands for it: "
            + what);
  }

  private List<Path> programs(Python python) {
    try {
      return machine.python(python);
    } catch (IOException problem) {
      throw new java.io.UncheckedIOException(problem);
    }
  }

  /// Where an image's tag is the version of what the environment is named for.
  private static Optional<LocalImage.Note> differs(
      String image, ImageName name, Definition.Python wanted, String found) {
    var asked = VERSION.matcher(name.tag());
    if (found.isEmpty() || !asked.matches() || !isNamedFor(name, wanted)) {
      return Optional.empty();
    }
    var version = asked.group(1);
    if ((found + ".").startsWith(version + ".")) {
      return Optional.empty();
    }
    return Optional.of(
        new LocalImage.Note(
            "Warning",
            "VersionDiffers",
            "image \""
                + image
                + "\" asks for "
                + wanted.name()
                + " "
                + version
                + "; found: "
                + found
                + " (environment "
                + wanted.name()
                + ")"));
  }

  private static boolean isNamedFor(ImageName name, Definition.Python wanted) {
    return name.last().equals(wanted.name())
        || wanted.leading().stream().anyMatch(each -> name.last().equals(each));
  }

  private Found java(String image, ImageName name, Definition.Java wanted) {
    var home = wanted.home().map(Path::of).orElseGet(machine::java);
    if (!Files.isExecutable(home.resolve("bin/java"))) {
      return missing(image, wanted, "there is no " + home + "/bin/java");
    }
    var note = stands(image, wanted, home.toString());
    var version = MachinePrograms.javaVersion(home);
    var id = wanted.name() + (version.isEmpty() ? "" : "@" + version);
    var path = new ArrayList<>(List.of(home.resolve("bin")));
    if (name.repository().equals(ImageTable.FUNCTION_JAVA)) {
      path.add(javaFunctions.directory());
    }
    return here(id, path, Map.of("JAVA_HOME", home.toString()), name, List.of(note));
  }

  private Found directory(String image, ImageName name, Definition.Directory wanted) {
    var home = Path.of(wanted.path());
    if (!Files.isDirectory(home)) {
      return missing(image, wanted, "there is no directory " + home);
    }
    var path = new ArrayList<Path>();
    if (Files.isDirectory(home.resolve("bin"))) {
      path.add(home.resolve("bin"));
    }
    path.add(home);
    var note = stands(image, wanted, "the programs of " + home);
    return here(wanted.name(), path, Map.of(), name, List.of(note));
  }
}
