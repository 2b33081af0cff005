package dev.slipway.inference.artifact;

import dev.slipway.base.Bytes;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Archives unpacked so that nothing lands outside the directory and nothing fills the disk.
///
/// Refused: absolute names and names that climb out, links that lead out, devices and pipes, more
/// entries or bytes than the limits, a packed byte that becomes more bytes than the
/// ratio allows. Files are written only through directories made here, never through a link.
final class Unpacker {
  /// Below this much nothing is called a bomb, however well it packs.
  private static final long HARMLESS_BYTES = 64L << 20;

  private final String shown;
  private final ArtifactSettings settings;
  private long entries;
  private long bytes;
  private long packedBytes;

  Unpacker(String shown, ArtifactSettings settings) {
    this.shown = shown;
    this.settings = settings;
  }

  /// @param directory made by this; what is in it after a failure is worthless
  void unpack(Path archive, ArchiveKind kind, Path directory)
      throws ArtifactException, IOException {
    Files.createDirectories(directory);
    packedBytes = Files.size(archive);
    try {
      switch (kind) {
        case ZIP -> zip(archive, directory);
        case TAR -> tar(Files.newInputStream(archive), directory);
        case TAR_GZIP -> tar(gunzip(archive), directory);
        case TAR_BZIP2, TAR_XZ ->
            throw new ArtifactException(
                Kind.UNSUPPORTED,
                shown
                    + ": archives packed by bzip2 or xz are not read; pack it as .tar.gz or .zip");
      }
    } catch (ZipException | EOFException e) {
      throw corrupt("is damaged or cut short: " + e.getMessage());
    }
    if (entries == 0) {
      throw corrupt("is an empty archive");
    }
  }

  private static InputStream gunzip(Path archive) throws IOException {
    InputStream file = Files.newInputStream(archive);
    try {
      return new GZIPInputStream(file, 1 << 16);
    } catch (IOException e) {
      file.close();
      throw e instanceof ZipException zip ? zip : new ZipException(e.toString());
    }
  }

  private void zip(Path archive, Path directory) throws ArtifactException, IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> all = zip.entries();
      while (all.hasMoreElements()) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        if (entry.isDirectory()) {
          directory(directory, name);
        } else {
          try (InputStream in = zip.getInputStream(entry)) {
            file(directory, name, in);
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw corrupt("is no readable archive: " + e.getMessage());
    }
  }

