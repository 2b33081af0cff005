package dev.slipway.node.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine's programs that make a sandbox: util-linux and coreutils, as every Linux
/// distribution has them.
///
/// @param setpriv gives a process another user and fewer rights; not everywhere
record SandboxTools(
    Path unshare, Path nsenter, Path mount, Path chroot, Path shell, Optional<Path> setpriv) {
  private static final String PLACES = "/usr/bin:/bin:/usr/sbin:/sbin";

  /// @throws StartException naming the one that is missing
  static SandboxTools find() throws StartException {
    return new SandboxTools(
        required("unshare"),
        required("nsenter"),
        required("mount"),
        required("chroot"),
        required("sh"),
        find("setpriv"));
  }

  private static Path required(String name) throws StartException {
    return find(name).orElseThrow(() -> new StartException("there is no program " + name));
  }

  private static Optional<Path> find(String name) {
    return Stream.of(PLACES.split(":", -1))
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
