package dev.slipway.function;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What goes between the front and a worker: a JSON head and a body, each with its length before
/// it.
final class Frames {
  private static final JsonMapper MAPPER = Values.MAPPER;
  private static final int MOST = 1 << 30;

  private Frames() {}

  /// How a worker begins: ready, or why not.
  ///
  /// @param failed empty where it is ready
  record Begin(String failed) {}

  /// The head of an answer.
  record Head(int status, Map<String, List<String>> headers) {}

  static void write(DataOutputStream out, Object head, byte[] body) throws IOException {
    var bytes = MAPPER.writeValueAsBytes(head);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.writeInt(body.length);
    out.write(body);
    out.flush();
  }

  static <T> T head(DataInputStream in, Class<T> type) throws IOException {
    return MAPPER.readValue(bytes(in), type);
  }

  static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST) {
      throw new EOFException("a frame of " + length + " bytes");
    }
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }
}