  private void tar(InputStream stream, Path directory) throws ArtifactException, IOException {
    try (TarReader tar = new TarReader(new BufferedInputStream(stream, 1 << 16), this::budget)) {
      for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
        switch (entry.type()) {
          case FILE -> file(directory, entry.name(), tar.content());
          case DIRECTORY -> directory(directory, entry.name());
          case SYMBOLIC_LINK -> link(directory, entry);
          case HARD_LINK -> copy(directory, entry);
          case OTHER ->
              throw corrupt(
                  "holds \""
                      + SafePaths.printable(entry.name())
                      + "\", which is no file, directory or link");
        }
      }
    } catch (TarReader.BadTarException e) {
      throw corrupt("is no readable tar archive: " + e.getMessage());
    }
  }

  private void directory(Path root, String name) throws ArtifactException, IOException {
    count();
    String clean = clean(name);
    if (!clean.isEmpty()) {
      parents(root, SafePaths.inside(root, clean, shown).resolve("x"));
    }
  }

  private void file(Path root, String name, InputStream in) throws ArtifactException, IOException {
    count();
    Path target = SafePaths.inside(root, clean(name), shown);
    parents(root, target);
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw corrupt("holds \"" + SafePaths.printable(name) + "\" as a file and as a directory");
    }
    // A later entry replaces an earlier one, as tar has it; a link is replaced, never written
    // through.
    Files.deleteIfExists(target);
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        budget(read);
        out.write(buffer, 0, read);
      }
    }
  }

  /// Makes the directories above a file, none of them through a link.
  private void parents(Path root, Path target) throws ArtifactException, IOException {
    Path here = root;
    for (Path segment : root.relativize(target.getParent())) {
      if (segment.toString().isEmpty()) {
        continue;
      }
      here = here.resolve(segment);
      if (Files.isDirectory(here, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      try {
        Files.createDirectory(here);
      } catch (FileAlreadyExistsException _) {
        throw corrupt(
            "puts a file below \""
                + SafePaths.printable(root.relativize(here).toString())
                + "\", which is a link or a file");
      }
    }
  }

  private void link(Path root, TarReader.Entry entry) throws ArtifactException, IOException {
    count();
    Path target = SafePaths.inside(root, clean(entry.name()), shown);
    Path parent = target.resolveSibling("");
    Path leads = leads(root, parent, entry);
    parents(root, target);
    Files.deleteIfExists(target);
    Files.createSymbolicLink(target, parent.relativize(leads));
  }

  private void copy(Path root, TarReader.Entry entry) throws ArtifactException, IOException {
    count();
    Path target = SafePaths.inside(root, clean(entry.name()), shown);
    Path source = SafePaths.inside(root, clean(entry.link()), shown);
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) || linked(root, source)) {
      throw corrupt(
          "links \""
              + SafePaths.printable(entry.name())
              + "\" to \""
              + SafePaths.printable(entry.link())
              + "\", which is no file before it");
    }
    if (source.equals(target)) {
      return;
    }
    parents(root, target);
    Files.deleteIfExists(target);
    Files.createLink(target, source);
  }

  private static boolean linked(Path root, Path file) {
    Path here = root;
    for (Path segment : root.relativize(file)) {
      here = here.resolve(segment);
      if (Files.isSymbolicLink(here)) {
        return true;
      }
    }
    return false;
  }

  /// Where a symbolic link leads. Walked by name: as no file is ever written through a link, only a
  /// link that passes another link could still lead out, so what it passes may be no link.
  private Path leads(Path root, Path from, TarReader.Entry entry) throws ArtifactException {
    Path leads = null;
    if (!entry.link().startsWith("/") && entry.link().indexOf('\0') < 0) {
      leads = from.resolve(entry.link()).normalize();
    }
    if (leads == null || !leads.startsWith(root) || leads.equals(root) || linked(root, leads)) {
      throw corrupt(
          "links \""
              + SafePaths.printable(entry.name())
              + "\" to \""
              + SafePaths.printable(entry.link())
              + "\", which leads out of it or to a link");
    }
    return leads;
  }

  private static String clean(String name) {
    String clean = name;
    while (clean.startsWith("./")) {
      clean = clean.substring(2);
    }
    while (clean.endsWith("/")) {
      clean = clean.substring(0, clean.length() - 1);
    }
    return clean.equals(".") ? "" : clean;
  }

  private void count() throws ArtifactException {
    if (++entries > settings.artifactFiles()) {
      throw new ArtifactException(
          Kind.TOO_LARGE,
          shown + ": the archive has more than " + settings.artifactFiles() + " entries");
    }
  }

  private void budget(long more) throws ArtifactException {
    bytes += more;
    if (bytes > settings.artifactBytes()) {
      throw new ArtifactException(
          Kind.TOO_LARGE,
          shown + ": unpacks to more than the limit of " + Bytes.words(settings.artifactBytes()));
    }
    if (bytes > HARMLESS_BYTES && bytes / settings.archiveRatio() > packedBytes) {
      throw new ArtifactException(
          Kind.TOO_LARGE,
          shown
              + ": the archive of "
              + Bytes.words(packedBytes)
              + " unpacks to more than "
              + settings.archiveRatio()
              + " times as much");
    }
  }

  private ArtifactException corrupt(String what) {
    return new ArtifactException(Kind.CORRUPT, shown + ": the archive " + what);
  }
}
