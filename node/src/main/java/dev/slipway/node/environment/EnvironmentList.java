package dev.slipway.node.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What environments there are, and could be.
public final class EnvironmentList {
  private static final int MOST_PACKAGES = 3;

  private final EnvironmentSettings settings;
  private final PythonHomes pythons;

  public EnvironmentList(EnvironmentSettings settings) {
    this.settings = settings;
    this.pythons = new PythonHomes(settings);
  }

  /// @param where its directory; else what to run to have it
  /// @param packages the first of them, with versions
  /// @param images the patterns that lead there
  public record Row(
      String name, String kind, boolean there, String where, String packages, String images) {}

  /// Those of a table, and those made here, by name.
  public List<Row> rows(ImageTable table) throws IOException {
    var all = new TreeMap<>(table.definitions());
    table.images().stream()
        .map(ImageTable.Mapping::environment)
        .filter(each -> !each.equals(ImageTable.MACHINE))
        .forEach(each -> all.putIfAbsent(each, table.definition(each)));
    for (var made : new Environments(settings).list()) {
      all.putIfAbsent(made.name(), Definition.Python.plain(made.name()));
    }
    var rows = new ArrayList<Row>();
    all.values().forEach(each -> rows.add(row(each, images(table, each.name()))));
    return rows;
  }

  private static String images(ImageTable table, String name) {
    return table.leadingTo(name).stream()
        .map(ImagePattern::toString)
        .map(each -> each.replace("|", " "))
        .collect(Collectors.joining(" "));
  }

  private Row row(Definition definition, String images) {
    return switch (definition) {
      case Definition.Python python -> python(python, images);
      case Definition.Java java -> java(java, images);
      case Definition.Directory directory -> directory(directory, images);
    };
  }

  private Row python(Definition.Python wanted, String images) {
    return switch (pythons.find(wanted)) {
      case PythonHomes.Found.Here(Python python, var home) ->
          new Row(
              wanted.name(),
              "python",
              true,
              home.map(Path::toString).orElse(python.executable() + " (this machine's)"),
              packages(wanted, python),
              images);
      case PythonHomes.Found.Missing(String why) ->
          new Row(
              wanted.name(),
              "python",
              false,
              wanted.path().isPresent() ? why : "run: " + pythons.create(wanted.name()),
              "",
              images);
    };
  }

  /// What it is named for first.
  private static String packages(Definition.Python wanted, Python python) {
    var packages = python.packages();
    var shown = new ArrayList<String>();
    shown.add("python " + python.version());
    PythonHomes.leading(wanted, packages).ifPresent(each -> shown.add(each.toString()));
    for (var each : wanted.packages()) {
      var version = packages.version(each);
      var text = Packages.name(each) + version.map(is -> " " + is).orElse("");
      if (version.isPresent() && shown.size() < MOST_PACKAGES && !shown.contains(text)) {
        shown.add(text);
      }
    }
    int more = packages.versions().size() - (shown.size() - 1);
    return String.join(", ", shown) + (more > 0 ? ", " + more + " more" : "");
  }

  private Row java(Definition.Java wanted, String images) {
    var home = wanted.home().map(Path::of).orElse(settings.java());
    boolean there = Files.isExecutable(home.resolve("bin/java"));
    var version = MachinePrograms.javaVersion(home);
    return new Row(
        wanted.name(),
        "java",
        there,
        there ? home.toString() : "there is no " + home + "/bin/java",
        version.isEmpty() ? "" : "java " + version,
        images);
  }

  private static Row directory(Definition.Directory wanted, String images) {
    boolean there = Files.isDirectory(Path.of(wanted.path()));
    return new Row(
        wanted.name(),
        "directory",
        there,
        there ? wanted.path() : "there is no directory " + wanted.path(),
        "",
        images);
  }
}
