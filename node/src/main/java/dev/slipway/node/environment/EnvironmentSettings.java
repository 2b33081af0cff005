package dev.slipway.node.environment;

import java.nio.file.Path;

/// Where programs are looked for.
///
/// @param data environments made here are below `environments` in it
/// @param search of this machine, as in `PATH`
/// @param java the home of a JDK, where the machine names no other
/// @param create what a user runs to make an environment, but for its name
public record EnvironmentSettings(Path data, String search, Path java, String create) {
  private static final String USUAL =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  public EnvironmentSettings {
    data = data.toAbsolutePath().normalize();
    search = search.isEmpty() ? USUAL : search;
  }

  /// With the `PATH` and the Java of this program.
  public static EnvironmentSettings at(Path data) {
    var path = System.getenv("PATH");
    var named = System.getenv("SLIPWAY_DATA");
    var usual =
        named == null || named.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".slipway")
            : Path.of(named);
    boolean isUsual = usual.toAbsolutePath().normalize().equals(data.toAbsolutePath().normalize());
    return new EnvironmentSettings(
        data,
        path == null ? "" : path,
        Path.of(System.getProperty("java.home")),
        "slipway env create" + (isUsual ? "" : " --data " + data));
  }

  Path environments() {
    return data.resolve("environments");
  }

  Path functions() {
    return data.resolve("functions");
  }
}
