package dev.slipway.engines.torch;

import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A TorchScript file, looked at before libtorch reads it: a zip archive with the module's code as
/// text and its weights.
///
/// @param forward the declaration of `forward` of the outermost module
record TorchArchive(Path file, Forward forward, long bytes) {
  private static final int MOST_CODE = 16 << 20;
  private static final int HEAD = 512;
  private static final Pattern ROOT = Pattern.compile("^\\x80\\x02c(__torch__[\\w.]*)\\n(\\w+)\\n");
  private static final String EXPORT =
      "export it to TorchScript (torch.jit.trace or torch.jit.script, then .save) or to ONNX"
          + " (torch.onnx.export)";

  /// @throws ModelLoadException if it is no TorchScript; the message says what it is instead and
  /// the
  /// way out
  static TorchArchive open(Path file) throws ModelLoadException {
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(file + " is not there: expected a TorchScript file");
    }
    try (var zip = new ZipFile(file.toFile())) {
      var pickle = data(file, zip);
      var root = ROOT.matcher(text(zip, pickle, HEAD));
      if (!root.find()) {
        throw other(file, zip, pickle);
      }
      var folder = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
      var source = folder + "code/" + root.group(1).replace('.', '/') + ".py";
      var code = zip.getEntry(source);
      if (code == null) {
        throw new ModelLoadException(file + " is damaged: expected " + source + " in it");
      }
      var forward = Forward.parse(text(zip, code, MOST_CODE), root.group(2));
      if (forward.isEmpty()) {
        throw new ModelLoadException(
            file + ": module " + root.group(2) + " has no method forward to call");
      }
      return new TorchArchive(file, forward.get(), Files.size(file));
    } catch (java.util.zip.ZipException problem) {
      throw notAnArchive(file, problem);
    } catch (IOException problem) {
      throw new ModelLoadException(file + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  private static ZipEntry data(Path file, ZipFile zip) throws ModelLoadException {
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      var entry = entries.nextElement();
      var name = entry.getName();
      if (name.matches("([^/]+/)?data\\.pkl")) {
        return entry;
      }
      if (name.endsWith("models/model.json")
          || name.endsWith("/archive_format")
          || name.equals("archive_format")
          || name.endsWith("serialized_exported_program.json")) {
        throw new ModelLoadException(
            file + " is an exported program (torch.export), which is not read: " + EXPORT);
      }
    }
    throw new ModelLoadException(file + ": a zip archive without data.pkl, no TorchScript");
  }

  private static ModelLoadException other(Path file, ZipFile zip, ZipEntry pickle)
      throws IOException {
    var head = text(zip, pickle, HEAD);
    boolean weights =
        head.startsWith("\u0080\u0002ccollections\nOrderedDict")
            || head.startsWith("\u0080\u0002}");
    return new ModelLoadException(
        file
            + (weights
                ? " is a state dict or checkpoint: weights without a program; load them into the"
                    + " module in Python and "
                : " is a module pickled by torch.save, which only its own Python code can read; ")
            + EXPORT);
  }

  private static ModelLoadException notAnArchive(Path file, IOException problem)
      throws ModelLoadException {
    try (var in = Files.newInputStream(file)) {
      var head = in.readNBytes(2);
      boolean pickle = head.length == 2 && head[0] == (byte) 0x80;
      return new ModelLoadException(
          file
              + (pickle
                  ? " is a pickle (torch.save), no TorchScript: " + EXPORT
                  : " is damaged or no TorchScript: " + problem.getMessage()),
          problem);
    } catch (IOException unreadable) {
      throw new ModelLoadException(file + " cannot be read: " + unreadable.getMessage(), problem);
    }
  }

  /// At most so many bytes, as Latin-1: names in a declaration are ASCII.
  private static String text(ZipFile zip, ZipEntry entry, int most) throws IOException {
    try (var in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(most), StandardCharsets.ISO_8859_1);
    }
  }
}
