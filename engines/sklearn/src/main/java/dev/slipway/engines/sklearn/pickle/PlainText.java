package dev.slipway.engines.sklearn.pickle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Files that are text and no pickle, and what they are instead. Pickles of protocol 0 are text
/// too: they begin with an import, a mark, a collection, or a value on a line of its own.
final class PlainText {
  private static final int HEAD_BYTES = 4096;
  private static final int SHOWN = 40;
  private static final Pattern PROTOCOL_0 =
      Pattern.compile(
          "(?s)(c[A-Za-z_][\\w.]*\\r?\\n[A-Za-z_][\\w.]*\\r?\\n|\\(|[])}N]|[ILPg]-?\\d+L?\\n"
              + "|F[-+.\\deE]+\\n|S['\"]|V[^\\n]*\\np).*");

  private PlainText() {}

  /// Looks at the first bytes and leaves them where they are.
  ///
  /// @return what it is; empty where it may be a pickle
  static Optional<String> found(BufferedInputStream stream) throws IOException {
    stream.mark(HEAD_BYTES);
    var head = stream.readNBytes(HEAD_BYTES);
    stream.reset();
    var text = text(head);
    return text.filter(each -> !each.isBlank() && !PROTOCOL_0.matcher(each).matches())
        .map(PlainText::described);
  }

  /// A character may be cut at the end.
  private static Optional<String> text(byte[] head) {
    for (byte each : head) {
      boolean control = each >= 0 && each < ' ' && each != '\t' && each != '\n' && each != '\r';
      if (control || each == 0x7f) {
        return Optional.empty();
      }
    }
    for (int cut = 0; cut < 4 && cut <= head.length; cut++) {
      try {
        var bytes = ByteBuffer.wrap(head, 0, head.length - cut);
        return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      } catch (CharacterCodingException _) {
        // perhaps in the middle of a character
      }
    }
    return Optional.empty();
  }

  private static String described(String text) {
    var begins = text.stripLeading().toLowerCase(Locale.ROOT);
    if (begins.startsWith("version https://git-lfs.github.com/spec/")) {
      return "it is a pointer of Git LFS, not the model: fetch that with git lfs pull";
    }
    if (begins.startsWith("<!doctype html") || begins.startsWith("<html")) {
      return "it is a page of HTML, not a pickle: perhaps what a web site said instead of the"
          + " model";
    }
    if (begins.startsWith("<?xml")) {
      return "it is XML, not a pickle: perhaps what a store said instead of the model";
    }
    var line = text.strip().lines().findFirst().orElse("");
    var shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    return "it is a text file, not a pickle: it begins with \"" + shown + "\"";
  }
}
