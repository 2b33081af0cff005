package dev.slipway.net;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Writes header fields the way HTTP/2 wants them.
final class H2Fields {
  private H2Fields() {}

  /// Appends what edits write.
  static void add(Http2Headers fields, HeaderEdits edits) {
    for (int i = 0; i < edits.size(); i++) {
      if (edits.writes(i)) {
        fields.add(AsciiString.of(edits.name(i)), utf8(edits.value(i)));
      }
    }
  }

  /// Leaves the pseudo-fields out.
  static final class Regular implements Iterator<Map.Entry<CharSequence, CharSequence>> {
    private final Iterator<Map.Entry<CharSequence, CharSequence>> all;
    private Map.@Nullable Entry<CharSequence, CharSequence> next;

    Regular(Iterator<Map.Entry<CharSequence, CharSequence>> all) {
      this.all = all;
      advance();
    }

    private void advance() {
      next = null;
      while (next == null && all.hasNext()) {
        var field = all.next();
        next = pseudo(field.getKey()) ? null : field;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Map.Entry<CharSequence, CharSequence> next() {
      var field = next;
      if (field == null) {
        throw new NoSuchElementException();
      }
      advance();
      return field;
    }
  }

  static boolean pseudo(CharSequence name) {
    return name.length() > 0 && name.charAt(0) == ':';
  }

  static AsciiString utf8(String value) {
    return new AsciiString(value.getBytes(StandardCharsets.UTF_8), false);
  }
}
