package dev.slipway.engines.sklearn.pickle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/// How joblib compressed a file, told by its first bytes (`joblib/compressor.py`).
enum Compression {
  NONE,
  ZLIB(0x78),
  GZIP(0x1f, 0x8b),
  BZ2('B', 'Z', 'h'),
  XZ(0xfd, '7', 'z', 'X', 'Z'),
  LZMA(0x5d, 0x00),
  LZ4(0x04, 0x22, 0x4d, 0x18);

  private static final int LONGEST_MAGIC = 5;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DICTIONARY_KILOBYTES = 300_000;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final int[] magic;

  Compression(int... magic) {
    this.magic = magic;
  }

  /// Looks at the first bytes and leaves them where they are.
  static Compression of(BufferedInputStream stream) throws IOException {
    stream.mark(LONGEST_MAGIC);
    var head = stream.readNBytes(LONGEST_MAGIC);
    stream.reset();
    for (var each : values()) {
      if (each.matches(head)) {
        return each;
      }
    }
    return NONE;
  }

  private boolean matches(byte... head) {
    if (magic.length == 0 || magic.length > head.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  InputStream expand(InputStream stream) throws IOException {
    return switch (this) {
      case NONE -> stream;
      case ZLIB -> new InflaterInputStream(stream);
      case GZIP -> new GZIPInputStream(stream, BUFFER_BYTES);
      case BZ2 -> new BZip2CompressorInputStream(stream, true);
      case XZ -> new XZInputStream(stream, DICTIONARY_KILOBYTES);
      case LZMA -> new LZMAInputStream(stream, DICTIONARY_KILOBYTES);
      case LZ4 -> new FramedLZ4CompressorInputStream(stream, true);
    };
  }
}
