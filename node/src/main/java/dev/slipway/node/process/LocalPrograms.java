package dev.slipway.node.process;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What stands for an image on this machine, by the image's name.
///
/// @param name for events
/// @param known whether the image is one of the table; any other runs with whatever is installed
/// @param command of the image, where a container names neither command nor arguments; empty where
///     that is not known
/// @param aliases whether programs that the image has under other names or at other places, as
///     `/usr/local/bin/python`, are looked for by their last name
record LocalPrograms(String name, boolean known, List<String> command, boolean aliases) {
  private static final Pattern TAG = Pattern.compile("(:[^/]*)?(@.*)?$");

  /// A pattern of names without registry, tag and digest.
  private record Entry(Pattern image, LocalPrograms programs) {}

  private static final LocalPrograms PYTHON =
      new LocalPrograms("this machine's python3", true, List.of("python3"), true);
  private static final LocalPrograms SHELL =
      new LocalPrograms("this machine's own programs", true, List.of("sh"), true);
  private static final LocalPrograms JAVA =
      new LocalPrograms("this machine's java", true, List.of("jshell"), true);

  private static final List<Entry> TABLE =
      List.of(
          entry("(.*/)?(python|pypy|anaconda3?|miniconda3?|uv)", PYTHON),
          entry("(.*/)?(tensorflow|pytorch|torch|ray|mlflow|xgboost|scikit-learn)", PYTHON),
          entry("(.*/)?(eclipse-temurin|openjdk|amazoncorretto|java|jdk|jre)", JAVA),
          entry(
              "(.*/)?(busybox|alpine|bash|debian|ubuntu|fedora|centos|rockylinux|almalinux)",
              SHELL));

  LocalPrograms {
    command = List.copyOf(command);
  }

  private static Entry entry(String image, LocalPrograms programs) {
    return new Entry(Pattern.compile(image), programs);
  }

  static LocalPrograms of(String image) {
    var name = TAG.matcher(image).replaceFirst("");
    return TABLE.stream()
        .filter(each -> each.image.matcher(name).matches())
        .map(Entry::programs)
        .findFirst()
        .orElseGet(() -> new LocalPrograms("this machine's own programs", false, List.of(), false));
  }

  /// Another name of a program, where the image is known to have it at a place of its own.
  Optional<String> alias(String program) {
    int slash = program.lastIndexOf('/');
    boolean elsewhere = slash >= 0 && program.substring(0, slash).endsWith("/bin");
    var last = program.substring(slash + 1);
    var standing = last.equals("python") ? "python3" : last;
    boolean other = elsewhere || !standing.equals(program);
    return aliases && other && (elsewhere || slash < 0) ? Optional.of(standing) : Optional.empty();
  }
}
