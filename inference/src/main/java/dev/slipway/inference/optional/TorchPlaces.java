package dev.slipway.inference.optional;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Where a PyTorch file may lie in a downloaded artifact.
public final class TorchPlaces {
  private static final String PREFERRED = "model.pt";
  private static final int HEAD = 4096;

  private TorchPlaces() {}

  /// The file itself, or the one in the directory; `model.pt` where there are several.
  public static Optional<Path> of(Path artifact) {
    if (!Files.isDirectory(artifact)) {
      return Files.isRegularFile(artifact) && torch(artifact)
          ? Optional.of(artifact)
          : Optional.empty();
    }
    if (Files.isRegularFile(artifact.resolve(PREFERRED))) {
      return Optional.of(artifact.resolve(PREFERRED));
    }
    try (var files = Files.list(artifact)) {
      var found = files.filter(TorchPlaces::named).filter(Files::isRegularFile).toList();
      return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static boolean torch(Path file) {
    return named(file) || archive(file);
  }

  private static boolean named(Path file) {
    var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.matches(".+\\.(pt|pth|pt2|ts|torchscript)");
  }

  /// A zip archive whose first entries are those of `torch.save` or `torch.jit.save`.
  private static boolean archive(Path file) {
    try (var in = Files.newInputStream(file)) {
      var head = new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
      return head.startsWith("PK\u0003\u0004")
          && (head.contains("/data.pkl") || head.contains("/code/__torch__"));
    } catch (IOException _) {
      return false;
    }
  }
}
